import type { Measurement } from "../analysis/metric-check.ts";
import { renderDuration, renderRequestCounts, ROW_LABELS, type QueryScope } from "../analysis/render-query.ts";
import { explain } from "../errors.ts";
import type { Timestamp } from "../units.ts";
import type { Send } from "./http.ts";
import type { BuiltinQuestion } from "./provider.ts";
import { queryPrometheus } from "./prometheus.ts";
import type { Sample } from "./prometheus-answer.ts";

/** Canaries asked about in one query: about so many, at most half as many again. */
const CHUNK = 100;

/**
 * Answers the built-in checks by Prometheus, each as soon as it is known: questions of one address, family and window share one query
 * for each metric and about 100 canaries. The answers never reject.
 */
export function measureBuiltins(
  send: Send,
  questions: readonly BuiltinQuestion[],
  { at, signal }: { readonly at: Timestamp; readonly signal: AbortSignal },
): ReadonlyMap<BuiltinQuestion, Promise<Measurement>> {
  const answered = new Map<BuiltinQuestion, Promise<Measurement>>();
  for (const chunk of chunksOf(questions)) {
    const settings = { address: chunk[0]?.address ?? "", insecureSkipVerify: false };
    const ask = askedOnce((text) => queryPrometheus(send, { text, at, settings, headers: {}, signal }));
    const answers = askAbout(chunk, ask);
    for (const question of chunk) answered.set(question, answers(question));
  }
  return answered;
}

type Ask = (text: string) => Promise<Answer>;

/** What came of one query; never a rejection. */
type Answer =
  | { readonly samples: readonly Sample[]; readonly problem: null }
  | { readonly samples: null; readonly problem: string };

/** Identical texts are asked once. */
function askedOnce(query: (text: string) => Promise<readonly Sample[]>): Ask {
  const asked = new Map<string, Promise<Answer>>();
  return (text) => {
    const answer =
      asked.get(text) ??
      query(text).then(
        (samples) => ({ samples, problem: null }),
        (error: unknown) => ({ samples: null, problem: `Prometheus gave no answer: ${explain(error)}` }),
      );
    asked.set(text, answer);
    return answer;
  };
}

/** Questions of one address, family and window, for about CHUNK canaries, in a stable order. */
function chunksOf(questions: readonly BuiltinQuestion[]): readonly (readonly BuiltinQuestion[])[] {
  const together = new Map<string, Map<string, BuiltinQuestion[]>>();
  for (const question of questions) {
    const { address, family, check, namespace, workload } = question;
    const group = JSON.stringify([address, family, check.window]);
    const canaries = together.get(group) ?? new Map<string, BuiltinQuestion[]>();
    together.set(group, canaries);
    const name = `${namespace}/${workload}`;
    canaries.set(name, [...(canaries.get(name) ?? []), question]);
  }
  return [...together.values()].flatMap((canaries) => {
    const sorted = [...canaries].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, asked]) => asked);
    const count = Math.max(1, Math.round(sorted.length / CHUNK));
    const size = Math.ceil(sorted.length / count);
    return Array.from({ length: count }, (_, index) => sorted.slice(index * size, (index + 1) * size).flat());
  });
}

/** What one query asks about; the same for a single question, so that a person can repeat it. */
function scopeOf(questions: readonly [BuiltinQuestion, ...BuiltinQuestion[]], withPrimary: boolean): QueryScope {
  const [{ family, check }] = questions;
  return {
    family,
    window: check.window,
    namespaces: questions.map(({ namespace }) => namespace),
    workloads: questions.flatMap(({ workload, primary, workloadKind: kind }) => [
      { name: workload, kind },
      ...(withPrimary ? [{ name: primary, kind }] : []),
    ]),
  };
}

/** Sends a chunk's queries and answers a function that makes one question's measurement of them. */
function askAbout(chunk: readonly BuiltinQuestion[], ask: Ask): (question: BuiltinQuestion) => Promise<Measurement> {
  const [first, ...others] = chunk;
  if (first === undefined) return unasked;
  const scope = scopeOf([first, ...others], true);
  const rows = indexed(scope);
  const counts = ask(renderRequestCounts(scope)).then(rows);
  const wantsDuration = chunk.some(({ check }) => check.subject === "request-duration");
  const durations = wantsDuration ? ask(renderDuration(scope)).then(rows) : counts;
  return async (question) =>
    question.check.subject === "request-duration"
      ? measureDuration(question, await counts, await durations)
      : measureSuccess(question, await counts);
}

