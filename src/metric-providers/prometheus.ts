import pLimit from "p-limit";
import { Agent, request } from "undici";
import type { Measurement } from "../analysis/metric-check.ts";
import { renderDuration, renderRequestCounts } from "../analysis/render-query.ts";
import { explain } from "../errors.ts";
import type { Millis, Timestamp } from "../units.ts";
import type { MetricQuestion } from "./provider.ts";
import { readVector, type Sample } from "./prometheus-answer.ts";
import type { OpenProvider } from "./registry.ts";

/** Canaries asked about in one query: about so many, at most half as many again. */
const CHUNK = 100;
const TIMEOUT_MS = 5_000;
const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** More than this between two clocks is more than a slow answer. */
const CLOCKS_DIFFER_S = 30;
/** Prometheus itself runs 20 at once by default, for everybody. */
const QUERIES_AT_ONCE = 6;

/** Measures by Istio's standard metrics in a Prometheus at `address`. */
export const openPrometheus: OpenProvider = ({ address, onQuery }) => {
  const agent = new Agent({ connections: QUERIES_AT_ONCE, keepAliveTimeout: 30_000 });
  const limit = pLimit(QUERIES_AT_ONCE);
  const url = `${address.replace(/\/+$/, "")}/api/v1/query`;

  const query = async (text: string, at: Timestamp, signal: AbortSignal): Promise<readonly Sample[]> => {
    onQuery();
    const response = await request(url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: new URLSearchParams({ query: text, time: String(at / 1000), timeout: `${TIMEOUT_MS}ms` }).toString(),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      dispatcher: agent,
    });
    const body = await readBody(response.body);
    const json = String(response.headers["content-type"]).includes("json");
    if (response.statusCode !== 200 && !json) throw new Error(`it answered HTTP ${response.statusCode}`);
    checkClock(String(response.headers["date"] ?? ""));
    const samples = readVector(body, at / 1000);
    if (response.statusCode !== 200) throw new Error(`it answered HTTP ${response.statusCode}`);
    return samples;
  };

  return {
    measure: async (questions, at, signal) => {
      const ask = askedOnce((text) => limit(() => query(text, at, signal)));
      const answered = new Map<MetricQuestion, Promise<Measurement>>();
      for (const chunk of chunksOf(questions)) {
        const answers = askAbout(chunk, ask);
        for (const question of chunk) answered.set(question, answers(question));
      }
      return Promise.all(questions.map((question) => answered.get(question) ?? unasked(question)));
    },
    close: () => agent.destroy(),
  };
};

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

/** Questions of one window, for about CHUNK canaries, in a stable order. */
function chunksOf(questions: readonly MetricQuestion[]): readonly (readonly MetricQuestion[])[] {
  const canaries = new Map<Millis, Map<string, MetricQuestion[]>>();
  for (const question of questions) {
    const { window } = question.check;
    const ofWindow = canaries.get(window) ?? new Map<string, MetricQuestion[]>();
    canaries.set(window, ofWindow);
    const name = `${question.namespace}/${question.workload}/${question.primary}`;
    ofWindow.set(name, [...(ofWindow.get(name) ?? []), question]);
  }
  return [...canaries.values()].flatMap((ofWindow) => {
    const sorted = [...ofWindow].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, asked]) => asked);
    const count = Math.max(1, Math.round(sorted.length / CHUNK));
    const size = Math.ceil(sorted.length / count);
    return Array.from({ length: count }, (_, index) => sorted.slice(index * size, (index + 1) * size).flat());
  });
}

/** Sends a chunk's queries and answers a function that makes one question's measurement of them. */
function askAbout(chunk: readonly MetricQuestion[], ask: Ask): (question: MetricQuestion) => Promise<Measurement> {
  const window = chunk[0]?.check.window;
  if (window === undefined) return unasked;
  const namespaces = chunk.map(({ namespace }) => namespace);
  const workloads = chunk.flatMap(({ workload, primary }) => [workload, primary]);
  const scope = { namespaces, workloads, window };
  const counts = ask(renderRequestCounts(scope)).then(indexed);
  const wantsDuration = chunk.some(({ check }) => check.subject === "request-duration");
  const durations = wantsDuration ? ask(renderDuration(scope)).then(indexed) : counts;
  return async (question) =>
    question.check.subject === "request-duration"
      ? measureDuration(question, await counts, await durations)
      : measureSuccess(question, await counts);
}

