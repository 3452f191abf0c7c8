import { z } from "zod";
import { googleToken } from "./google-token.ts";
import { readJson, under } from "./http.ts";
import type { MetricProvider } from "./provider.ts";
import { needed, onlyOne } from "./settings.ts";

const Value = z.object({ doubleValue: z.number().optional(), int64Value: z.string().optional() });
const Answer = z.object({
  /** Also there when there are no series: it tells this answer from any other JSON. */
  timeSeriesDescriptor: z.looseObject({}),
  timeSeriesData: z
    .array(z.object({ pointData: z.array(z.object({ values: z.array(Value) })).default([]) }))
    .default([]),
  partialErrors: z.array(z.object({ message: z.string().optional() })).default([]),
});

/** A query in Google's Monitoring Query Language. Its points come newest first, and the newest is the value. */
export const stackdriver: MetricProvider = {
  title: "Google Cloud Monitoring",
  windowed: false,
  ask: async ({ text, settings, secret, signal }, { send }) => {
    const project = encodeURIComponent(needed(secret, "project"));
    const token = await googleToken(secret?.["serviceAccountKey"] ?? null, send, signal);
    const address = settings.address === "" ? "https://monitoring.googleapis.com" : settings.address;
    const response = await send({
      method: "POST",
      url: under(address, `/v3/projects/${project}/timeSeries:query`),
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: text }),
      insecure: settings.insecureSkipVerify,
      signal,
    });
    const answer = readJson(response, Answer);
    const [partial] = answer.partialErrors;
    if (partial !== undefined) throw new Error(`the answer may be incomplete: ${partial.message ?? "it says so"}`);
    const series = onlyOne(answer.timeSeriesData, "series");
    const value = onlyOne(series?.pointData[0]?.values ?? [], "values");
    if (value === undefined) return null;
    const figure = value.doubleValue ?? (value.int64Value === undefined ? undefined : Number(value.int64Value));
    if (figure === undefined) throw new Error("the value is no number");
    return figure;
  },
};
