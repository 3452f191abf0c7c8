import { createHash } from "node:crypto";
import type { HookCall } from "../rollout/hook.ts";

/** Longer keys are replaced by their hash: a header is no place for a novel. */
const LONGEST_KEY = 200;

/** What a receiver gets: exactly these members, `metadata` only where there is some. */
export function payloadOf({ canary, namespace, phase, checksum, hook }: HookCall): string {
  const { metadata } = hook;
  const told = { name: canary, namespace, phase, checksum };
  return JSON.stringify(Object.keys(metadata).length === 0 ? told : { ...told, metadata });
}

/** The key as a header may carry it. The same key is always written the same way. */
export function keyHeader(key: string): string {
  const written = key.toWellFormed().replace(/[^!-$&-~]/gu, encodeURIComponent);
  return written.length <= LONGEST_KEY ? written : createHash("sha256").update(key).digest("hex");
}
