import { z } from "zod";
import { VERDICTS } from "../analysis/metric-check.ts";
import { Millis, RevisionHash, Timestamp, Weight } from "../units.ts";
import { GATES } from "./canary.ts";
import { Actor, CommandVerb } from "./command.ts";
import { RecordedEvent } from "./event.ts";

/** The engine's own phases; `status.phase` only ever takes the peer-compatible names of `PeerPhase`. */
export const PHASES = [
  "initializing",
  "initialized",
  "waiting",
  "progressing",
  "waiting-promotion",
  "promoting",
  "finalising",
  "succeeded",
  "rolling-back",
  "failed",
  "undoing",
  "terminating",
] as const;
export const Phase = z.enum(PHASES);
export type Phase = z.infer<typeof Phase>;

/** Values that `status.phase` of a Canary object may take; written for tools that read it. */
export const PeerPhase = z.enum([
  "Initializing",
  "Initialized",
  "Waiting",
  "Progressing",
  "WaitingPromotion",
  "Promoting",
  "Finalising",
  "Succeeded",
  "Failed",
  "Terminating",
  "Terminated",
]);
export type PeerPhase = z.infer<typeof PeerPhase>;

/** Why a rollout was, or is being, taken back. A closed list: each has its own sentence in chat. */
export const ROLLBACK_CAUSES = [
  "failed-checks",
  "inconclusive-too-long",
  "progress-deadline",
  "image-pull",
  "asked",
  "approval-timeout",
  "reverted",
  "promotion-failed",
  "hook-asked",
  "undone",
  "undo-failed",
] as const;
export const RollbackCause = z.enum(ROLLBACK_CAUSES);
export type RollbackCause = z.infer<typeof RollbackCause>;

/** What a pod template runs: its hash for the engine, its images for people. */
export const Revision = z.object({
  hash: RevisionHash,
  /** Short name for people, such as `6.1.0` (tag of the first container's image). */
  label: z.string(),
  images: z.array(z.object({ container: z.string(), image: z.string() })),
  /** Tracked ConfigMaps and Secrets (`configmap/<name>`, `secret/<name>`) with the checksums of their data; part of the hash. */
  configs: z.record(z.string(), z.string()).default({}),
});
export type Revision = z.infer<typeof Revision>;

/** One judged measurement, as shown to people: figures, limits, and what they rest on. */
export const Evidence = z.object({
  /** Sequence number of the pass that measured it: judging twice under one number counts once. */
  pass: z.int().min(0),
  at: Timestamp,
  check: z.string(),
  verdict: z.enum(VERDICTS),
  value: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  primary: z.number().nullable(),
  samples: z.number().nullable(),
  window: Millis,
  query: z.string(),
  /** Why there is no value; empty when there is one. */
  problem: z.string(),
});
export type Evidence = z.infer<typeof Evidence>;

/** A command that reached the record. Pending ones are applied by the next pass. Ids already here are never applied again. */
export const RecordedCommand = z.object({
  id: z.string(),
  verb: CommandVerb,
  actor: Actor,
  at: Timestamp,
  state: z.enum(["pending", "applied", "ignored"]),
  /** Why it was ignored; empty otherwise. */
  note: z.string(),
  image: z.string().optional(),
  gate: z.enum(GATES).optional(),
  revision: RevisionHash.optional(),
  rollout: z.string().optional(),
  reason: z.string().optional(),
  roles: z.array(z.string()).optional(),
  channel: z.string().optional(),
});
export type RecordedCommand = z.infer<typeof RecordedCommand>;

export const Approval = z.object({
  gate: z.enum(GATES),
  revision: RevisionHash,
  user: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  at: Timestamp,
  command: z.string(),
});
export type Approval = z.infer<typeof Approval>;

/** Whom a route's weight is about: all requests, or those that the A/B conditions match while the others stay on primary. */
export const Audience = z.enum(["everyone", "matched"]);
export type Audience = z.infer<typeof Audience>;

/** Cookies of session affinity, as `name=value`; empty where there is none. */
export const Affinity = z.object({
  cookie: z.string(),
  primaryCookie: z.string(),
  /** Of the run before: it is taken off whoever still brings it. */
  previousCookie: z.string(),
});
export type Affinity = z.infer<typeof Affinity>;

/**
 * The record of one canary's present (or last) rollout: `status.rollout` of the Canary object.
 * It is the only record; everything else is derived from it and from what is observed.
 */
