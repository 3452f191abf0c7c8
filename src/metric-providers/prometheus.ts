import type { Timestamp } from "../units.ts";
import { under, type Send } from "./http.ts";
import { readVector, type Sample } from "./prometheus-answer.ts";
import type { MetricProvider, ProviderSettings, TextQuestion } from "./provider.ts";

const TIMEOUT_MS = 5_000;
/** More than this between two clocks is more than a slow answer. */
const CLOCKS_DIFFER_S = 30;

/**
 * PromQL by a MetricTemplate or by a Canary itself. The answer must be one row: which of several would be meant, nobody could say.
 * An empty one and NaN (a share of nothing) are no data.
 */
export const prometheus: MetricProvider = {
  title: "Prometheus",
  windowed: false,
  ask: async (question, { send }) => {
    const headers = { ...lowerCased(question.settings.headers), ...authorization(question.secret) };
    const rows = await queryPrometheus(send, { ...question, headers });
    const [row, ...others] = rows;
    if (others.length > 0)
      throw new Error(`the query has ${rows.length} series as its result; let it add them up to one`);
    return row === undefined || Number.isNaN(row.value) ? null : row.value;
  },
};

export interface PrometheusQuery {
  readonly text: string;
  readonly at: Timestamp;
  readonly settings: Pick<ProviderSettings, "address" | "insecureSkipVerify">;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly signal: AbortSignal;
}

/** One instant query, evaluated `at`. Throws for everything that is not a complete answer. */
export async function queryPrometheus(send: Send, asked: PrometheusQuery): Promise<readonly Sample[]> {
  const { text, at, settings, headers, signal } = asked;
  const answer = await send({
    method: "POST",
    url: under(settings.address, "/api/v1/query"),
    headers: { ...headers, "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    body: new URLSearchParams({ query: text, time: String(at / 1000), timeout: `${TIMEOUT_MS}ms` }).toString(),
    insecure: settings.insecureSkipVerify,
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  const { status } = answer;
  if (status !== 200 && !answer.header("content-type").includes("json")) throw new Error(`it answered HTTP ${status}`);
  checkClock(answer.header("date"));
  const samples = readVector(answer.body, at / 1000);
  if (status !== 200) throw new Error(`it answered HTTP ${status}`);
  return samples;
}

/** So that what a Secret says replaces a header of the same name instead of standing beside it. */
function lowerCased(headers: ProviderSettings["headers"]): ProviderSettings["headers"] {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name.toLowerCase(), values]));
}

function authorization(secret: TextQuestion["secret"]): Readonly<Record<string, string>> {
  if (secret === null) return {};
  const { token, username, password } = secret;
  if (token !== undefined && token !== "") return { authorization: `Bearer ${token}` };
  if (username === undefined || password === undefined) {
    throw new Error("its Secret has neither token nor username and password");
  }
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
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
