import { createHash } from "node:crypto";
import type { CommandVerb } from "../rollout/command.ts";
import type { ButtonValue } from "./buttons/value.ts";

/** Id of a typed wish: Slack's delivery is the wish, however often it arrives. */
export function typedId(delivery: { readonly team: string; readonly user: string; readonly trigger: string }): string {
  return digest(["typed", delivery.team, delivery.user, delivery.trigger]);
}

/** Id of a press: the same person pressing the same button for the same rollout, gate and revision wishes the same thing. */
export function pressedId(verb: CommandVerb, user: string, value: ButtonValue): string {
  const { cluster, uid, rollout, gate, revision, mark } = value;
  return digest(["pressed", cluster, uid, rollout, gate ?? "", revision, verb, user, String(mark)]);
}

const digest = (parts: readonly string[]): string =>
  `c-${createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32)}`;
