import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { openScene, type Scene } from "./support/scene.ts";

interface Forgery {
  readonly ageSeconds?: number;
  readonly secret?: string;
  readonly body?: string;
  /** What is sent in the place of the signed body. */
  readonly altered?: string;
  readonly version?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const COMMAND = new URLSearchParams({
  command: "/canary",
  text: "start podinfo 6.1.0",
  user_id: "U0ANA00001",
  team_id: "T0COALMINE",
  channel_id: "C0DEPLOYS1",
  trigger_id: "1.2.abc",
  response_url: "http://127.0.0.1:9/response",
  api_app_id: "A0CANARY01",
}).toString();

function signed(
  scene: Scene,
  {
    ageSeconds = 0,
    secret = scene.slack.signingSecret,
    body = COMMAND,
    altered = body,
    version = "v0",
    headers = {},
  }: Forgery = {},
) {
  const sentAt = String(Math.floor(Date.now() / 1000) - ageSeconds);
  const signature = createHmac("sha256", secret).update(`v0:${sentAt}:${body}`).digest("hex");
  return () =>
    fetch(`http://127.0.0.1:${scene.bot.port}/slack/events`, {
      method: "POST",
      body: altered,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": sentAt,
        "x-slack-signature": `${version}=${signature}`,
        ...headers,
      },
    });
}

describe("signed requests", () => {
  const refused: readonly (readonly [string, Forgery])[] = [
    ["forged with another secret", { secret: "another" }],
    ["of another signature version", { version: "v1" }],
    ["six minutes old", { ageSeconds: 360 }],
    ["from ten minutes in the future", { ageSeconds: -600 }],
    ["with a timestamp that is no number", { headers: { "x-slack-request-timestamp": "soon" } }],
    ["without a signature", { headers: { "x-slack-signature": "" } }],
  ];
  for (const [what, forgery] of refused)
    it(`refuses a request ${what}`, async () => {
      await using scene = await openScene({ transport: "http" });

      const response = await signed(scene, forgery)();

      assert.equal(response.status, 401);
      assert.deepEqual(scene.queue.sent, []);
    });

  it("takes a request once and refuses its replay", async () => {
    await using scene = await openScene({ transport: "http" });
    const send = signed(scene);

    const [first, second] = [await send(), await send()];

    assert.deepEqual([first.status, second.status], [200, 401]);
    await scene.command();
    assert.equal(scene.queue.commands().length, 1);
  });

  it("lets a forged copy not use up the real request", async () => {
    await using scene = await openScene({ transport: "http" });
    const real = signed(scene);
    const copy = signed(scene, { altered: `${COMMAND}0` });

    assert.equal((await copy()).status, 401);
    assert.equal((await real()).status, 200);
  });

  it("refuses a body that is too large", async () => {
    await using scene = await openScene({ transport: "http" });

    const response = await signed(scene, { body: `${COMMAND}&pad=${"x".repeat(2_000_000)}` })();

    assert.equal(response.status, 413);
  });
});
