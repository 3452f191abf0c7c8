import { familyOf } from "../analysis/builtin-family.ts";
import type { Measurement, MetricCheck } from "../analysis/metric-check.ts";
import type { MetricQuestion, MetricSources } from "../metric-providers/provider.ts";
import type { Canary } from "../rollout/canary.ts";
import { timestamp, type Timestamp } from "../units.ts";

/** A round closes when nobody has joined it for so long, */
const QUIET_MS = 100;
/** and in any case after this. */
const COLLECT_MS = 400;
/** Evaluation times are whole multiples of this, so that the same question has the same answer. */
const ALIGN_MS = 1_000;
const GIVE_UP_MS = 15_000;

export interface MeasurerOptions {
  readonly sources: MetricSources;
  /** Prometheus for canaries that name none. */
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
  /** Resolves when the round has closed, to one answer for each question: some sources are slower than others. */
  readonly answers: Promise<readonly Promise<Measurement>[]>;
  readonly openedAt: number;
  joinedAt: number;
}

export function createMeasurer(options: MeasurerOptions): Measurer {
  let collecting: Round | null = null;
  let questionCount = 0;
  let roundCount = 0;

  const open = (): Round => {
    const questions: MetricQuestion[] = [];
    const openedAt = performance.now();
    const collected = async (): Promise<void> => {
      if (!options.othersMayJoin()) return;
      for (let wait = QUIET_MS; wait > 0; wait = untilClosed(round)) await pause(wait);
    };
    const answers = Promise.resolve().then(async () => {
      await collected();
      collecting = null;
      roundCount += 1;
      const at = timestamp(Math.floor(options.now() / ALIGN_MS) * ALIGN_MS);
      return options.sources.measure(questions, at, AbortSignal.timeout(GIVE_UP_MS));
    });
    const round: Round = { questions, answers, openedAt, joinedAt: openedAt };
    return round;
  };

  return {
    measure: async (canary, checks, signal) => {
      if (checks.length === 0) return [];
      collecting ??= open();
      const round = collecting;
      const first = round.questions.length;
      round.joinedAt = performance.now();
      const address = canary.metricsServer === "" ? options.defaultAddress : canary.metricsServer;
      round.questions.push(...checks.map((check) => questionOf(canary, check, address)));
      questionCount += checks.length;
      const mine = round.answers.then((answers) => Promise.all(answers.slice(first, first + checks.length)));
      return unlessAborted(mine, signal);
    },
    counts: () => ({ questions: questionCount, rounds: roundCount }),
  };
}

const pause = (length: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, length));

/** Milliseconds that a round stays open if nobody joins it any more; 0 or less: it is over. */
function untilClosed({ openedAt, joinedAt }: Round): number {
  return Math.min(joinedAt + QUIET_MS, openedAt + COLLECT_MS) - performance.now();
}

function questionOf(canary: Canary, check: MetricCheck, address: string): MetricQuestion {
  const { namespace, name } = canary.ref;
  const { name: target, kind } = canary.target;
  if (check.subject === "custom") {
    const names = { name, namespace, target, service: canary.service.name, ingress: target, route: target };
    return { kind: "custom", check, address, names };
  }
  return {
    kind: "builtin",
    check,
    address,
    family: familyOf(canary.provider, kind) ?? "istio",
    namespace,
    workloadKind: kind === "DaemonSet" ? "DaemonSet" : "Deployment",
    workload: target,
    primary: `${target}-primary`,
  };
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
