import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { client, codeOf, rawCall, section, stage } from "./stage.ts";

const deploys = "C0DEPLOYS1";

/** How many calls in a row pass before the first is limited. */
async function passing(call: () => Promise<{ readonly status: number }>, upTo: number): Promise<number> {
  for (let count = 0; count < upTo; count += 1) if ((await call()).status === 429) return count;
  return upTo;
}

describe("rate limits", () => {
  it("R1 stop the 51st update in a minute, over all messages, and nothing else", async () => {
    await using playing = await stage();
    const { slack, clock } = playing;
    const web = client(slack);
    const one = await web.chat.postMessage({ channel: deploys, text: "one" });
    const two = await web.chat.postMessage({ channel: "C0GENERAL1", text: "two" });
    let turn = 0;
    const update = () => {
      const [channel, ts] = (turn += 1) % 2 === 0 ? [deploys, one.ts] : ["C0GENERAL1", two.ts];
      return rawCall(slack, "chat.update", { body: `channel=${channel}&ts=${ts}&text=${turn}` });
    };
    assert.equal(await passing(update, 60), 50);
    const limited = await update();
    assert.deepEqual([limited.status, limited.body.error], [429, "ratelimited"]);
    assert.match(limited.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
    assert.equal((await rawCall(slack, "users.info", { body: "user=U0ANA00001" })).status, 200);
    clock.advance(Number(limited.headers.get("retry-after")) * 1000);
    assert.equal((await update()).status, 200);
  });

  it("R2 allow a short burst of posts per channel, then one a second", async () => {
    await using playing = await stage();
    const { slack, clock } = playing;
    const post = (channel: string) => () => rawCall(slack, "chat.postMessage", { body: `channel=${channel}&text=x` });
    assert.equal(await passing(post(deploys), 10), 5);
    assert.equal((await post("C0GENERAL1")()).status, 200);
    clock.advance(1000);
    assert.equal(await passing(post(deploys), 3), 1);
  });

  it("R3 follow the tier of each method", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const home = JSON.stringify({ type: "home", blocks: [section("x")] });
    assert.equal(
      await passing(() => rawCall(slack, "usergroups.users.list", { body: "usergroup=S0APPROVER" }), 30),
      20,
    );
    assert.equal(await passing(() => rawCall(slack, "users.info", { body: "user=U0ANA00001" }), 110), 100);
    assert.equal(
      await passing(
        () => rawCall(slack, "views.publish", { body: `user_id=U0ANA00001&view=${encodeURIComponent(home)}` }),
        110,
      ),
      100,
    );
  });

  it("R4 count for the app, whatever its tokens, and not for others", async () => {
    await using playing = await stage();
    const { slack } = playing;
    const second = slack.issueToken({ scopes: ["usergroups:read"] });
    const other = slack.issueToken({ scopes: ["usergroups:read"], app: "A0OTHER001" });
    const ask = (token: string) => rawCall(slack, "usergroups.list", { token });
    for (let count = 0; count < 10; count += 1) {
      await ask(slack.botToken);
      await ask(second);
    }
    assert.equal((await ask(slack.botToken)).status, 429);
    assert.equal((await ask(second)).status, 429);
    assert.equal((await ask(other)).status, 200);
  });

  it("R5 are tight on history for distributed apps", async () => {
    await using playing = await stage();
    const { slack } = playing;
    slack.settings.commercialApp = true;
    for (let count = 0; count < 20; count += 1) {
      await client(slack).chat.postMessage({ channel: deploys, text: String(count) });
      playing.clock.advance(1000);
    }
    const web = client(slack);
    assert.equal((await web.conversations.history({ channel: deploys, limit: 100 })).messages?.length, 15);
    assert.equal((await rawCall(slack, "conversations.history", { body: `channel=${deploys}` })).status, 429);
  });

  it("can be switched off", async () => {
    await using playing = await stage({ rateLimits: "off" });
    assert.equal(await passing(() => rawCall(playing.slack, "usergroups.list"), 40), 40);
    assert.equal(await codeOf(client(playing.slack).usergroups.list()), "");
  });
});
