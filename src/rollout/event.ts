import { z } from "zod";
import { VERDICTS } from "../analysis/metric-check.ts";
import { Millis, Timestamp, Weight } from "../units.ts";
import { GATES } from "./canary.ts";
import { Actor, CommandVerb } from "./command.ts";
import { HOOK_TYPES } from "./hook.ts";

const figure = z.object({
  check: z.string(),
  verdict: z.enum(VERDICTS),
  value: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  primary: z.number().nullable(),
  samples: z.number().nullable(),
  /** How far back was really looked, which may be less than the manifest says. `null` in records of an older version. */
  window: Millis.nullable().default(null),
  problem: z.string(),
});

/**
 * Facts worth telling, in the past tense, true the moment they are saved. They are the outbox: each becomes one reply in the
 * thread, and some of them notify. A new variant needs a renderer in `slack/messages/event-reply.ts` before it compiles.
 */
export const RolloutEvent = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("initialized"), label: z.string() }),
  z.object({ kind: z.literal("revision-waiting"), label: z.string(), by: Actor }),
  z.object({ kind: z.literal("rollout-started"), label: z.string(), from: z.string(), by: Actor, attempt: z.int() }),
  /** What is other than in primary when the images are the same: `configmap/<name>` and `secret/<name>`. */
  z.object({ kind: z.literal("configs-changed"), configs: z.array(z.string()) }),
  z.object({ kind: z.literal("superseded"), label: z.string(), next: z.string() }),
  z.object({ kind: z.literal("step-started"), step: z.int(), of: z.int(), weight: Weight, figures: z.array(figure) }),
  /** The next pass of an A/B test or a blue/green run. */
  z.object({ kind: z.literal("iteration-started"), iteration: z.int(), of: z.int(), figures: z.array(figure) }),
  /** Requests are copied to the canary and its answers thrown away. `percent` of them; `null`: all. */
  z.object({ kind: z.literal("mirroring-started"), percent: Weight.nullable(), figures: z.array(figure) }),
  /** Blue/green: all users' traffic goes to the canary. */
  z.object({ kind: z.literal("traffic-switched"), figures: z.array(figure) }),
  /** A pre-rollout or rollout webhook failed, which counts as a failed check. */
  z.object({
    kind: z.literal("hook-failed"),
    hook: z.string(),
    type: z.enum(HOOK_TYPES),
    failed: z.int(),
    threshold: z.int(),
    problem: z.string(),
  }),
  z.object({ kind: z.literal("hook-passed"), hook: z.string(), type: z.enum(HOOK_TYPES) }),
  z.object({ kind: z.literal("post-hook-failed"), hook: z.string(), problem: z.string() }),
  z.object({
    kind: z.literal("checks-failed"),
    failed: z.int(),
    threshold: z.int(),
    weight: Weight,
    figures: z.array(figure),
  }),
  z.object({
    kind: z.literal("checks-inconclusive"),
    figures: z.array(figure),
    askAt: Timestamp,
    rollbackAt: Timestamp,
  }),
  z.object({ kind: z.literal("checks-conclusive"), figures: z.array(figure) }),
  z.object({ kind: z.literal("human-needed"), why: z.enum(["inconclusive", "stuck"]), detail: z.string() }),
  z.object({
    kind: z.literal("approval-wanted"),
    gate: z.enum(GATES),
    group: z.string(),
    count: z.int(),
    until: Timestamp.nullable(),
    onTimeout: z.enum(["hold", "rollback"]),
    figures: z.array(figure),
    /** Webhooks that hold the same gate. */
    hooks: z.array(z.string()).default([]),
    /** Whether webhooks or people open it, each without the other. */
    either: z.boolean().default(false),
    /** Whether the manifest asks for nobody to be notified. */
    muted: z.boolean().default(false),
  }),
  z.object({ kind: z.literal("approved"), gate: z.enum(GATES), by: Actor, have: z.int(), need: z.int() }),
  z.object({ kind: z.literal("approval-overdue"), gate: z.enum(GATES) }),
  z.object({ kind: z.literal("paused"), by: Actor, weight: Weight, reason: z.string() }),
  z.object({ kind: z.literal("resumed"), by: Actor }),
  z.object({
    kind: z.literal("undo-started"),
    by: Actor,
    from: z.string(),
    to: z.string(),
    reason: z.string(),
  }),
  z.object({ kind: z.literal("undone"), by: Actor, to: z.string() }),
  z.object({ kind: z.literal("undo-failed"), detail: z.string() }),
  /** The canary is being deleted, and everything goes back to the target. */
  z.object({ kind: z.literal("handing-back") }),
  z.object({ kind: z.literal("handed-back") }),
  z.object({ kind: z.literal("suspended") }),
  z.object({ kind: z.literal("unsuspended") }),
  z.object({ kind: z.literal("promotion-forced"), by: Actor, weight: Weight }),
  z.object({ kind: z.literal("promotion-started"), label: z.string() }),
  z.object({ kind: z.literal("traffic-returning"), weight: Weight }),
  z.object({ kind: z.literal("traffic-returned"), label: z.string() }),
  z.object({ kind: z.literal("succeeded"), label: z.string(), tookSeconds: z.number() }),
  z.object({
    kind: z.literal("rollback-started"),
    cause: z.string(),
    detail: z.string(),
    by: Actor.nullable(),
    weight: Weight,
    figures: z.array(figure),
  }),
  z.object({
    kind: z.literal("rolled-back"),
    cause: z.string(),
    detail: z.string(),
    label: z.string(),
    to: z.string(),
  }),
  z.object({ kind: z.literal("promotion-failed"), detail: z.string(), weight: Weight }),
  z.object({
    kind: z.literal("not-ready"),
    who: z.enum(["canary", "primary"]),
    detail: z.string(),
    deadline: Timestamp.nullable(),
  }),
  z.object({ kind: z.literal("drift-repaired"), found: z.string(), restored: Weight }),
  z.object({ kind: z.literal("services-repaired"), found: z.string() }),
  z.object({ kind: z.literal("command-ignored"), verb: CommandVerb, by: Actor, why: z.string() }),
  z.object({ kind: z.literal("manifest-invalid"), path: z.string(), problem: z.string(), fix: z.string() }),
  z.object({ kind: z.literal("manifest-valid") }),
]);
export type RolloutEvent = z.infer<typeof RolloutEvent>;
export type EventOf<K extends RolloutEvent["kind"]> = Extract<RolloutEvent, { kind: K }>;
export type Figure = z.infer<typeof figure>;

/**
 * An event with its place in the outbox. Sequence numbers rise by one over the whole life of a canary; `rollout` says to which
 * thread it belongs, since the last words of one rollout may still be unsaid when the next begins.
 */
export const RecordedEvent = z.object({
  sequence: z.int().min(1),
  at: Timestamp,
  rollout: z.string(),
  event: RolloutEvent,
});
export type RecordedEvent = z.infer<typeof RecordedEvent>;
