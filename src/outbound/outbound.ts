import type { Millis } from "../units.ts";
import { millis } from "../units.ts";
import type { AddressPolicy } from "./address-policy.ts";
import { createResolver, type Resolve } from "./checked-lookup.ts";
import { createPoster, type Answer, type Post } from "./post.ts";
import { readAddress } from "./read-address.ts";
import { HostSlots, reasonOf, type HostSlotsOptions } from "./slots.ts";
import type { Trouble } from "./trouble.ts";

/** A request with everything that decides whether it was taken. */
export interface Delivery extends Post {
  /** Further attempts after the first, 0 or more. */
  readonly retries: number;
  /** What is wrong with an answer; `null`: it was taken. */
  readonly complaint: (answer: Answer) => Trouble | null;
}

/** `problem` says in words for people why it was not taken; empty when it was. */
export interface Outcome {
  readonly ok: boolean;
  readonly problem: string;
  readonly attempts: number;
}

/** Delivers requests to addresses that stand in manifests: checked, limited, tried again. */
export interface Outbound {
  /** Rejects with the signal's reason when interrupted, never for a receiver that fails. */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<Outcome>;
  close(): Promise<void>;
}

export interface OutboundOptions {
  readonly policy: AddressPolicy;
  /** Requests at once. Default: 100 to one host, 400 in all. */
  readonly slots?: HostSlotsOptions;
  readonly resolve?: Resolve;
  /** Waits between attempts; rejects with the signal's reason when it is aborted. */
  readonly pause?: (length: Millis, signal: AbortSignal) => Promise<void>;
}

const SLOTS: HostSlotsOptions = { perHost: 100, total: 400 };
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A receiver that asks for more time than this has to be content with it. */
const LONGEST_ASKED_MS = 60_000;

export function createOutbound({
  policy,
  resolve = createResolver(),
  slots = SLOTS,
  pause = wait,
}: OutboundOptions): Outbound {
  const poster = createPoster({ policy, resolve });
  const places = new HostSlots(slots);

  const attempt = async (delivery: Delivery, signal: AbortSignal) => {
    const leave = await places.take(placeOf(delivery), signal);
    try {
      const { answer, trouble } = await poster.post(delivery, signal);
      return { retryAfter: answer?.retryAfter ?? "", trouble: answer === null ? trouble : delivery.complaint(answer) };
    } finally {
      leave();
    }
  };

  return {
    async deliver(delivery, signal) {
      for (let attempts = 1; ; attempts += 1) {
        const { trouble, retryAfter } = await attempt(delivery, signal);
        if (trouble === null) return { ok: true, problem: "", attempts };
        if (!trouble.again || attempts > delivery.retries) return { ok: false, problem: trouble.problem, attempts };
        await pause(pauseAfter(attempts, retryAfter, Date.now()), signal);
      }
    },
    close: () => poster.close(),
  };
}

/** Which place a request takes: that of its proxy, or of its host. */
function placeOf({ url, proxy }: Delivery): string {
  return readAddress(proxy === "" ? url : proxy).address?.origin ?? "";
}

/** How long to wait after so many failed attempts: twice as long each time, or as long as the receiver asks (seconds, or a date). */
export function pauseAfter(attempts: number, retryAfter: string, now: number): Millis {
  const asked = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  if (Number.isFinite(asked)) return millis(Math.min(Math.max(asked, 0), LONGEST_ASKED_MS));
  return millis(Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS));
}

function wait(length: Millis, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(reasonOf(signal));
    const leave = (): void => {
      clearTimeout(timer);
      reject(reasonOf(signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", leave);
      resolve();
    }, length);
    signal.addEventListener("abort", leave, { once: true });
  });
}
