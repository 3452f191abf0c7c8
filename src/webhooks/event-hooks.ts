import { explain } from "../errors.ts";
import { Lanes } from "../outbound/lanes.ts";
import type { Hook, HookCall } from "../rollout/hook.ts";
import type { News } from "../rollout/news.ts";
import type { Log } from "../telemetry/log.ts";
import { seconds } from "../units.ts";
import type { HookCaller } from "./hook-caller.ts";

/** Tells webhooks of type `event` what happened, in the background. */
export interface EventHooks {
  /** Queues it for every hook that wants it. Never throws, never waits. */
  tell(news: News): void;
  /** Resolves when everything was delivered or given up, or after so many milliseconds. */
  drained(withinMs: number): Promise<void>;
  stop(): void;
}

export interface EventHooksOptions {
  /** For webhooks of manifests. */
  readonly caller: HookCaller;
  /** For the operator's own. */
  readonly trusted: HookCaller;
  /** Told of the events of canaries that have no such hook; empty: nobody is. */
  readonly globalUrl: string;
  /** Called for every event that was given up because too many waited. */
  readonly onDropped: () => void;
  readonly log: Log;
}

/** Events that may wait for one receiver of one canary, and for all. */
const PER_LANE = 50;
const TOTAL = 5_000;
/** Nothing waits for an event, so it is tried at least so often again whatever the manifest says. */
const RETRIES = 3;

export function createEventHooks({ caller, trusted, globalUrl, onDropped, log }: EventHooksOptions): EventHooks {
  const lanes = new Lanes({ perLane: PER_LANE, total: TOTAL, onDropped });
  const everywhere = globalUrl === "" ? [] : [globalHook(globalUrl)];

  const send = (call: HookCall, by: HookCaller): void =>
    lanes.push(`${call.namespace}/${call.canary}/${call.hook.name}`, async (signal) => {
      const told = { canary: `${call.namespace}/${call.canary}`, hook: call.hook.name };
      try {
        const { ok, problem } = await by.call(call, signal);
        if (!ok) log.warn({ ...told, problem }, "an event could not be told to a webhook");
      } catch (error) {
        log.debug({ ...told, error: explain(error) }, "telling an event to a webhook was interrupted");
      }
    });

  return {
    tell(news) {
      const own = news.canary?.analysis.hooks.filter(({ type }) => type === "event") ?? [];
      for (const hook of own) send(callFor(news, hook), caller);
      if (own.length === 0) for (const hook of everywhere) send(callFor(news, hook), trusted);
    },
    drained: (withinMs) => lanes.drained(withinMs),
    stop: () => lanes.stop(),
  };
}

function globalHook(url: string): Hook {
  const defaults = { timeout: seconds(10), retries: RETRIES, insecure: false, muteAlert: false, metadata: {} };
  return { name: "EVENT_WEBHOOK_URL", type: "event", url, ...defaults };
}

/** The event's own facts win over what the manifest puts under the same names. */
function callFor(news: News, hook: Hook): HookCall {
  const { ref, phase, checksum, key, message, type, at } = news;
  const facts = { eventMessage: message, eventType: type, timestamp: String(at) };
  return {
    hook: { ...hook, retries: Math.max(hook.retries, RETRIES), metadata: { ...hook.metadata, ...facts } },
    canary: ref.name,
    namespace: ref.namespace,
    phase,
    checksum,
    key: `${key}/${hook.name}`,
  };
}
