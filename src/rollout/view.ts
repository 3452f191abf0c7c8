import { z } from "zod";
import { Millis, Timestamp, Weight } from "../units.ts";
import { GATES } from "./canary.ts";
import { Actor } from "./command.ts";
import { RecordedEvent } from "./event.ts";
import { HOOK_TYPES } from "./hook.ts";
import { Approval, Audience, Evidence, PeerPhase, Phase, Revision, RollbackCause } from "./rollout.ts";

/**
 * All that chat needs to draw one canary: made from the record by `view-of.ts`, carried in snapshots and announcements.
 * Nothing secret, nothing that only a worker could interpret.
 */
export const CanaryView = z.object({
  cluster: z.string(),
  namespace: z.string(),
  name: z.string(),
  uid: z.string(),
  /** resourceVersion of the record it was made from. */
  version: z.string(),
  madeAt: Timestamp,
  peerPhase: PeerPhase,
  rollout: z.string(),
  phase: Phase,
  phaseSince: Timestamp,
  startedAt: Timestamp,
  startedBy: Actor,
  /** Where announcements go: the channel of the start, else the manifest's; empty: the bot's default. */
  channel: z.string(),
  revision: Revision,
  promoted: Revision.nullable(),
  /** Target containers and their images, for start without ambiguity. */
  containers: z.array(z.object({ container: z.string(), image: z.string() })),
  /** Weight asked for, and the one last seen in the mesh (`null`: not seen). */
  weight: Weight,
  observedWeight: Weight.nullable(),
  strategy: z.enum(["weighted", "ab-test", "blue-green"]).default("weighted"),
  /** Weights of a weighted run, else empty. */
  steps: z.array(Weight),
  /** Numbered stages of the run: its steps, or its iterations (with the switch of a blue/green run as the last). */
  stages: z.int().default(0),
  /** Passes of an A/B test, or of a blue/green run before its switch; 0 for a weighted run. */
  iterations: z.int().default(0),
  /** Whether the run copies requests to the canary before it answers any, and whether that happens now. */
  mirrors: z.boolean().default(false),
  mirrored: z.boolean().default(false),
  /** Whom `weight` is about: all requests, or those that the A/B conditions match. */
  audience: Audience.default("everyone"),
  /** Whether the manifest suspends it: nothing moves but a rollback. */
  suspended: z.boolean().default(false),
  step: z.int().min(0),
  interval: Millis,
  nextPassAt: Timestamp.nullable(),
  failedChecks: z.int(),
  threshold: z.int(),
  checks: z.array(
    z.object({
      name: z.string(),
      subject: z.string(),
      min: z.number().nullable(),
      max: z.number().nullable(),
      window: Millis,
    }),
  ),
  evidence: z.array(Evidence),
  pause: z.object({ by: Actor, at: Timestamp, reason: z.string() }).nullable(),
  gate: z
    .object({
      name: z.enum(GATES),
      since: Timestamp,
      until: Timestamp.nullable(),
      group: z.string(),
      count: z.int(),
      notStarter: z.boolean(),
      onTimeout: z.enum(["hold", "rollback"]),
      have: z.array(Approval),
      /** Webhooks that hold it too. */
      hooks: z.array(z.string()).default([]),
      /** Whether webhooks or people open it, each without the other. */
      either: z.boolean().default(false),
    })
    .nullable(),
  rollback: z.object({ cause: RollbackCause, detail: z.string(), by: Actor.nullable(), at: Timestamp }).nullable(),
  /** Why nothing moves, in words; empty when it does. */
  stuck: z.string(),
  /** First problem of the manifest; `null` when it is valid. */
  invalid: z.object({ path: z.string(), problem: z.string(), fix: z.string() }).nullable(),
  /** Webhooks that failed for this revision, newest first, at most three. */
  hookFailures: z
    .array(z.object({ hook: z.string(), type: z.enum(HOOK_TYPES), problem: z.string(), at: Timestamp }))
    .default([]),
  /** What primary is being put back to. */
  undo: z.object({ to: z.string(), by: Actor, at: Timestamp }).nullable().default(null),
  /** What undo can go back to, newest first; `missing` names what keeps it from that. */
  kept: z.array(z.object({ label: z.string(), missing: z.string() })).default([]),
  root: z.object({ channel: z.string(), ts: z.string() }).nullable(),
  /** Where events of earlier rollouts belong that are still unsaid (their `rollout` differs from this view's). */
  earlierRoots: z.array(z.object({ rollout: z.string(), channel: z.string(), ts: z.string() })),
  announcedThrough: z.int(),
  events: z.array(RecordedEvent),
});
export type CanaryView = z.infer<typeof CanaryView>;
