import { z } from "zod";
import type { Pod } from "./pods.ts";

const ServiceObject = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.object({
    selector: z.record(z.string(), z.string()).default({}),
    ports: z
      .array(
        z.object({ name: z.string().optional(), port: z.int(), targetPort: z.union([z.int(), z.string()]).optional() }),
      )
      .default([]),
  }),
});

/** A Service, as far as routing needs it. */
export interface Service {
  readonly name: string;
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
}

export interface ServicePort {
  readonly port: number;
  /** A port of the container, or the name of one. */
  readonly targetPort: number | string;
}

/** Reads a Service as the API server writes it. Throws when it is not one. */
export function readService(object: unknown): Service {
  const { metadata, spec } = ServiceObject.parse(object);
  const ports = spec.ports.map(({ port, targetPort }) => ({ port, targetPort: targetPort ?? port }));
  return { ...metadata, selector: spec.selector, ports };
}

/**
 * The port that a request means: the asked-for one, which has to exist; without one, the first.
 * Undefined when the Service has no such port.
 */
export function choosePort({ ports }: Service, asked: number | undefined): ServicePort | undefined {
  return asked === undefined ? ports[0] : ports.find(({ port }) => port === asked);
}

/** Whether `pod` takes the Service's traffic on `port`. A Service without a selector selects nothing. */
export function isEndpoint(pod: Pod, { service, port }: { service: Service; port: ServicePort }): boolean {
  const wanted = Object.entries(service.selector);
  return (
    pod.isServing &&
    pod.namespace === service.namespace &&
    wanted.length > 0 &&
    wanted.every(([label, value]) => pod.labels[label] === value) &&
    listensOn(pod, port.targetPort)
  );
}

/** Sample services listen where their container says; one that says nothing listens wherever it is asked. */
function listensOn({ ports }: Pod, targetPort: number | string): boolean {
  if (typeof targetPort === "string") return ports.some(({ name }) => name === targetPort);
  return ports.length === 0 || ports.some(({ containerPort }) => containerPort === targetPort);
}
