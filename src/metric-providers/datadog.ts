import { z } from "zod";
import { readJson, under } from "./http.ts";
import type { MetricProvider } from "./provider.ts";
import { needed, onlyOne, tenWindows } from "./settings.ts";

const Answer = z.object({
  status: z.string().optional(),
  error: z.string().optional(),
  series: z
    .array(
      z.object({
        /** Seconds that each point stands for. */
        interval: z.number().default(0),
        /** Start of the point in milliseconds, and its value. */
        pointlist: z.array(z.tuple([z.number(), z.number().nullable()])),
      }),
    )
    .default([]),
});

/**
 * A query of Datadog's metrics API over ten windows. The newest point whose time is over is the value: the oldest one, which others
 * take, is about what ran ten windows ago, and the very last is still being filled.
 */
export const datadog: MetricProvider = {
  title: "Datadog",
  windowed: true,
  ask: async (question, { send }) => {
    const { text, settings, secret, signal } = question;
    const { from, to } = tenWindows(question);
    const url = under(settings.address === "" ? "https://api.datadoghq.com" : settings.address, "/api/v1/query");
    url.searchParams.set("from", String(Math.floor(from / 1000)));
    url.searchParams.set("to", String(Math.floor(to / 1000)));
    url.searchParams.set("query", text.trim());
    const headers = {
      accept: "application/json",
      "dd-api-key": needed(secret, "datadog_api_key"),
      "dd-application-key": needed(secret, "datadog_application_key"),
    };
    const insecure = settings.insecureSkipVerify;
    const answer = readJson(await send({ method: "GET", url, headers, insecure, signal }), Answer);
    if (answer.status !== "ok") throw new Error(`it answered ${answer.error ?? answer.status ?? "without a status"}`);
    const series = onlyOne(answer.series, "series");
    const over = series?.pointlist.filter(([start, value]) => value !== null && start + series.interval * 1000 <= to);
    return over?.toSorted(([one], [other]) => one - other).at(-1)?.[1] ?? null;
  },
};
