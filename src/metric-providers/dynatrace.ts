import { z } from "zod";
import { readJson, under } from "./http.ts";
import type { MetricProvider } from "./provider.ts";
import { needed, onlyOne, tenWindows } from "./settings.ts";

const Answer = z.object({
  nextPageKey: z.string().nullish(),
  result: z.array(
    z.object({ data: z.array(z.object({ timestamps: z.array(z.number()), values: z.array(z.number().nullable()) })) }),
  ),
});

/** A metric selector, added up over ten windows to one value (resolution `Inf`). */
export const dynatrace: MetricProvider = {
  title: "Dynatrace",
  windowed: true,
  ask: async (question, { send }) => {
    const { text, settings, secret, signal } = question;
    const { from, to } = tenWindows(question);
    const url = under(settings.address, "/api/v2/metrics/query");
    url.searchParams.set("metricSelector", text.trim());
    url.searchParams.set("resolution", "Inf");
    url.searchParams.set("from", String(from));
    url.searchParams.set("to", String(to));
    const headers = { accept: "application/json", authorization: `Api-Token ${needed(secret, "dynatrace_token")}` };
    const insecure = settings.insecureSkipVerify;
    const answer = readJson(await send({ method: "GET", url, headers, insecure, signal }), Answer);
    if ((answer.nextPageKey ?? "") !== "")
      throw new Error("the result has several pages; let the selector answer one value");
    const series = onlyOne(
      answer.result.flatMap(({ data }) => data),
      "series",
    );
    return onlyOne(series?.values ?? [], "values") ?? null;
  },
};
