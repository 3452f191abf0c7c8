import type { Measurement, MetricCheck } from "../analysis/metric-check.ts";
import type { MetricProvider, MetricQuestion } from "../metric-providers/provider.ts";
import type { Canary } from "../rollout/canary.ts";
import { timestamp, type Timestamp } from "../units.ts";

/** How long a pass waits for others that want to know something too. */
const COLLECT_MS = 200;
/** Evaluation times are whole multiples of this, so that the same question has the same answer. */
const ALIGN_MS = 1_000;
const GIVE_UP_MS = 15_000;

export interface MeasurerOptions {
  /** The source at an address. */
  readonly providerAt: (address: string) => MetricProvider;
  /** Address for canaries that name none. */
  readonly defaultAddress: string;
  /** Whether anybody else could want to measure now. Without others, nobody is waited for. */
  readonly othersMayJoin: () => boolean;
  readonly now: () => Timestamp;
}

/** Measures for passes that are due together with as few requests as possible. */
export interface Measurer {
  /**
   * Answers every check, in their order. Rejects only with the signal's reason: a source that fails gives measurements of
   * kind `error`.
   */
  measure(canary: Canary, checks: readonly MetricCheck[], signal: AbortSignal): Promise<readonly Measurement[]>;
  /** Since the start: questions of passes, and rounds in which they were asked together. */
  counts(): { readonly questions: number; readonly rounds: number };
}

interface Round {
  readonly questions: MetricQuestion[];
  readonly answers: Promise<readonly Measurement[]>;
}

export function createMeasurer(options: MeasurerOptions): Measurer {
  const collecting = new Map<string, Round>();
  let questionCount = 0;
  let roundCount = 0;

  const open = (address: string): Round => {
    const questions: MetricQuestion[] = [];
    const wait = options.othersMayJoin() ? COLLECT_MS : 0;
    const answers = new Promise((resolve) => setTimeout(resolve, wait)).then(() => {
      collecting.delete(address);
      roundCount += 1;
      const at = timestamp(Math.floor(options.now() / ALIGN_MS) * ALIGN_MS);
      return options.providerAt(address).measure(questions, at, AbortSignal.timeout(GIVE_UP_MS));
    });
    const round = { questions, answers };
    collecting.set(address, round);
    return round;
  };

  return {
    measure: async (canary, checks, signal) => {
      if (checks.length === 0) return [];
      const address = canary.metricsServer === "" ? options.defaultAddress : canary.metricsServer;
      const round = collecting.get(address) ?? open(address);
      const first = round.questions.length;
      round.questions.push(...checks.map((check) => questionOf(canary, check)));
      questionCount += checks.length;
      const answers = await unlessAborted(round.answers, signal);
      return answers.slice(first, first + checks.length);
    },
    counts: () => ({ questions: questionCount, rounds: roundCount }),
  };
}

function questionOf(canary: Canary, check: MetricCheck): MetricQuestion {
  const workload = canary.target.name;
  return { check, namespace: canary.ref.namespace, workload, primary: `${workload}-primary` };
}

/** The round goes on for the others. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  promise.catch(() => undefined);
  signal.throwIfAborted();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
