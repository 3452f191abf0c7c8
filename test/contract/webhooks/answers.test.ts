import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { callTo, inTurn, openCaller, patient, say, startReceiver, type Answering, type Receiver } from "./receiver.ts";

describe("a webhook", () => {
  let answer: Answering = say(200);
  let receiver: Receiver;
  let opened: ReturnType<typeof openCaller>;
  before(async () => {
    receiver = await startReceiver((response, request) => answer(response, request));
  });
  after(() => receiver.stop());
  beforeEach(() => {
    receiver.received.length = 0;
    opened = openCaller();
  });
  afterEach(() => opened.close());

  const call = (parts: Parameters<typeof callTo>[1] = {}, path = "/hook") =>
    opened.caller.call(callTo(`${receiver.url}${path}`, parts), patient);

  it("gets exactly the payload that receivers of the Canary API know, without empty metadata", async () => {
    answer = say(200);

    const found = await call({}, "/hook?team=a%20b");

    assert.deepEqual(found, { hook: "load", type: "rollout", ok: true, problem: "" });
    const [got] = receiver.received;
    assert.deepEqual([got?.method, got?.path], ["POST", "/hook?team=a%20b"]);
    assert.equal(got?.headers["content-type"], "application/json");
    assert.equal(got?.headers["user-agent"], "coalmine/test");
    assert.equal(
      got?.body,
      '{"name":"podinfo","namespace":"demo","phase":"Progressing","checksum":"0123456789abcdef"}',
    );
  });

  it("gets the manifest's metadata as it stands there", async () => {
    answer = say(200);

    await call({ metadata: { type: "cmd", cmd: "hey http://podinfo.demo/ü" } });

    assert.deepEqual(JSON.parse(receiver.received[0]?.body ?? ""), {
      name: "podinfo",
      namespace: "demo",
      phase: "Progressing",
      checksum: "0123456789abcdef",
      metadata: { type: "cmd", cmd: "hey http://podinfo.demo/ü" },
    });
  });

  it("agrees with 200, 201 and 202 and with nothing else", async () => {
    const agreeing: number[] = [];
    for (const status of [200, 201, 202, 203, 204, 206, 301, 302, 304, 307, 400, 401, 403, 404, 409, 500, 501, 503]) {
      answer = say(status);
      if ((await call()).ok) agreeing.push(status);
    }

    assert.deepEqual(agreeing, [200, 201, 202]);
  });

  it("that answers 204 or a redirect is told what to do instead", async () => {
    answer = say(204);
    assert.match((await call()).problem, /HTTP 204 does not count as success, answer 200, 201 or 202/);
    answer = say(302, "", { location: "/elsewhere" });
    assert.match((await call()).problem, /redirects are not followed/);

    assert.deepEqual(
      receiver.received.map(({ path }) => path),
      ["/hook", "/hook"],
    );
  });

  it("has its words repeated when it fails, also with a server error", async () => {
    answer = say(403, "closed\r\nfor \x1b[1mlunch");
    assert.equal((await call()).problem, "HTTP 403: closed for [1mlunch");
    answer = say(500, "database\tis down");
    assert.equal((await call()).problem, "HTTP 500: database is down");
    answer = say(503);
    assert.equal((await call()).problem, "HTTP 503");
  });

  it("is tried again after 429, server errors and broken connections, but not after anything else", async () => {
    const broken: Answering = (response) => response.destroy();
    const attempts: Record<string, number> = {};
    for (const [what, failing] of Object.entries<Answering>({
      "400": say(400),
      "403": say(403),
      "204": say(204),
      "302": say(302),
      "501": say(501),
      "429": say(429),
      "500": say(500),
      "503": say(503),
      broken,
    })) {
      receiver.received.length = 0;
      answer = failing;
      await call({ retries: 2 });
      attempts[what] = receiver.received.length;
    }

    const once = { "204": 1, "302": 1, "400": 1, "403": 1, "501": 1 };
    assert.deepEqual(attempts, { ...once, "429": 3, "500": 3, "503": 3, broken: 3 });
  });

  it("that comes back in time has agreed, and every attempt carried the same key", async () => {
    answer = inTurn(say(500), (response) => response.destroy(), say(503), say(200));

    const found = await call({ retries: 3 });

    assert.equal(found.ok, true);
    assert.deepEqual(opened.pauses, [1_000, 2_000, 4_000]);
    assert.deepEqual(
      receiver.received.map(({ headers }) => headers["idempotency-key"]),
      Array.from({ length: 4 }, () => "a1b2c3d4-1/7/rollout/load"),
    );
  });

  it("decides how long to wait before it is tried again", async () => {
    answer = inTurn(say(429, "", { "retry-after": "7" }), say(503, "", { "retry-after": "0" }), say(200));

    assert.equal((await call({ retries: 2 })).ok, true);

    assert.deepEqual(opened.pauses, [7_000, 0]);
  });

  it("that flaps counts by its last answer", async () => {
    answer = inTurn(say(500), say(200), say(500));

    const found = [await call({ retries: 1 }), await call({ retries: 0 })];

    assert.deepEqual(
      found.map(({ ok }) => ok),
      [true, false],
    );
  });

  it("gets any name in its key as a header may carry it", async () => {
    answer = say(200);
    const keys = ["a/1/load 50% ünïcode\n\ud83d", "x".repeat(5_000), "x".repeat(5_000), "y".repeat(5_000)];
    for (const key of keys) await opened.caller.call(callTo(receiver.url, {}, key), patient);

    const [odd, long, again, other] = receiver.received.map(({ headers }) => headers["idempotency-key"]);
    assert.equal(odd, "a/1/load%2050%25%20%C3%BCn%C3%AFcode%0A%EF%BF%BD");
    assert.match(String(long), /^[0-9a-f]{64}$/);
    assert.equal(long, again);
    assert.notEqual(long, other);
  });

  it("is counted by what came of it", async () => {
    answer = inTurn(say(200), say(403));
    await call();
    await call();
    await assert.rejects(opened.caller.call(callTo(receiver.url), AbortSignal.abort(new Error("stop"))), /stop/);

    assert.deepEqual(opened.outcomes, ["ok", "failed", "interrupted"]);
  });
});
