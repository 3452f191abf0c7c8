import { createHmac, timingSafeEqual } from "node:crypto";
import type { RolloutCommand } from "../rollout/command.ts";
import type { SignedCommand } from "./jobs.ts";

/** Part of what is signed, so that a signature can never be taken for one of something else. */
const PURPOSE = "coalmine rollout command 1\n";

/** The command with its signature under `key` (COMMAND_KEY). Only bots do this, after they have checked who may. */
export function signCommand(command: RolloutCommand, key: string): SignedCommand {
  return { command, signature: hmac(command, key) };
}

/** Whether the command is exactly what a holder of `key` signed. Takes the same time whatever the signature is. */
export function isSigned({ command, signature }: SignedCommand, key: string): boolean {
  const given = Buffer.from(signature, "hex");
  const wanted = Buffer.from(hmac(command, key), "hex");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function hmac(command: RolloutCommand, key: string): string {
  return createHmac("sha256", key)
    .update(PURPOSE + canonicalJson(command))
    .digest("hex");
}

/** JSON with sorted keys and no spaces: the same text for the same value, in every process. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item)}`).join(",")}}`;
}
