import assert from "node:assert/strict";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import type { Alert } from "../../../src/alerts/alert.ts";
import { PROVIDER_KINDS } from "../../../src/alerts/registry.ts";
import { createOutbound } from "../../../src/outbound/outbound.ts";
import { seconds } from "../../../src/units.ts";
import { BUILT_IN, LOOPBACK, patient, say, startReceiver, type Receiver } from "../webhooks/receiver.ts";

const ALERT: Alert = { severity: "error", title: "podinfo.demo", text: "It failed.", fields: [] };
const RECEIVER = { address: "https://slack.test/api/chat.postMessage", token: "", channel: "ops", username: "c" };
const answered = (status: number, text: string) => ({ status, text, retryAfter: "" });

describe("Slack's Web API", () => {
  const { slack } = PROVIDER_KINDS;

  it("is called with the token, a webhook without one", () => {
    assert.deepEqual(slack.request(ALERT, { ...RECEIVER, token: "xoxb-1" }).headers, {
      authorization: "Bearer xoxb-1",
    });
    assert.deepEqual(slack.request(ALERT, RECEIVER).headers, {});
  });

  it("that answers 200 and refuses in the body has refused", () => {
    assert.deepEqual(slack.complaint(answered(200, '{"ok":false,"error":"channel_not_found"}')), {
      problem: "Slack refused it: channel_not_found",
      again: false,
    });
    assert.equal(slack.complaint(answered(200, '{"ok":false,"error":"ratelimited"}'))?.again, true);
    for (const text of ['{"ok":true,"ts":"1.2"}', "ok", "", '{"ok":fal', "[]"])
      assert.equal(slack.complaint(answered(200, text)), null, text);
  });
});

describe("Teams", () => {
  it("that answers 200 and could not deliver has failed", () => {
    const said = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429";
    const { msteams } = PROVIDER_KINDS;

    assert.equal(msteams.complaint(answered(200, said))?.again, true);
    assert.equal(msteams.complaint(answered(200, said.replace("429", "400")))?.again, false);
    assert.equal(msteams.complaint(answered(200, "1")), null);
    assert.equal(msteams.complaint(answered(202, "")), null);
  });
});

describe("Discord", () => {
  it("is addressed at its form for Slack's messages, whatever the address ends with", () => {
    const urlOf = (address: string) => PROVIDER_KINDS.discord.request(ALERT, { ...RECEIVER, address }).url;

    assert.equal(urlOf("https://d.test/api/webhooks/1/x"), "https://d.test/api/webhooks/1/x/slack");
    assert.equal(
      urlOf("https://d.test/api/webhooks/1/x/?thread_id=2"),
      "https://d.test/api/webhooks/1/x/slack?thread_id=2",
    );
    assert.equal(urlOf("https://d.test/api/webhooks/1/x/slack"), "https://d.test/api/webhooks/1/x/slack");
    assert.equal(urlOf("nonsense"), "nonsense");
  });
});

describe("a proxy of an AlertProvider", () => {
  let target: Receiver;
  let asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(200).end("ok by proxy");
  });
  proxy.on("connect", (request, socket, head) => {
    asked.push(`CONNECT ${request.url}`);
    const onward = connect(target.port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  let proxyUrl = "";
  before(async () => {
    target = await startReceiver(say(200, "ok"));
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });
  after(async () => {
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
    await target.stop();
  });

  async function deliver(url: string, through: string, policy = LOOPBACK) {
    asked = [];
    const outbound = createOutbound({ policy, pause: async () => {} });
    const delivery = {
      url,
      headers: {},
      body: "{}",
      timeout: seconds(10),
      retries: 0,
      insecure: false,
      proxy: through,
      needsBody: () => true,
      complaint: PROVIDER_KINDS.slack.complaint,
    };
    const outcome = await outbound.deliver(delivery, patient);
    await outbound.close();
    return outcome;
  }

  it("is asked for the address, which only it has to be able to look up", async () => {
    assert.deepEqual(await deliver("http://only-the-proxy-knows.test/hook", proxyUrl), {
      ok: true,
      problem: "",
      attempts: 1,
    });

    assert.deepEqual(asked, ["POST http://only-the-proxy-knows.test/hook"]);
    assert.equal(target.received.length, 0);
  });

  it("is asked for a tunnel where the address is encrypted", async () => {
    await deliver("https://only-the-proxy-knows.test/hook", proxyUrl);

    assert.deepEqual(asked, ["CONNECT only-the-proxy-knows.test:443"]);
  });

  it("may not be an address that nobody may call", async () => {
    const { ok, problem } = await deliver("http://x.test/", proxyUrl, BUILT_IN);

    assert.deepEqual([ok, asked], [false, []]);
    assert.match(problem, /loopback/);
  });

  it("has to be an HTTP proxy", async () => {
    assert.match((await deliver("http://x.test/", "socks5://127.0.0.1:1")).problem, /neither http nor https/);
  });
});
