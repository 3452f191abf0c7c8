import { z } from "zod";
import { readJson, under } from "./http.ts";
import type { MetricProvider } from "./provider.ts";
import { needed } from "./settings.ts";

const Answer = z.object({ results: z.array(z.record(z.string(), z.unknown())) });

/** NRQL that answers one figure, over the window of the check. */
export const newrelic: MetricProvider = {
  title: "New Relic",
  windowed: true,
  ask: async ({ text, window, settings, secret, signal }, { send }) => {
    const account = encodeURIComponent(needed(secret, "newrelic_account_id"));
    const address = settings.address === "" ? "https://insights-api.newrelic.com" : settings.address;
    const url = under(address, `/v1/accounts/${account}/query`);
    url.searchParams.set("nrql", `${text.trim()} SINCE ${Math.max(1, Math.round(window / 1000))} seconds ago`);
    const headers = { accept: "application/json", "x-query-key": needed(secret, "newrelic_query_key") };
    const insecure = settings.insecureSkipVerify;
    const { results } = readJson(await send({ method: "GET", url, headers, insecure, signal }), Answer);
    const [result, ...others] = results;
    if (others.length > 0) throw new Error(`the query has ${results.length} figures as its result; let it answer one`);
    if (result === undefined) return null;
    return figureOf(result);
  },
};

/** A computed figure is called `result`; a single function's bears its name, such as `average`. */
function figureOf(result: Readonly<Record<string, unknown>>): number | null {
  const entries = Object.entries(result);
  const [only, ...others] = "result" in result ? [["result", result["result"]] as const] : entries;
  if (only === undefined || others.length > 0) throw new Error("the result is not one figure");
  const [, figure] = only;
  if (figure === null) return null;
  if (typeof figure !== "number") throw new Error("the result is no number");
  return figure;
}
