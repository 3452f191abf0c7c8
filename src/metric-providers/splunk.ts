import { z } from "zod";
import { excerpt, readShape, under } from "./http.ts";
import type { MetricProvider } from "./provider.ts";
import { needed, onlyOne, tenWindows } from "./settings.ts";

const Values = z.object({
  data: z.array(z.object({ tsId: z.string().optional(), value: z.union([z.number(), z.string(), z.null()]) })),
});
const Failure = z.object({
  message: z.string().optional(),
  errors: z.array(z.object({ code: z.string() })).optional(),
});

/** A SignalFlow program over ten windows; the last values that it publishes must be one. */
export const splunk: MetricProvider = {
  title: "Splunk",
  windowed: true,
  ask: async (question, { send }) => {
    const { text, settings, secret, signal } = question;
    const { from, to } = tenWindows(question);
    const url = under(streamAddress(settings.address), "/v2/signalflow/execute");
    url.searchParams.set("start", String(from));
    url.searchParams.set("stop", String(to));
    // Does not wait for late data: what is there is answered, and the stream ends.
    url.searchParams.set("immediate", "true");
    const headers = {
      "content-type": "text/plain",
      accept: "text/event-stream",
      "x-sf-token": needed(secret, "sf_token_key"),
    };
    const insecure = settings.insecureSkipVerify;
    const answer = await send({ method: "POST", url, headers, body: text, insecure, signal });
    if (answer.status !== 200) throw new Error(`it answered HTTP ${answer.status}${excerpt(answer.body)}`);
    return lastValue(answer.body);
  },
};

/** Programs run at the host `stream`, which templates call `api`, and by web socket or not. */
function streamAddress(address: string): string {
  return address.replace(/^ws(s?):/, "http$1:").replace(/^(https?:\/\/)api\./, "$1stream.");
}

function lastValue(stream: string): number | null {
  let last: z.infer<typeof Values>["data"] = [];
  let ended = false;
  for (const { event, data } of eventsOf(stream)) {
    if (event === "error") throw new Error(`it answered ${describe(data)}`);
    if (event === "control-message") {
      if (/"CHANNEL_ABORT"/.test(data)) throw new Error("it gave the program up");
      ended ||= /"END_OF_CHANNEL"/.test(data);
    }
    if (event !== "data") continue;
    const values = readShape(parse(data), Values).data;
    if (values.length > 0) last = values;
  }
  if (!ended) throw new Error(`the answer is no stream that came to its end${excerpt(stream)}`);
  const value = onlyOne(last, "time series")?.value ?? null;
  return value === null ? null : Number(value);
}

function describe(data: string): string {
  const failure = Failure.safeParse(parse(data)).data;
  return failure?.message ?? failure?.errors?.map(({ code }) => code).join(", ") ?? "an error";
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (error) {
    throw new Error("the stream holds something else than JSON", { cause: error });
  }
}

/** Server-sent events: blocks of `event:` and `data:` lines with an empty line between them. */
function eventsOf(stream: string): readonly { readonly event: string; readonly data: string }[] {
  return stream.split(/\r?\n\r?\n/).flatMap((block) => {
    const lines = block.split(/\r?\n/);
    const valuesOf = (name: string): readonly string[] =>
      lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).replace(/^ /, ""));
    const data = valuesOf("data");
    return data.length === 0 ? [] : [{ event: valuesOf("event").at(-1) ?? "message", data: data.join("\n") }];
  });
}
