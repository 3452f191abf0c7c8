import { createHash } from "node:crypto";
import type { CanaryView } from "../rollout/view.ts";
import type { Message } from "./messages/blocks.ts";
import type { MessagePlace } from "./slack-api.ts";

/** Root message of an earlier rollout, as the worker knows it. */
export function earlierRoot(view: CanaryView, rollout: string): MessagePlace | null {
  const entry = view.earlierRoots.find((known) => known.rollout === rollout);
  return entry === undefined ? null : { channel: entry.channel, ts: entry.ts };
}

/** What a reader sees of a message; the marks in button values change without any visible difference. */
export function hashOf(message: Message): string {
  const seen = JSON.stringify(message).replaceAll(/\\"mark\\":\d+/g, "");
  return createHash("sha256").update(seen).digest("hex").slice(0, 32);
}

/** Whether Slack will never let this message be redrawn. */
export function isUnchangeable(error: unknown): boolean {
  const codes = [
    "edit_window_closed",
    "cant_update_message",
    "is_inactive",
    "streaming_state_conflict",
    "block_mismatch",
  ];
  return error instanceof Error && "code" in error && codes.some((code) => code === error.code);
}