export const Rollout = z.object({
  recordVersion: z.literal(1),
  /** `<first 8 of the canary's uid>-<number>`: unique for ever. */
  id: z.string(),
  /** Counts the rollouts of this canary; 0 is the bootstrap. */
  number: z.int().min(0),
  phase: Phase,
  phaseSince: Timestamp,
  startedAt: Timestamp,
  /** What is being rolled out; in the idle phases, what was last. */
  revision: Revision,
  /** The target content that was acted on last: only another one starts something. Equals `revision` unless the target was put back. */
  applied: RevisionHash,
  /** The target and Service that the bootstrap took up; `null` before its end. Another name in the manifest is refused. */
  names: z.object({ target: z.string(), service: z.string() }).nullable().default(null),
  /** During the bootstrap: the end in which another controller left this canary. `null`: it is ours from the start. */
  adopted: z.enum(["initialized", "succeeded", "failed"]).nullable().default(null),
  /** What primary runs, as far as we brought it there. */
  promoted: Revision.nullable(),
  startedBy: Actor,
  /** Slack channel where the start was typed; empty: the manifest's or the bot's default. */
  channel: z.string(),
  /** How the present run meets traffic; says what `step` counts. */
  strategy: z.enum(["weighted", "ab-test", "blue-green"]).default("weighted"),
  /** Stages begun so far, 0 before the first: steps of a weighted run, iterations of the others. */
  step: z.int().min(0),
  /** Traffic that the mesh is asked to send to the canary. `stamp` rises with every change and is written beside the weight. */
  route: z.object({
    weight: Weight,
    stamp: z.int().min(0),
    mirrored: z.boolean().default(false),
    audience: Audience.default("everyone"),
  }),
  affinity: Affinity.default({ cookie: "", primaryCookie: "", previousCookie: "" }),
  /** pre-rollout hooks that this revision has passed: they are called until they succeed once. */
  hooksPassed: z.array(z.string()).default([]),
  /** post-rollout hooks of the end that was reached, still to be called. */
  hooksLeft: z.array(z.string()).default([]),
  /** Since when this revision has had traffic: what was measured before was about another one. `null`: it has had none. */
  trafficSince: Timestamp.nullable().default(null),
  /** Whether the canary copy may be scaled to zero now (finalising, rolling back). */
  scaleDown: z.boolean(),
  pass: z.int().min(0),
  nextPassAt: Timestamp.nullable(),
  failedChecks: z.int().min(0),
  /** Judged measurements of the last pass that measured, all checks. */
  evidence: z.array(Evidence),
  /** Since when the checks give no verdict; `null` while they do. */
  inconclusiveSince: Timestamp.nullable(),
  /** Since when the canary copy has not been ready; bounds the progress deadline. */
  notReadySince: Timestamp.nullable(),
  pause: z.object({ by: Actor, at: Timestamp, reason: z.string() }).nullable(),
  /** The gate that holds the rollout, since when, and when it gives up. */
  gate: z
    .object({
      name: z.enum(GATES),
      since: Timestamp,
      until: Timestamp.nullable(),
      /** Whether people were told: not before the webhooks of a gate that only they hold have answered. */
      asked: z.boolean().default(true),
    })
    .nullable(),
  approvals: z.array(Approval),
  rollback: z.object({ cause: RollbackCause, detail: z.string(), by: Actor.nullable(), at: Timestamp }).nullable(),
  /** Which copy primary is being put back to. */
  undo: z.object({ kept: z.string(), to: Revision, by: Actor, at: Timestamp }).nullable().default(null),
  /** An image that a start command asked for and that the target does not run yet. */
  requested: z
    .object({
      container: z.string(),
      image: z.string(),
      by: Actor,
      channel: z.string(),
      command: z.string(),
      at: Timestamp,
    })
    .nullable(),
  commands: z.array(RecordedCommand),
  /** Whether the manifest's `suspend` was noticed. */
  suspended: z.boolean().default(false),
  /** Last thing said about being stuck, so that it is said once. Empty: not stuck. */
  stuck: z.string(),
  /** The outbox: recent events, oldest first. */
  events: z.array(RecordedEvent),
  lastSequence: z.int().min(0),
  /** Every event up to this sequence number is known to stand in Slack. */
  announcedThrough: z.int().min(0),
  /** Root message in Slack; `null` until its post is confirmed. */
  root: z.object({ channel: z.string(), ts: z.string() }).nullable(),
  /** Root messages of the rollouts before, newest first, for events of theirs that are still unsaid. At most 3. */
  earlierRoots: z.array(z.object({ rollout: z.string(), channel: z.string(), ts: z.string() })),
});
export type Rollout = z.infer<typeof Rollout>;

/** What the engine writes into the status of a Canary object; `rollout` is ours, the rest is the peer's, kept exactly. */
export interface CanaryStatus {
  readonly phase: PeerPhase;
  readonly failedChecks: number;
  readonly canaryWeight: Weight;
  readonly iterations: number;
  readonly trackedConfigs: Readonly<Record<string, string>>;
  readonly sessionAffinityCookie: string;
  readonly primarySessionAffinityCookie: string;
  readonly previousSessionAffinityCookie: string;
  readonly lastAppliedSpec: string;
  readonly lastPromotedSpec: string;
  readonly lastTransitionTime: Timestamp;
  readonly conditions: readonly Condition[];
  readonly rollout: Rollout;
}

export interface Condition {
  readonly type: "Promoted" | "Valid";
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  readonly lastUpdateTime: Timestamp;
  readonly lastTransitionTime: Timestamp;
}
