import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { startLoadTester, type LoadTester } from "../../../src/playground/load-tester/server.ts";
import { silentLog } from "../../../src/playground/services/log.ts";
import { eventually } from "../../support/eventually.ts";
import { say, startReceiver, type Answering, type Receiver } from "../webhooks/receiver.ts";

const CHECKOUT = { name: "checkout", namespace: "demo" };

describe("the load tester", () => {
  let mesh: Receiver;
  let tester: LoadTester;
  let answer: Answering = say(200);
  before(async () => {
    mesh = await startReceiver((response, request) => answer(response, request));
    tester = await startLoadTester({ meshUrl: mesh.url, log: silentLog });
  });
  after(async () => {
    await tester.stop();
    await mesh.stop();
  });
  afterEach(() => {
    answer = say(200);
    mesh.received.length = 0;
  });

  async function ask(path: string, body?: unknown, method = body === undefined ? "GET" : "POST") {
    const content = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
    const response = await fetch(`${tester.url}${path}`, { method, ...content });
    return { status: response.status, text: await response.text(), headers: response.headers };
  }
  const statusOf = async (path: string, body?: unknown, method?: string) => (await ask(path, body, method)).status;

  it("has a gate that always agrees and one that never does, for any method and body", async () => {
    for (const [method, body] of [["GET"], ["PUT", "no json"], ["POST", CHECKOUT]] as const) {
      assert.equal(await statusOf("/gate/approve", body, method), 200);
      assert.equal(await statusOf("/gate/halt", body, method), 403);
    }
    assert.equal((await ask("/healthz")).text, "OK");
  });

  it("keeps a gate for each canary, closed until somebody opens it", async () => {
    for (const kind of ["gate", "rollback"]) {
      const asked = () => ask(`/${kind}/check`, { ...CHECKOUT, phase: "Progressing", checksum: "1" });
      assert.deepEqual([(await asked()).status, (await asked()).text], [403, "Forbidden"]);

      const opened = await ask(`/${kind}/open`, CHECKOUT);

      assert.deepEqual([opened.status, opened.text], [202, ""]);
      assert.deepEqual([(await asked()).status, (await asked()).text], [200, "Approved"]);
      assert.equal(await statusOf(`/${kind}/check`, { ...CHECKOUT, namespace: "other" }), 403);
      assert.equal(await statusOf(`/${kind}/close`, CHECKOUT), 202);
      assert.equal(await statusOf(`/${kind}/check`, CHECKOUT), 403);
    }
  });

  it("keeps the two kinds of gates of one canary apart", async () => {
    await ask("/gate/open", CHECKOUT);

    assert.equal(await statusOf("/rollback/check", CHECKOUT), 403);
    await ask("/gate/close", CHECKOUT);
  });

  it("refuses what is no webhook: 400, 404, 405 and 413", async () => {
    for (const body of [
      "",
      "{",
      "null",
      "[]",
      { name: "checkout" },
      { ...CHECKOUT, name: "" },
      { ...CHECKOUT, name: 1 },
    ])
      assert.equal(await statusOf("/gate/check", body, "POST"), 400, JSON.stringify(body));
    for (const method of ["GET", "PUT", "DELETE"]) {
      const refused = await ask("/gate/open", undefined, method);
      assert.deepEqual([refused.status, refused.headers.get("allow")], [405, "POST"]);
    }
    for (const path of ["/gate", "/gate/", "/gate/check/", "/__proto__", "/constructor"])
      assert.equal(await statusOf(path, CHECKOUT), 404, path);
    assert.equal(await statusOf("/gate/check", { ...CHECKOUT, metadata: { big: "x".repeat(300_000) } }), 413);
  });

  it("runs no commands, whatever is asked", async () => {
    const { status, text } = await ask("/", { ...CHECKOUT, metadata: { type: "bash", cmd: "touch /tmp/x" } });

    assert.equal(status, 501);
    assert.match(text, /runs no commands/);
  });

  it("tries the canary's own Service out and fails with what it saw", async () => {
    assert.deepEqual(
      [await statusOf("/acceptance", CHECKOUT), mesh.received.length, mesh.received[0]?.headers.host],
      [200, 5, "checkout-canary.demo"],
    );
    answer = say(503);

    const failed = await ask("/acceptance", { ...CHECKOUT, metadata: { requests: "2", path: "/readyz", host: "a.b" } });

    assert.equal(failed.status, 500);
    assert.equal(failed.text, "2 of 2 requests to a.b failed: HTTP 503");
    assert.deepEqual([mesh.received.at(-1)?.path, mesh.received.at(-1)?.headers.host], ["/readyz", "a.b"]);
    for (const metadata of [{ requests: "0" }, { requests: "many" }, { path: "readyz" }, { host: "a b" }])
      assert.equal(await statusOf("/acceptance", { ...CHECKOUT, metadata }), 400, JSON.stringify(metadata));
  });

  it("puts a load on the canary in the background, once at a time", async () => {
    const wish = { ...CHECKOUT, metadata: { perSecond: "50", seconds: "600" } };

    const [first, second] = [await ask("/load", wish), await ask("/load", wish)];

    assert.deepEqual([first.status, second.status], [202, 202]);
    assert.match(second.text, /already/);
    await eventually(() => assert.ok(mesh.received.length >= 3));
    assert.equal(mesh.received[0]?.headers.host, "checkout-canary.demo");
  });
});
