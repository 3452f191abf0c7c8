import type { HookAnswer, HookCall, HookType } from "../rollout/hook.ts";
import type { Outbound } from "../outbound/outbound.ts";
import type { HookCaller } from "./hook-caller.ts";
import { keyHeader, payloadOf } from "./payload.ts";
import { agrees, complaintAbout } from "./verdict.ts";

/** `interrupted`: given up because something more urgent came. */
export type CallOutcome = "ok" | "failed" | "interrupted";

export interface HttpCallerOptions {
  readonly outbound: Outbound;
  readonly userAgent: string;
  /** Called after every call with its retries. */
  readonly onCall: (call: { readonly type: HookType; readonly outcome: CallOutcome }) => void;
}

/** Calls webhooks by HTTP. */
export function createHttpCaller({ outbound, userAgent, onCall }: HttpCallerOptions): HookCaller {
  return {
    async call(call, signal) {
      const { name, type } = call.hook;
      const { ok, problem } = await outbound.deliver(deliveryOf(call, userAgent), signal).catch((error: unknown) => {
        onCall({ type, outcome: "interrupted" });
        throw error;
      });
      onCall({ type, outcome: ok ? "ok" : "failed" });
      return { hook: name, type, ok, problem } satisfies HookAnswer;
    },
  };
}

function deliveryOf(call: HookCall, userAgent: string) {
  const { url, timeout, retries, insecure } = call.hook;
  return {
    url,
    headers: {
      "content-type": "application/json",
      "idempotency-key": keyHeader(call.key),
      "user-agent": userAgent,
    },
    body: payloadOf(call),
    timeout,
    retries,
    insecure,
    proxy: "",
    needsBody: (status: number) => !agrees(status),
    complaint: complaintAbout,
  };
}
