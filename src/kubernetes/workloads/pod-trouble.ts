import { z } from "zod";
import type { Revision } from "../../rollout/rollout.ts";
import type { Trouble } from "./workload-record.ts";

/** Reasons why a container does not start, the hopeless ones first. */
const REASONS = [
  "InvalidImageName",
  "ErrImageNeverPull",
  "ImagePullBackOff",
  "ErrImagePull",
  "ImageInspectError",
  "RegistryUnavailable",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
  "CrashLoopBackOff",
  "Unschedulable",
] as const;

const Status = z.object({
  state: z
    .object({ waiting: z.object({ reason: z.string().default(""), message: z.string().default("") }).optional() })
    .default({}),
});
const Stored = z.object({
  metadata: z.object({ deletionTimestamp: z.string().optional() }),
  spec: z
    .object({ containers: z.array(z.object({ name: z.string(), image: z.string().default("") })).default([]) })
    .default({ containers: [] }),
  status: z
    .object({
      initContainerStatuses: z.array(Status).default([]),
      containerStatuses: z.array(Status).default([]),
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().default(""),
            message: z.string().default(""),
          }),
        )
        .default([]),
    })
    .prefault({}),
});

/** A pod that does not start, and what it runs. */
export interface TroubledPod extends Trouble {
  readonly images: Revision["images"];
}

/** Projects a pod; `null` for one that is well, or on its way out. Throws a ZodError for an object that is no pod. */
export function readTrouble(object: unknown): TroubledPod | null {
  const { metadata, spec, status } = Stored.parse(object);
  if (metadata.deletionTimestamp !== undefined) return null;
  const waiting = [...status.initContainerStatuses, ...status.containerStatuses].flatMap(
    ({ state }) => state.waiting ?? [],
  );
  const conditions = status.conditions.filter(({ type, status: is }) => type === "PodScheduled" && is === "False");
  const worst = worstOf([...waiting, ...conditions]);
  if (worst === null) return null;
  const images = spec.containers.map(({ name, image }) => ({ container: name, image }));
  return { reason: worst.reason, message: worst.message.slice(0, 300), images };
}

const rank = ({ reason }: Trouble): number => REASONS.findIndex((known) => known === reason);

/** The worst of several; `null` when none is of a kind that keeps a pod from starting. */
export function worstOf<T extends Trouble>(troubles: readonly T[]): T | null {
  const known = troubles.filter((trouble) => rank(trouble) !== -1).sort((left, right) => rank(left) - rank(right));
  return known[0] ?? null;
}
