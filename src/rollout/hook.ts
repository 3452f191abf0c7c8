import type { Millis, RevisionHash } from "../units.ts";

/** When a webhook of the manifest is called. `rollout` is also what a missing type means. */
export const HOOK_TYPES = [
  "confirm-rollout",
  "pre-rollout",
  "rollout",
  "confirm-traffic-increase",
  "confirm-promotion",
  "post-rollout",
  "rollback",
  "event",
] as const;
export type HookType = (typeof HOOK_TYPES)[number];

/** One `spec.analysis.webhooks[]` entry with its defaults filled in. */
export interface Hook {
  /** The manifest's name; unique among the hooks of a canary. */
  readonly name: string;
  readonly type: HookType;
  readonly url: string;
  /** Time limit of one attempt. */
  readonly timeout: Millis;
  /** Further attempts after the first, 0 or more. */
  readonly retries: number;
  /** Whether any TLS certificate is accepted (`disableTLS`). */
  readonly insecure: boolean;
  /** Whether a gate that waits is not announced. */
  readonly muteAlert: boolean;
  readonly metadata: Readonly<Record<string, string>>;
}

/** One call that a pass asks for. */
export interface HookCall {
  readonly hook: Hook;
  readonly canary: string;
  readonly namespace: string;
  /** `status.phase` as the receiver shall read it. */
  readonly phase: string;
  /** Identifies the revision and its configs; opaque to the receiver. */
  readonly checksum: string;
  /** The same for every repetition of this call: receivers may use it to act once. */
  readonly key: string;
}

/** What came of a call. `problem` says why it failed, in words for people; empty when `ok`. */
export interface HookAnswer {
  readonly hook: string;
  readonly type: HookType;
  readonly ok: boolean;
  readonly problem: string;
}

/** How webhooks are told which revision (with its configs) a call is about: the hash without the name of its recipe. */
export const checksumOf = ({ hash }: { readonly hash: RevisionHash }): string => hash.replace(/^v\d+-/, "");
