import { z } from "zod";
import { RevisionHash, Timestamp } from "../units.ts";
import { GATES } from "./canary.ts";

/** Things that a person may ask and that change something. Questions (status, list, why, help) never become commands. */
export const COMMAND_VERBS = ["start", "pause", "resume", "approve", "promote", "rollback", "undo"] as const;
export const CommandVerb = z.enum(COMMAND_VERBS);
export type CommandVerb = z.infer<typeof CommandVerb>;

/** Who caused something: a Slack user, or `cluster` for a change that came through Kubernetes itself. */
export const Actor = z.object({
  kind: z.enum(["slack", "cluster"]),
  /** Slack user id; empty for `cluster`. */
  user: z.string(),
  /** Name for logs; never an identity. */
  name: z.string(),
});
export type Actor = z.infer<typeof Actor>;

/**
 * What a person asks, as the bot passes it to a worker. The bot has checked who may; the worker checks whether it fits.
 * `id` comes from Slack's delivery (or, for a button, from rollout, gate, revision, verb and user): the same wish has the same id.
 */
export const RolloutCommand = z.object({
  id: z.string().min(8).max(128),
  verb: CommandVerb,
  cluster: z.string().min(1),
  namespace: z.string().min(1),
  name: z.string().min(1),
  /** Known uid of the canary; empty when the bot had only the name. */
  uid: z.string(),
  /** The rollout that a button was drawn for; empty for typed commands. */
  rollout: z.string(),
  gate: z.enum(GATES).nullable(),
  revision: RevisionHash.nullable(),
  /** `start` only: an image, a tag, or empty for the revision that waits (or failed). */
  image: z.string().max(512),
  /** Free text of the person, shown as said. */
  reason: z.string().max(300),
  actor: Actor,
  /** Groups of the policy file that the person belongs to, for approvals. */
  roles: z.array(z.string()),
  /** Slack channel where it was asked. */
  channel: z.string(),
  /** Bot process that keeps the command until it is answered. */
  via: z.string(),
  issuedAt: Timestamp,
  expiresAt: Timestamp,
});
export type RolloutCommand = z.infer<typeof RolloutCommand>;

/** Why a command was not accepted. Each has its own sentence in `slack/messages/refusal.ts`, with what to do next. */
export const REFUSAL_REASONS = [
  "unknown-canary",
  "canary-recreated",
  "invalid-manifest",
  "suspended",
  "bootstrapping",
  "already-rolling",
  "nothing-new",
  "nothing-waiting",
  "bad-image",
  "ambiguous-container",
  "not-running",
  "already-paused",
  "not-paused",
  "rolling-back-already",
  "too-late",
  "old-button",
  "no-gate-waits",
  "already-approved",
  "starter-may-not-approve",
  "not-in-group",
  "bad-signature",
  "expired",
  "record-full",
  "nothing-to-undo",
  "undo-incomplete",
] as const;
export const RefusalReason = z.enum(REFUSAL_REASONS);
export type RefusalReason = z.infer<typeof RefusalReason>;

/** A refusal with the facts that its sentence needs. */
export const Refusal = z.object({ reason: RefusalReason, facts: z.record(z.string(), z.string()) });
export type Refusal = z.infer<typeof Refusal>;
