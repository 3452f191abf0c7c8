import { parseCsv } from "./csv.ts";
import { excerpt, under } from "./http.ts";
import type { MetricProvider } from "./provider.ts";
import { needed, onlyOne } from "./settings.ts";

const TIMEOUT_MS = 15_000;
const DIALECT = { header: true, delimiter: ",", annotations: ["datatype", "group", "default"], commentPrefix: "#" };

/**
 * Flux. The value is `_value` of the only record; of several in one table, that of the newest. An empty result is no data: others take
 * it for a zero, which would pass.
 */
export const influxdb: MetricProvider = {
  title: "InfluxDB",
  windowed: false,
  ask: async ({ text, settings, secret, signal }, { send }) => {
    const url = under(settings.address, "/api/v2/query");
    if (secret !== null) url.searchParams.set("org", needed(secret, "org"));
    const answer = await send({
      method: "POST",
      url,
      headers: {
        "content-type": "application/json",
        accept: "application/csv",
        ...(secret === null ? {} : { authorization: `Token ${needed(secret, "token")}` }),
      },
      body: JSON.stringify({ query: text, type: "flux", dialect: DIALECT }),
      insecure: settings.insecureSkipVerify,
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    if (answer.status !== 200) throw new Error(`it answered HTTP ${answer.status}${excerpt(answer.body)}`);
    return readFlux(answer.body);
  },
};

type Row = Readonly<Record<string, string>>;

/** The value in an annotated CSV. Throws for what is none, and for an error that stands in the place of the result. */
export function readFlux(csv: string): number | null {
  const rows = rowsOf(csv);
  const failure = rows.find(({ error = "" }) => error !== "");
  if (failure !== undefined) throw new Error(`it answered ${failure["error"]}`);
  onlyOne([...new Set(rows.map(({ result = "", table = "" }) => `${result}/${table}`))], "tables");
  const newest = rows.length > 1 ? newestOf(rows) : rows[0];
  const value = newest?.["_value"];
  if (newest !== undefined && value === undefined) throw new Error("the result has no column _value");
  if (value === undefined || value === "") return null;
  const number = readNumber(value);
  if (number === null) throw new Error(`_value is ${JSON.stringify(value.slice(0, 40))}, which is no number`);
  return number;
}

function readNumber(text: string): number | null {
  if (text === "NaN") return Number.NaN;
  if (/^[+-]?Inf$/.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : null;
}

function newestOf(rows: readonly Row[]): Row | undefined {
  if (rows.some(({ _time = "" }) => Number.isNaN(Date.parse(_time)))) {
    throw new Error(`the query has ${rows.length} records as its result, and they have no _time; let it answer one`);
  }
  return rows.toSorted((one, other) => Date.parse(one["_time"] ?? "") - Date.parse(other["_time"] ?? "")).at(-1);
}

/** Records by column name. Every table brings a header of its own, after annotations or an empty line. */
function rowsOf(csv: string): readonly Row[] {
  const rows: Row[] = [];
  let header: readonly string[] | null = null;
  let defaults: readonly string[] = [];
  for (const cells of parseCsv(csv)) {
    const [first = ""] = cells;
    if (cells.length === 1 && first === "") header = null;
    else if (first.startsWith("#")) {
      header = null;
      if (first === "#default") defaults = cells;
    } else if (header === null) {
      if (!cells.includes("_value") && !cells.includes("error") && !cells.includes("result")) {
        throw new Error(`the answer is no annotated CSV${excerpt(csv)}`);
      }
      header = cells;
    } else {
      if (cells.length !== header.length) throw new Error("the answer ends in the middle of a record");
      const named = header.map((name, index): [string, string] => [name, cells[index] || (defaults[index] ?? "")]);
      rows.push(Object.fromEntries(named));
    }
  }
  return rows;
}
