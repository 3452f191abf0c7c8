import { z } from "zod";
import type { CopyRules } from "../copy-rules.ts";
import { serviceTargetKind } from "../workloads/service-target.ts";
import type { WorkloadRecord } from "../workloads/workload-record.ts";

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
    labels: texts.nullish(),
    annotations: texts.nullish(),
    ownerReferences: z.array(z.object({ uid: z.string(), controller: z.boolean().nullish() })).nullish(),
  }),
  spec: z
    .object({
      selector: texts.nullish(),
      ports: z.array(Port).nullish(),
      trafficDistribution: z.string().nullish(),
    })
    .nullish(),
});

/** What is kept of a Service. */
export interface ServiceRecord {
  readonly resourceVersion: string;
  /** uid of the controlling owner; empty when somebody else made it. */
  readonly owner: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
  readonly trafficDistribution: string | null;
  /** `null`: the object has no such map. */
  readonly labels: Readonly<Record<string, string>> | null;
  readonly annotations: Readonly<Record<string, string>> | null;
  /** The same Service as the target of a canary, or as a primary. */
  readonly workload: WorkloadRecord;
}

/** Projects a Service. Throws a ZodError for an object that is none. */
export function readService(object: unknown, rules: CopyRules): ServiceRecord {
  const { metadata, spec } = Stored.parse(object);
  return {
    resourceVersion: metadata.resourceVersion,
    owner: metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid ?? "",
    selector: spec?.selector ?? {},
    ports: spec?.ports ?? [],
    trafficDistribution: spec?.trafficDistribution ?? null,
    labels: metadata.labels ?? null,
    annotations: metadata.annotations ?? null,
    workload: serviceTargetKind.read(object, rules),
  };
}
