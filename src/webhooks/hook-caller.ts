import type { HookAnswer, HookCall } from "../rollout/hook.ts";

/** Calls webhooks of manifests. */
export interface HookCaller {
  /**
   * One call with its retries. Never rejects for a receiver that fails: that is an answer. Rejects with the signal's reason when
   * interrupted.
   */
  call(call: HookCall, signal: AbortSignal): Promise<HookAnswer>;
}
