import { z } from "zod";
import { splitImage } from "../workloads/catalog.ts";

const PodObject = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().optional(),
    ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).default([]),
  }),
  spec: z.object({
    containers: z.array(
      z.object({
        image: z.string().default(""),
        ports: z.array(z.object({ name: z.string().optional(), containerPort: z.int() })).default([]),
      }),
    ),
  }),
  status: z
    .object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) })
    .default({ conditions: [] }),
});

/** What the mesh knows of a pod. */
export interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Ready and not on its way out: the only pods that are sent traffic. */
  readonly isServing: boolean;
  /** Name of the Deployment (or other owner) it belongs to; its own name when it has no owner. */
  readonly workload: string;
  readonly image: string;
  /** The image's tag. */
  readonly version: string;
  readonly ports: readonly { readonly name?: string | undefined; readonly containerPort: number }[];
}

/** Reads a Pod as the API server writes it. Throws when it is not one. */
export function readPod(object: unknown): Pod {
  const { metadata, spec, status } = PodObject.parse(object);
  const [container] = spec.containers;
  const image = container?.image ?? "";
  const ready = status.conditions.some(({ type, status: value }) => type === "Ready" && value === "True");
  return {
    name: metadata.name,
    namespace: metadata.namespace,
    uid: metadata.uid,
    labels: metadata.labels,
    isServing: ready && metadata.deletionTimestamp === undefined,
    workload: workloadOf(metadata),
    image,
    version: splitImage(image).tag,
    ports: spec.containers.flatMap(({ ports }) => ports),
  };
}

/** A ReplicaSet of a Deployment is called after it, with the template's hash appended. */
function workloadOf({ name, labels, ownerReferences }: z.infer<typeof PodObject>["metadata"]): string {
  const [owner] = ownerReferences;
  if (owner === undefined) return name;
  const hash = labels["pod-template-hash"];
  const suffix = `-${hash}`;
  if (owner.kind === "ReplicaSet" && hash !== undefined && owner.name.endsWith(suffix)) {
    return owner.name.slice(0, -suffix.length);
  }
  return owner.name;
}
