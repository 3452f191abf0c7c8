import type { JsonObject, UiMessage } from "../../src/playground/slack/ui-protocol.ts";

const MINUTE = 60;

/** Canned conversations: a rollout that waits for approval, one that failed, and chatter. `now` in milliseconds. */
export function sampleMessages(now: number): UiMessage[] {
  const at = (minutesAgo: number, serial = 100): string =>
    `${Math.floor(now / 1000 - minutesAgo * MINUTE)}.000${serial}`;
  const root = at(9);
  const failed = at(1500);
  return [
    message({
      ts: failed,
      user: "U0BOT",
      text: "checkout 2.13.9 was rolled back: p99 1.2 s is above 500 ms.",
      blocks: failedCard(),
      replyCount: 2,
      latestReply: at(1490),
      replyUsers: ["U0BOT", "U0ANA"],
    }),
    message({
      ts: at(1492),
      user: "U0BOT",
      threadTs: failed,
      text: "Rolled back <@U0ANA>: p99 was 1.2 s, the limit is 500 ms.",
      files: [
        {
          id: "F0CHART",
          name: "p99.svg",
          title: "p99 latency, canary and primary",
          mimetype: "image/png",
          url: "/files/chart.svg",
        },
      ],
    }),
    message({
      ts: at(1490),
      user: "U0ANA",
      threadTs: failed,
      text: "Thanks, I see it. Connection pool is too small. :eyes:",
    }),
    message({ ts: at(32), user: "U0LEE", text: "Morning! Anything waiting for me today?" }),
    message({
      ts: at(31),
      user: "U0ANA",
      text: "podinfo *6.1.0* is next, it only changes the `/healthz` handler. See <https://example.com/pr/482|PR 482>",
      reactions: [
        { name: "eyes", users: ["U0LEE"] },
        { name: "rocket", users: ["U0ANA", "U0SAM"] },
      ],
    }),
    message({
      ts: at(30.8),
      user: "U0ANA",
      text: "> we saw two restarts last week\nnot any more, I checked ~twice~ _three times_",
    }),
    message({
      ts: root,
      user: "U0BOT",
      text: "podinfo 6.1.0 is at 30 % and waits for approval by @release-approvers.",
      blocks: rolloutCard(30, now),
      replyCount: 3,
      latestReply: at(1),
      replyUsers: ["U0BOT", "U0LEE"],
    }),
    message({
      ts: at(7),
      user: "U0BOT",
      threadTs: root,
      text: "*10 %*: all checks passed. success rate 99.98 % (limit 99 %), p99 41 ms (limit 500 ms), 1,204 requests.",
    }),
    message({
      ts: at(4),
      user: "U0BOT",
      threadTs: root,
      text: "*30 %*: all checks passed. success rate 99.97 % (limit 99 %), p99 38 ms (limit 500 ms), 3,611 requests.",
    }),
    message({
      ts: at(1),
      user: "U0BOT",
      threadTs: root,
      broadcast: true,
      text:
        "<!subteam^S0APPROVERS> podinfo 6.1.0 waits for your approval. Without one it is rolled back <!date^" +
        Math.floor(now / 1000 + 600) +
        "^{ago}|in 10 minutes>.",
    }),
    message({
      ts: at(0.5),
      user: "U0BOT",
      onlyFor: "U0ANA",
      text: "You started this rollout, so somebody else has to approve it. Ask <@U0LEE> or anyone of <!subteam^S0APPROVERS>.",
    }),
    message({
      ts: at(200),
      channel: "C0GENERAL",
      user: "U0GIA",
      text: "Hello everybody, I am here for the next three months :wave:",
    }),
    message({ ts: at(55), channel: "D0LEE", user: "U0LEE", text: "Can you look at the runbook later?" }),
    message({
      ts: at(300),
      channel: "D0BOT",
      user: "U0BOT",
      text: "Your rollout of checkout 2.13.8 has *succeeded* after 14 minutes. :tada:",
    }),
  ];
}

/** A message with only what matters filled in. */
export function message(fields: Partial<UiMessage> & { readonly ts: string }): UiMessage {
  return {
    channel: "C0DEPLOYS",
    user: "U0ANA",
    text: "",
    blocks: [],
    attachments: [],
    replyCount: 0,
    replyUsers: [],
    broadcast: false,
    edited: false,
    files: [],
    reactions: [],
    ...fields,
  };
}

/** The root message of a rollout at a weight. */
export function rolloutCard(weight: number, now: number): JsonObject[] {
  const steps = [10, 30, 50].map((step) =>
    step < weight ? `:white_check_mark: ${step} %` : step === weight ? `*● ${step} %*` : `○ ${step} %`,
  );
  return [
    { type: "header", block_id: "title", text: { type: "plain_text", text: "podinfo · 6.1.0" } },
    {
      type: "section",
      block_id: "state",
      text: { type: "mrkdwn", text: `*Waiting for approval* before promotion\n${steps.join("   ")}   ○ promote` },
      accessory: {
        type: "overflow",
        action_id: "more",
        options: [option("Why?", "why"), option("History", "history")],
      },
    },
    {
      type: "section",
      block_id: "metrics",
      fields: [
        md("*Success rate*\n99.97 %  _limit 99 %, primary 99.95 %_"),
        md("*p99 latency*\n38 ms  _limit 500 ms, primary 41 ms_"),
        md("*Traffic*\n30 % of 40.6 req/s"),
        md("*Started by*\n<@U0ANA>"),
      ],
    },
    {
      type: "actions",
      block_id: "buttons",
      elements: [
        button({
          id: "approve",
          text: "Approve",
          style: "primary",
          confirm: {
            title: plain("Promote podinfo 6.1.0?"),
            text: md("It gets *100 %* of the traffic, 40.6 requests per second. Success rate now 99.97 %."),
            confirm: plain("Promote"),
            deny: plain("Not yet"),
          },
        }),
        button({ id: "pause", text: "Pause" }),
        button({ id: "rollback", text: "Roll back podinfo", style: "danger" }),
      ],
    },
    {
      type: "context",
      block_id: "next",
      elements: [
        md(
          `demo/podinfo · next: rolled back <!date^${Math.floor(now / 1000 + 600)}^{ago} at {time}|in 10 minutes> unless approved · `,
        ),
        md("`ghcr.io/stefanprodan/podinfo:6.1.0`"),
      ],
    },
  ];
}

function failedCard(): JsonObject[] {
  return [
    { type: "header", block_id: "title", text: { type: "plain_text", text: "checkout · 2.13.9" } },
    {
      type: "section",
      block_id: "state",
      text: { type: "mrkdwn", text: "*Rolled back* at 20 %: p99 latency *1.2 s* is above its limit of *500 ms*" },
    },
    { type: "context", block_id: "next", elements: [md("All traffic is back on 2.13.8 · started by <@U0ANA>")] },
  ];
}

/** A button element. */
export function button({
  id,
  text,
  ...rest
}: {
  readonly id: string;
  readonly text: string;
  readonly [key: string]: unknown;
}): JsonObject {
  return { type: "button", action_id: id, text: plain(text), value: `rollout-7:${id}:r3`, ...(rest as JsonObject) };
}

/** A plain_text object. */
export function plain(text: string): JsonObject {
  return { type: "plain_text", text, emoji: true };
}

/** A mrkdwn object. */
export function md(text: string): JsonObject {
  return { type: "mrkdwn", text };
}

/** An option of a select or menu. */
export function option(text: string, value: string): JsonObject {
  return { text: plain(text), value };
}