type Indexed =
  | { readonly of: (namespace: string, workload: string) => readonly Sample[]; readonly problem: null }
  | { readonly of: null; readonly problem: string };

/** The rows of each workload. */
const indexed =
  ({ family }: QueryScope) =>
  (answer: Answer): Indexed => {
    if (answer.samples === null) return { of: null, problem: answer.problem };
    const { namespace, workload } = ROW_LABELS[family];
    const rows = new Map<string, Sample[]>();
    for (const sample of answer.samples) {
      const name = `${sample.labels[namespace]}/${sample.labels[workload]}`;
      const known = rows.get(name);
      if (known) known.push(sample);
      else rows.set(name, [sample]);
    }
    return { of: (inNamespace, name) => rows.get(`${inNamespace}/${name}`) ?? [], problem: null };
  };

function measureSuccess(question: BuiltinQuestion, counts: Indexed): Measurement {
  const { namespace, workload, primary, check } = question;
  const query = renderRequestCounts(scopeOf([question], false));
  if (counts.of === null) return failed(question, query, counts.problem);
  const seen = requestsOf(question, counts.of(namespace, workload));
  if (typeof seen === "string") return failed(question, query, seen);
  if (seen.total === 0) return { kind: "no-data", check: check.name, query };
  const value = percentGood(seen);
  const other = requestsOf(question, counts.of(namespace, primary));
  const compared = typeof other === "string" || other.total === 0 ? null : percentGood(other);
  const samples = Math.round(seen.total);
  return { kind: "value", check: check.name, value, samples, primary: compared, query };
}

function measureDuration(question: BuiltinQuestion, counts: Indexed, durations: Indexed): Measurement {
  const { namespace, workload, primary, check } = question;
  const query = renderDuration(scopeOf([question], false));
  if (counts.of === null) return failed(question, query, counts.problem);
  if (durations.of === null) return failed(question, query, durations.problem);
  const seen = requestsOf(question, counts.of(namespace, workload));
  const value = durations.of(namespace, workload)[0]?.value ?? Number.NaN;
  if (typeof seen === "string") return failed(question, query, seen);
  if (seen.total === 0 || Number.isNaN(value)) return { kind: "no-data", check: check.name, query };
  if (!Number.isFinite(value)) return failed(question, query, NOT_FINITE);
  const other = durations.of(namespace, primary)[0]?.value ?? Number.NaN;
  const compared = Number.isFinite(other) ? other : null;
  return { kind: "value", check: check.name, value, samples: Math.round(seen.total), primary: compared, query };
}

interface Requests {
  readonly total: number;
  readonly bad: number;
}

const NOT_FINITE = "Prometheus answered a value that is no finite number";

/**
 * Requests by response code, added up: 5xx are bad. Answers in words why the rows cannot be counted: one is not a number that counts,
 * or does not say how its requests went, so that failures would pass for successes.
 */
function requestsOf({ family }: BuiltinQuestion, rows: readonly Sample[]): Requests | string {
  const { code } = ROW_LABELS[family];
  if (!rows.every(({ value }) => Number.isFinite(value) && value >= 0)) return NOT_FINITE;
  if (rows.some(({ labels }) => (labels[code] ?? "") === "")) return `the requests have no label ${code}`;
  const bad = rows.filter(({ labels }) => labels[code]?.startsWith("5"));
  return { total: sum(rows), bad: sum(bad) };
}

const sum = (rows: readonly Sample[]): number => rows.reduce((total, { value }) => total + value, 0);
const percentGood = ({ total, bad }: Requests): number => ((total - bad) / total) * 100;

function failed({ check }: BuiltinQuestion, query: string, problem: string): Measurement {
  return { kind: "error", check: check.name, query, problem };
}

async function unasked(question: BuiltinQuestion): Promise<Measurement> {
  return failed(question, "", "it was not asked");
}
