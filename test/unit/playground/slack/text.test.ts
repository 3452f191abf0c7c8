import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { virtualClock } from "../../../../src/playground/slack/clock.ts";
import { defaultSeed } from "../../../../src/playground/slack/seed.ts";
import { storedBlocks, storedText } from "../../../../src/playground/slack/text/normalise.ts";
import { pingedBy } from "../../../../src/playground/slack/text/pings.ts";
import { typedText } from "../../../../src/playground/slack/text/typed.ts";
import { Bus } from "../../../../src/playground/slack/workspace/bus.ts";
import { Ids } from "../../../../src/playground/slack/workspace/ids.ts";
import { Workspace } from "../../../../src/playground/slack/workspace/workspace.ts";

const workspace = () => new Workspace({ seed: defaultSeed, bus: new Bus(), ids: new Ids(virtualClock()) });

describe("stored text", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      "keeps tokens",
      "<@U1> <#C1|x> <!here> <https://a.example|a> <mailto:a@b.c|a>",
      "<@U1> <#C1|x> <!here> <https://a.example|a> <mailto:a@b.c|a>",
    ],
    ["escapes what is no token", "a < b & c > d", "a &lt; b &amp; c &gt; d"],
    ["leaves escaped signs as they are", "a &lt;!channel&gt; &amp; b", "a &lt;!channel&gt; &amp; b"],
    ["links addresses and leaves the full stop outside", "see https://a.example/x.", "see <https://a.example/x>."],
    [
      "links nothing in code",
      "`https://a.example` and ```\nhttps://b.example\n```",
      "`https://a.example` and ```\nhttps://b.example\n```",
    ],
    ["keeps quotation marks at line starts", "> quoted\nb > a", "> quoted\nb &gt; a"],
    ["makes no token of a script", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
    ["makes no token of other schemes", "<javascript:alert(1)>", "&lt;javascript:alert(1)&gt;"],
  ];
  for (const [what, given, stored] of cases) it(what, () => assert.equal(storedText(given), stored));

  it("is the same when stored again", () => {
    for (const [, given] of cases) assert.equal(storedText(storedText(given)), storedText(given));
  });
});

describe("stored blocks", () => {
  it("have an id, complete text objects, and links only where not verbatim", () => {
    const mrkdwn = (verbatim?: boolean) => ({
      type: "mrkdwn",
      text: "https://a.example",
      ...(verbatim !== undefined && { verbatim }),
    });
    const blocks = storedBlocks(
      [
        { type: "section", text: mrkdwn() },
        {
          type: "context",
          block_id: "mine",
          elements: [mrkdwn(true), { type: "plain_text", text: "https://a.example" }],
        },
      ],
      () => "b1",
    );
    assert.deepEqual(blocks, [
      { type: "section", text: { type: "mrkdwn", text: "<https://a.example>", verbatim: false }, block_id: "b1" },
      {
        type: "context",
        block_id: "mine",
        elements: [
          { type: "mrkdwn", text: "https://a.example", verbatim: true },
          { type: "plain_text", text: "https://a.example", emoji: true },
        ],
      },
    ]);
  });
});

describe("typed text", () => {
  it("turns names into tokens, and nothing else", () => {
    const typed = (text: string) => typedText({ text, workspace: workspace(), withNames: false });
    assert.equal(
      typed("@ana and @nobody, mail a@example.com, #deploys #1"),
      "<@U0ANA00001> and @nobody, mail a@example.com, <#C0DEPLOYS1> #1",
    );
    assert.equal(typed("@channel (@release-approvers)."), "<!channel> (<!subteam^S0APPROVER>).");
  });
});

describe("notifications", () => {
  it("go to the mentioned, the group, the thread's followers and the other side of a direct message", () => {
    const place = workspace();
    const pinged = (draft: Parameters<Workspace["post"]>[0]) =>
      pingedBy(place.post(draft), place).map((id) => place.people.get(id)?.name);
    const bot = defaultSeed.apps[0].botUser;
    const channel = "C0DEPLOYS1";
    assert.deepEqual(pinged({ channel, user: bot, text: "<@U0ANA00001> <@U0EVE00001>" }), ["ana"]);
    const root = place.post({ channel, user: bot, text: "started by <@U0DEV00001>" });
    assert.deepEqual(pinged({ channel, user: "U0LEE00001", text: "hm", threadTs: root.ts }), ["dev"]);
    assert.deepEqual(pinged({ channel, user: bot, text: "ok", threadTs: root.ts }), ["lee", "dev"]);
    assert.deepEqual(pinged({ channel: place.directMessage("U0MAX00001"), user: bot, text: "hi" }), ["max"]);
    assert.deepEqual(pinged({ channel, user: bot, text: "<!here>" }), ["ana", "lee", "max", "dev", "gus"]);
    assert.deepEqual(pinged({ channel, user: bot, text: "<@U0ANA00001>", onlyFor: "U0ANA00001" }), []);
  });
});
