import { z } from "zod";
import { Rollout, type CanaryStatus, type Condition } from "../rollout/rollout.ts";
import type { PeerStatus, Subject } from "../rollout/subject.ts";
import { bindNames } from "../rollout/manifest/bind-names.ts";
import { readCanary, type ReadContext } from "../rollout/manifest/read-canary.ts";
import { timestamp, type Timestamp } from "../units.ts";

/** Pure: between Canary objects as they are stored and Subjects as the engine knows them. */

const text = z.string().catch("");
const StoredCondition = z.object({
  type: z.enum(["Promoted", "Valid"]),
  status: z.enum(["True", "False", "Unknown"]),
  reason: text,
  message: text,
  lastUpdateTime: text,
  lastTransitionTime: text,
});

const Stored = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    creationTimestamp: z.string().optional(),
    deletionTimestamp: z.string().optional(),
    finalizers: z.array(z.string()).default([]),
  }),
  status: z
    .looseObject({
      phase: text,
      lastAppliedSpec: text,
      lastPromotedSpec: text,
      sessionAffinityCookie: text,
      primarySessionAffinityCookie: text,
      previousSessionAffinityCookie: text,
      conditions: z.array(z.unknown()).catch([]),
      rollout: z.unknown().optional(),
    })
    .optional(),
});

/** Keeps a Canary object until we have handed everything back. */
export const FINALIZER = "finalizer.flagger.app";

/** Fields of the status that others wrote and that a save must carry on. */
export type Carried = Readonly<Record<string, unknown>>;
const OURS = new Set([
  "phase",
  "failedChecks",
  "canaryWeight",
  "iterations",
  "trackedConfigs",
  "sessionAffinityCookie",
  "primarySessionAffinityCookie",
  "previousSessionAffinityCookie",
  "lastAppliedSpec",
  "lastPromotedSpec",
  "lastTransitionTime",
  "conditions",
  "rollout",
]);

export interface StoredCanary {
  readonly subject: Subject;
  /** As Kubernetes writes times; empty when it does not say. */
  readonly createdAt: string;
  readonly carried: Carried;
}

/**
 * Reads a Canary object. Throws when it holds a record that this version cannot read: to take it for a canary without a
 * history would begin its rollout anew.
 */
export function readStored(object: unknown, context: ReadContext): StoredCanary {
  const { metadata, status } = Stored.parse(object);
  const { namespace, name, uid, resourceVersion } = metadata;
  const rollout = readRecord(status?.rollout);
  const { canary, problem, retreat } = bindNames(readCanary(object, context), rollout);
  const subject: Subject = {
    ref: { cluster: context.cluster, namespace, name, uid },
    resourceVersion,
    canary,
    problem,
    retreat,
    rollout,
    peer: readPeer(status),
    deleting: metadata.deletionTimestamp !== undefined,
    finalizer: metadata.finalizers.includes(FINALIZER),
  };
  const carried = Object.entries(status ?? {}).filter(([key]) => !OURS.has(key));
  return { subject, createdAt: metadata.creationTimestamp ?? "", carried: Object.fromEntries(carried) };
}

function readRecord(stored: unknown): Rollout | null {
  if (stored === undefined || stored === null) return null;
  const parsed = Rollout.safeParse(stored);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = ["status", "rollout", ...(issue?.path ?? [])].join(".");
  throw new Error(
    `while reading the record at ${where}: ${issue?.message ?? "unknown"}. A newer version may have written it`,
  );
}

function readPeer(status: z.infer<typeof Stored>["status"]): PeerStatus {
  const conditions: Condition[] = [];
  for (const stored of status?.conditions ?? []) {
    const { data } = StoredCondition.safeParse(stored);
    if (data === undefined) continue;
    const { lastUpdateTime, lastTransitionTime, ...rest } = data;
    conditions.push({
      ...rest,
      lastUpdateTime: readTime(lastUpdateTime),
      lastTransitionTime: readTime(lastTransitionTime),
    });
  }
  return {
    phase: status?.phase ?? "",
    lastAppliedSpec: status?.lastAppliedSpec ?? "",
    lastPromotedSpec: status?.lastPromotedSpec ?? "",
    affinity: {
      cookie: status?.sessionAffinityCookie ?? "",
      primaryCookie: status?.primarySessionAffinityCookie ?? "",
      previousCookie: status?.previousSessionAffinityCookie ?? "",
    },
    conditions,
  };
}

/** Zero for a time that cannot be read: it is only ever shown. */
function readTime(written: string): Timestamp {
  const moment = Date.parse(written);
  return timestamp(Number.isNaN(moment) ? 0 : Math.max(0, moment));
}

/** Whole seconds, as Kubernetes writes times. */
export function writeTime(moment: Timestamp): string {
  return new Date(moment).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Fields that say nothing while they are empty are left out, as the tools that read them expect. */
function withoutEmpty(status: CanaryStatus): Partial<CanaryStatus> {
  const {
    trackedConfigs,
    sessionAffinityCookie,
    primarySessionAffinityCookie,
    previousSessionAffinityCookie,
    ...rest
  } = status;
  return {
    ...rest,
    ...(Object.keys(trackedConfigs).length > 0 && { trackedConfigs }),
    ...(sessionAffinityCookie !== "" && { sessionAffinityCookie }),
    ...(primarySessionAffinityCookie !== "" && { primarySessionAffinityCookie }),
    ...(previousSessionAffinityCookie !== "" && { previousSessionAffinityCookie }),
  };
}

/** The status as it is stored. */
export function writeStatus(status: CanaryStatus, carried: Carried): Readonly<Record<string, unknown>> {
  return {
    ...carried,
    ...withoutEmpty(status),
    lastTransitionTime: writeTime(status.lastTransitionTime),
    conditions: status.conditions.map((condition) => ({
      ...condition,
      lastUpdateTime: writeTime(condition.lastUpdateTime),
      lastTransitionTime: writeTime(condition.lastTransitionTime),
    })),
  };
}

const WithFinalizers = z.object({ metadata: z.object({ finalizers: z.array(z.string()).default([]) }) });

/** JSON patch that adds our finalizer to an object, or takes it off; those of others stay. */
export function finalizerEdits(
  object: unknown,
  { resourceVersion, present }: { readonly resourceVersion: string; readonly present: boolean },
): readonly object[] {
  const { finalizers } = WithFinalizers.parse(object).metadata;
  const others = finalizers.filter((name) => name !== FINALIZER);
  return [
    { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
    { op: "add", path: "/metadata/finalizers", value: present ? [...others, FINALIZER] : others },
  ];
}