type Indexed =
  | { readonly of: (namespace: string, workload: string) => readonly Sample[]; readonly problem: null }
  | { readonly of: null; readonly problem: string };

/** The rows of each workload. */
function indexed(answer: Answer): Indexed {
  if (answer.samples === null) return { of: null, problem: answer.problem };
  const rows = new Map<string, Sample[]>();
  for (const sample of answer.samples) {
    const name = `${sample.labels["destination_workload_namespace"]}/${sample.labels["destination_workload"]}`;
    const known = rows.get(name);
    if (known) known.push(sample);
    else rows.set(name, [sample]);
  }
  return { of: (namespace, workload) => rows.get(`${namespace}/${workload}`) ?? [], problem: null };
}

function measureSuccess(question: MetricQuestion, counts: Indexed): Measurement {
  const { namespace, workload, primary, check } = question;
  const query = renderRequestCounts({ namespaces: [namespace], workloads: [workload], window: check.window });
  if (counts.of === null) return { kind: "error", check: check.name, query, problem: counts.problem };
  const seen = requestsOf(counts.of(namespace, workload));
  if (seen === null) return notFinite(question, query);
  if (seen.total === 0) return { kind: "no-data", check: check.name, query };
  const value = percentGood(seen);
  const other = requestsOf(counts.of(namespace, primary));
  const compared = other === null || other.total === 0 ? null : percentGood(other);
  const samples = Math.round(seen.total);
  return { kind: "value", check: check.name, value, samples, primary: compared, query };
}

function measureDuration(question: MetricQuestion, counts: Indexed, durations: Indexed): Measurement {
  const { namespace, workload, primary, check } = question;
  const query = renderDuration({ namespaces: [namespace], workloads: [workload], window: check.window });
  const problem = counts.problem ?? durations.problem;
  if (counts.of === null || durations.of === null) {
    return { kind: "error", check: check.name, query, problem: problem ?? "it was not asked" };
  }
  const seen = requestsOf(counts.of(namespace, workload));
  const value = durations.of(namespace, workload)[0]?.value ?? Number.NaN;
  if (seen === null) return notFinite(question, query);
  if (seen.total === 0 || Number.isNaN(value)) return { kind: "no-data", check: check.name, query };
  if (!Number.isFinite(value)) return notFinite(question, query);
  const other = durations.of(namespace, primary)[0]?.value ?? Number.NaN;
  const compared = Number.isFinite(other) ? other : null;
  return { kind: "value", check: check.name, value, samples: Math.round(seen.total), primary: compared, query };
}

interface Requests {
  readonly total: number;
  readonly bad: number;
}

/** Requests by response code, added up: 5xx are bad. `null` when a count is not a number that counts. */
function requestsOf(rows: readonly Sample[]): Requests | null {
  if (!rows.every(({ value }) => Number.isFinite(value) && value >= 0)) return null;
  const bad = rows.filter(({ labels }) => labels["response_code"]?.startsWith("5"));
  return { total: sum(rows), bad: sum(bad) };
}

const sum = (rows: readonly Sample[]): number => rows.reduce((total, { value }) => total + value, 0);
const percentGood = ({ total, bad }: Requests): number => ((total - bad) / total) * 100;

function notFinite({ check }: MetricQuestion, query: string): Measurement {
  return { kind: "error", check: check.name, query, problem: "Prometheus answered a value that is no finite number" };
}

async function unasked({ check }: MetricQuestion): Promise<Measurement> {
  return { kind: "error", check: check.name, query: "", problem: "it was not asked" };
}

/**
 * The moment that is asked about is this worker's. Where the clocks differ, the answer is about another one: about what ran before,
 * or about nothing. Throws then; a server that tells no time is trusted.
 */
function checkClock(date: string): void {
  const ahead = Math.round((Date.parse(date) - Date.now()) / 1000);
  if (Math.abs(ahead) <= CLOCKS_DIFFER_S || Number.isNaN(ahead)) return;
  const which = ahead > 0 ? "ahead of" : "behind";
  throw new Error(`its clock is ${Math.abs(ahead)} s ${which} this worker's, so it would answer about another moment`);
}

interface Body extends AsyncIterable<Uint8Array> {
  destroy(): unknown;
}

async function readBody(body: Body): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > MAX_BODY_BYTES) {
      body.destroy();
      throw new Error(`the answer is longer than ${MAX_BODY_BYTES} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
