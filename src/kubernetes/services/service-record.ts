import { z } from "zod";

const texts = z.record(z.string(), z.string());
const Port = z.looseObject({
  name: z.string().optional(),
  port: z.int(),
  protocol: z.string().default("TCP"),
  targetPort: z.union([z.int(), z.string()]).optional(),
  appProtocol: z.string().optional(),
});
export type ServicePort = z.infer<typeof Port>;

const Stored = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    labels: texts.optional(),
    annotations: texts.optional(),
    ownerReferences: z.array(z.object({ uid: z.string(), controller: z.boolean().default(false) })).default([]),
  }),
  spec: z.object({ selector: texts.optional(), ports: z.array(Port).default([]) }).default({ ports: [] }),
});

/** What is kept of a Service. */
export interface ServiceRecord {
  readonly resourceVersion: string;
  /** uid of the controlling owner; empty when somebody else made it. */
  readonly owner: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
  /** `null`: the object has no such map. */
  readonly labels: Readonly<Record<string, string>> | null;
  readonly annotations: Readonly<Record<string, string>> | null;
}

/** Projects a Service. Throws a ZodError for an object that is none. */
export function readService(object: unknown): ServiceRecord {
  const { metadata, spec } = Stored.parse(object);
  return {
    resourceVersion: metadata.resourceVersion,
    owner: metadata.ownerReferences.find(({ controller }) => controller)?.uid ?? "",
    selector: spec.selector ?? {},
    ports: spec.ports,
    labels: metadata.labels ?? null,
    annotations: metadata.annotations ?? null,
  };
}
