import { z } from "zod";
import type { ProviderType } from "../../../src/alerts/registry.ts";
import { say, startReceiver, type Answering, type Received } from "../webhooks/receiver.ts";

/** A receiver that refuses what the real one refuses, with its status, and tells what people would see. */
export interface FakeReceiver {
  readonly url: string;
  /** Texts of the messages that were taken, as a reader sees them. */
  readonly shown: string[];
  readonly received: readonly Received[];
  /** Answers in front of the real ones, one for each request. */
  readonly faults: Answering[];
  stop(): Promise<void>;
}

interface Manners {
  readonly path: string;
  /** The path at which messages have to arrive, where it is another one than that of the address. */
  readonly arrivesAt?: string;
  readonly payload: z.ZodType<Shown>;
  readonly accepted: Answering;
  readonly refused: Answering;
}

/** What a reader sees of a message. */
type Shown = readonly string[];

const text = z.string().min(1);
const field = z.strictObject({ title: text, value: text, short: z.literal(false) });

/** Slack reads `<…>` as links and mentions and three entities as signs. */
const mrkdwn = text.refine((written) => !/[<>]|&(?!amp;|lt;|gt;)/.test(written), { error: "no_text" });
const unescape = (written: string): string =>
  written.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
/** Others call people wherever they find an at sign, and make links of what stands in angle brackets. */
const quiet = text.refine((written) => !/@\p{L}|<[@!#:\p{L}]/u.test(written), { error: "it calls everybody" });

const attachment = (colors: readonly string[], written: z.ZodType<string>) =>
  z
    .strictObject({
      channel: text,
      username: text,
      icon_url: z.literal(""),
      icon_emoji: text,
      attachments: z.tuple([
        z.strictObject({
          color: z.enum(colors),
          author_name: written,
          text: written,
          mrkdwn_in: z.tuple([z.literal("text")]),
          fields: z.array(field.extend({ title: written, value: written })),
        }),
      ]),
    })
    .transform(({ attachments: [{ author_name, text: said, fields }] }) =>
      [author_name, said, ...fields.flatMap(({ title, value }) => [title, value])].map(unescape),
    );

/** Chat shows a little HTML: bold, breaks, and nothing else that we write. */
const html = text.refine((written) => !/<(?!\/?b>|br>)|&(?!amp;|lt;|gt;)/.test(written), { error: "bad markup" });
const readHtml = (written: string): string => unescape(written.replace(/<b>|<\/b>: |<br>/g, "\n"));
const paragraph = z.strictObject({
  widgets: z.tuple([z.strictObject({ textParagraph: z.strictObject({ text: html }) })]),
});

const MANNERS: Readonly<Record<ProviderType, Manners>> = {
  slack: {
    path: "/services/T0/B0/secret",
    payload: attachment(["good", "danger"], mrkdwn),
    accepted: say(200, "ok"),
    refused: say(400, "invalid_payload"),
  },
  discord: {
    path: "/api/webhooks/1/secret",
    arrivesAt: "/api/webhooks/1/secret/slack",
    payload: attachment(["good", "danger"], quiet),
    accepted: say(200, "ok"),
    refused: say(400, '{"message": "Cannot send an empty message", "code": 50006}'),
  },
  rocket: {
    path: "/hooks/1/secret",
    payload: attachment(["#0076D7", "#FF0000"], quiet),
    accepted: say(200, '{"success":true}'),
    refused: say(400, '{"success":false}'),
  },
  msteams: {
    path: "/webhookb2/1/IncomingWebhook/secret",
    payload: z
      .strictObject({
        "@type": z.literal("MessageCard"),
        "@context": z.literal("http://schema.org/extensions"),
        themeColor: z.enum(["0076D7", "FF0000"]),
        summary: text,
        sections: z.tuple([
          z.strictObject({
            activityTitle: html,
            activitySubtitle: html,
            facts: z.array(z.strictObject({ name: text, value: html })),
            markdown: z.literal(false),
          }),
        ]),
      })
      .transform(({ sections: [{ activityTitle, activitySubtitle, facts }] }) =>
        [activityTitle, activitySubtitle, ...facts.flatMap(({ name, value }) => [name, value])].map(readHtml),
      ),
    accepted: say(200, "1"),
    refused: say(400, "Summary or Text is required."),
  },
  gchat: {
    path: "/v1/spaces/A/messages?key=k&token=secret",
    payload: z
      .strictObject({
        cards: z.tuple([
          z.strictObject({
            header: z.strictObject({ title: text, subtitle: text }),
            sections: z.array(paragraph),
          }),
        ]),
      })
      .transform(({ cards: [{ header, sections }] }) => [
        header.title,
        ...sections.flatMap(({ widgets: [{ textParagraph }] }) => readHtml(textParagraph.text).split("\n")),
      ]),
    accepted: say(200, '{"name":"spaces/A/messages/1"}'),
    refused: say(400, '{"error":{"code":400,"status":"INVALID_ARGUMENT"}}'),
  },
};

export async function startFake(type: ProviderType): Promise<FakeReceiver> {
  const { path, arrivesAt = path, payload, accepted, refused } = MANNERS[type];
  const shown: string[] = [];
  const faults: Answering[] = [];
  const receiver = await startReceiver((response, request) => {
    const fault = faults.shift();
    if (fault !== undefined) return fault(response, request);
    if (request.path !== arrivesAt || request.method !== "POST") return say(404, "no_service")(response, request);
    if (!request.headers["content-type"]?.startsWith("application/json")) return say(415)(response, request);
    const parsed = payload.safeParse(JSON.parse(request.body));
    if (!parsed.success) return refused(response, request);
    shown.push(parsed.data.filter((line) => line !== "").join(" | "));
    accepted(response, request);
  });
  return { url: `${receiver.url}${path}`, shown, received: receiver.received, faults, stop: receiver.stop };
}
