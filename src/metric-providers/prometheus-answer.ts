import { z } from "zod";

/** One row of an instant vector. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN or infinite: whoever reads it has to look. */
  readonly value: number;
}

const Value = z.tuple([z.number(), z.string().regex(/^(NaN|[+-]?Inf|[+-]?\d.*)$/)]);
const Answer = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("success"),
    data: z.object({
      resultType: z.literal("vector", { error: "the answer is not an instant vector" }),
      result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: Value })),
    }),
    warnings: z.array(z.string()).optional(),
  }),
  z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() }),
]);

/**
 * Reads the body of an instant query that was evaluated `at` (seconds). Throws, with the reason, for everything that is not a
 * complete and unambiguous answer: another status, warnings (data may be partial), a series twice, another evaluation time.
 */
export function readVector(body: string, at: number): readonly Sample[] {
  const answer = parse(body);
  if (answer.status === "error") throw new Error(`it answered ${answer.errorType}: ${answer.error}`);
  const [warning] = answer.warnings ?? [];
  if (warning !== undefined) throw new Error(`the answer may be incomplete: ${warning}`);
  const seen = new Set<string>();
  return answer.data.result.map(({ metric, value: [time, text] }) => {
    if (Math.abs(time - at) > 1) throw new Error(`it evaluated at ${time} instead of ${at}`);
    const series = JSON.stringify(Object.entries(metric).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    if (seen.has(series)) throw new Error(`the answer holds the series ${series} twice`);
    seen.add(series);
    return { labels: metric, value: readNumber(text) };
  });
}

function parse(body: string): z.infer<typeof Answer> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (error) {
    throw new Error(`the answer is not JSON: ${body.slice(0, 60).replace(/\s+/g, " ")}…`, { cause: error });
  }
  const answer = Answer.safeParse(json);
  if (answer.success) return answer.data;
  const [issue] = answer.error.issues;
  throw new Error(`the answer is not one of Prometheus's query API: ${issue?.path.join(".")} ${issue?.message}`);
}

function readNumber(text: string): number {
  if (text === "NaN") return Number.NaN;
  if (text.endsWith("Inf")) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}
