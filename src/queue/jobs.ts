import { z } from "zod";
import { Refusal, RolloutCommand } from "../rollout/command.ts";
import { CanaryView } from "../rollout/view.ts";

/** A command and the HMAC-SHA256 (hex) of its canonical JSON under COMMAND_KEY; see `signature.ts`. */
export const SignedCommand = z.object({ command: RolloutCommand, signature: z.string().regex(/^[0-9a-f]{64}$/) });
export type SignedCommand = z.infer<typeof SignedCommand>;

/** Jobs of `rollouts-<cluster>`, consumed by that cluster's workers. */
export const RolloutJob = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("command"), signed: SignedCommand }),
  /** Look at this canary now; it says nothing about why. */
  z.object({ kind: z.literal("pass"), namespace: z.string(), name: z.string() }),
  /** The bot has posted everything up to `through`; `root` is the rollout's root message. */
  z.object({
    kind: z.literal("posted"),
    namespace: z.string(),
    name: z.string(),
    rollout: z.string(),
    root: z.object({ channel: z.string(), ts: z.string() }),
    through: z.int().min(0),
  }),
]);
export type RolloutJob = z.infer<typeof RolloutJob>;

/** How a command ended at the worker. `accepted` is said only after it stands in the record. */
export const Receipt = z.object({
  command: RolloutCommand,
  outcome: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("accepted"), rollout: z.string(), label: z.string() }),
    z.object({ kind: z.literal("refused"), refusal: Refusal, view: CanaryView.nullable() }),
  ]),
});
export type Receipt = z.infer<typeof Receipt>;

/** Jobs of `announcements`, consumed by the bots. */
export const AnnouncementJob = z.discriminatedUnion("kind", [
  /** Draw this rollout: root message and every event above what is announced. Newest data wins while one waits. */
  z.object({ kind: z.literal("announce"), view: CanaryView }),
  z.object({ kind: z.literal("receipt"), receipt: Receipt }),
]);
export type AnnouncementJob = z.infer<typeof AnnouncementJob>;

/** Queue names. A cluster's name may hold letters, digits, `-` and `.`. */
export const rolloutsQueue = (cluster: string): string => `rollouts-${cluster}`;
export const ANNOUNCEMENTS_QUEUE = "announcements";

/** What the bot needs from the queue. Rejects quickly when Redis is away, so that a person hears it within 3 s. */
export interface CommandSender {
  send(signed: SignedCommand): Promise<void>;
  sendPosted(cluster: string, posted: Extract<RolloutJob, { kind: "posted" }>): Promise<void>;
}

/** What a worker needs from the queue. None of these may be awaited by anything that rollback waits for. */
export interface WorkerSender {
  announce(view: CanaryView): Promise<void>;
  sendReceipt(receipt: Receipt): Promise<void>;
  /** One delayed wake-up per canary; a newer one replaces the older. */
  wakeAt(pass: { readonly namespace: string; readonly name: string }, at: number): Promise<void>;
}
