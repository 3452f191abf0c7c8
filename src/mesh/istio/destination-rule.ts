import type { Operation } from "../../kubernetes/json-patch.ts";
import { z } from "zod";
import type { Canary } from "../../rollout/canary.ts";
import { ownedBy } from "../ownership.ts";
import { sameMeaning } from "../same-meaning.ts";

/** What is kept of a DestinationRule. */
export interface DestinationRuleRecord {
  readonly resourceVersion: string;
  /** uid of the controlling owner; empty when somebody else made it. */
  readonly owner: string;
  readonly host: string;
  readonly trafficPolicy: unknown;
}

const Stored = z.object({
  metadata: z.object({
    name: z.string(),
    resourceVersion: z.string(),
    ownerReferences: z.array(z.object({ uid: z.string(), controller: z.boolean().default(false) })).default([]),
  }),
  spec: z
    .object({ host: z.string().default(""), trafficPolicy: z.unknown().optional() })
    .default({ host: "", trafficPolicy: undefined }),
});

/** Projects a DestinationRule; `null` for one whose name cannot be ours. Throws a ZodError for an object that is none. */
export function readDestinationRule(object: unknown): DestinationRuleRecord | null {
  const { metadata, spec } = Stored.parse(object);
  if (!metadata.name.endsWith("-primary") && !metadata.name.endsWith("-canary")) return null;
  return {
    resourceVersion: metadata.resourceVersion,
    owner: metadata.ownerReferences.find(({ controller }) => controller)?.uid ?? "",
    host: spec.host,
    trafficPolicy: spec.trafficPolicy,
  };
}

/** Names of a canary's DestinationRules, which are also their hosts. */
export const destinationRuleNames = ({ service: { name } }: Canary): readonly string[] => [
  `${name}-canary`,
  `${name}-primary`,
];

const specFor = ({ service }: Canary, host: string): object => {
  const { trafficPolicy } = service.http;
  return trafficPolicy === null ? { host } : { host, trafficPolicy };
};

export function buildDestinationRule(canary: Canary, name: string): object {
  return {
    metadata: { name, namespace: canary.ref.namespace, ownerReferences: ownedBy(canary.ref) },
    spec: specFor(canary, name),
  };
}

/** Whether it is as the manifest wants it. One that somebody else made is theirs. */
export function isIntact(canary: Canary, name: string, record: DestinationRuleRecord | null): boolean {
  if (record === null) return false;
  if (record.owner !== canary.ref.uid) return true;
  const { host, trafficPolicy } = record;
  return sameMeaning({ host, trafficPolicy }, specFor(canary, name));
}

/** JSON patch that makes it so, for exactly the version that `record` was read from. */
export function editDestinationRule(canary: Canary, name: string, record: DestinationRuleRecord): readonly Operation[] {
  return [
    { op: "replace", path: "/metadata/resourceVersion", value: record.resourceVersion },
    { op: "add", path: "/spec", value: specFor(canary, name) },
  ];
}
