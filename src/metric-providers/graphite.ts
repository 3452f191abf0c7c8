import { z } from "zod";
import { readJson, under } from "./http.ts";
import type { MetricProvider } from "./provider.ts";
import { basicAuthorization, onlyOne, tenWindows } from "./settings.ts";

const Answer = z.array(z.object({ datapoints: z.array(z.tuple([z.number().nullable(), z.number()])) }));

/**
 * Parameters of Graphite's render API, such as `target=…&from=-2min`. The last point that has a value is the value. Without `from` it
 * would be looked for in a whole day, and an old one would do; then only ten windows are looked at.
 */
export const graphite: MetricProvider = {
  title: "Graphite",
  windowed: true,
  ask: async (question, { send }) => {
    const { text, settings, secret, signal } = question;
    const url = under(settings.address, "/render");
    const parameters = new URLSearchParams(text.replace(/\s+/g, " ").trim());
    if (!parameters.has("target")) throw new Error("the query has no target=…");
    if (!parameters.has("from")) parameters.set("from", String(Math.floor(tenWindows(question).from / 1000)));
    parameters.set("format", "json");
    for (const [name, value] of parameters) url.searchParams.append(name, value.trim());
    const headers = { accept: "application/json", ...basicAuthorization(secret) };
    const insecure = settings.insecureSkipVerify;
    const answer = readJson(await send({ method: "GET", url, headers, insecure, signal }), Answer);
    const points = onlyOne(answer, "series")?.datapoints ?? [];
    return points.findLast(([value]) => value !== null)?.[0] ?? null;
  },
};
