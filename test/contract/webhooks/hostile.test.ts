import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { millis, seconds } from "../../../src/units.ts";
import { eventually } from "../../support/eventually.ts";
import { callTo, openCaller, patient, say, SHORTLY, startReceiver, type Answering, type Receiver } from "./receiver.ts";

describe("a receiver", () => {
  let answer: Answering = say(200);
  let receiver: Receiver;
  const opened: ReturnType<typeof openCaller>[] = [];
  before(async () => {
    receiver = await startReceiver((response, request) => answer(response, request));
  });
  after(() => receiver.stop());
  afterEach(() => Promise.all(opened.splice(0).map(({ close }) => close())));

  function open(...options: Parameters<typeof openCaller>) {
    const one = openCaller(...options);
    opened.push(one);
    return one.caller;
  }
  const call = (parts: Parameters<typeof callTo>[1] = {}, signal = patient) =>
    open().call(callTo(receiver.url, parts), signal);

  it("that hangs fails when the time of its manifest is over", async () => {
    answer = () => {};

    assert.deepEqual(await call({ timeout: SHORTLY }), {
      hook: "load",
      type: "rollout",
      ok: false,
      problem: "no answer within 0.3 s",
    });
  });

  it("that hangs each time gets the whole time at each attempt", async () => {
    answer = () => {};
    receiver.received.length = 0;

    assert.equal((await call({ timeout: millis(100), retries: 2 })).ok, false);

    assert.equal(receiver.received.length, 3);
  });

  it("that trickles its headers gets no more time than the others", async () => {
    const sockets = new Set<Socket>();
    const slow = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.write("HTTP/1.1 200 OK\r\nx-slow: ");
      const timer = setInterval(() => socket.write("a"), 20);
      socket.on("close", () => clearInterval(timer));
    });
    await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
    const { port } = slow.address() as AddressInfo;

    const found = await open().call(callTo(`http://127.0.0.1:${port}`, { timeout: SHORTLY }), patient);

    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => slow.close(resolve));
    assert.match(found.problem, /no answer within/);
  });

  it("that trickles the body of a refusal is quoted as far as it came", async () => {
    answer = (response) => {
      response.writeHead(500);
      response.write("because ");
      const timer = setInterval(() => response.write("."), 20);
      response.on("close", () => clearInterval(timer));
    };

    const { ok, problem } = await call({ timeout: SHORTLY });

    assert.equal(ok, false);
    assert.match(problem, /^HTTP 500: because \.+$/);
  });

  it("that agrees and then never ends its body has agreed at once", async () => {
    const closed = Promise.withResolvers<void>();
    answer = (response) => {
      response.writeHead(200);
      response.write("endless");
      response.on("close", () => closed.resolve());
    };

    assert.equal((await call({ timeout: seconds(3600) })).ok, true);

    await closed.promise;
  });

  it("that sends a gigabyte is read a little and hung up on", async () => {
    const block = Buffer.alloc(1024 * 1024, "x");
    for (const status of [200, 500]) {
      let sent = 0;
      const closed = Promise.withResolvers<void>();
      answer = (response) => {
        response.writeHead(status, { "content-length": String(1024 ** 3) });
        response.on("close", () => closed.resolve());
        const pump = (): void => {
          if (response.destroyed || sent >= 1024) return;
          response.write(block, () => {
            sent += 1;
            setImmediate(pump);
          });
        };
        pump();
      };

      const { ok, problem } = await call();
      await closed.promise;

      assert.equal(ok, status === 200);
      assert.ok(problem.length < 350, `${problem.length} characters`);
      assert.ok(sent < 100, `${sent} MiB were taken`);
    }
  });

  it("that breaks off in the middle of its words is quoted as far as it came", async () => {
    answer = (response) => {
      response.writeHead(500, { "content-length": "1000" });
      response.write("half a sen", () => response.destroy());
    };

    assert.equal((await call()).problem, "HTTP 500: half a sen");
  });

  it("that sends endless headers fails", async () => {
    answer = (response) => {
      response.writeHead(200, { "x-long": "x".repeat(20_000) }).end();
    };

    assert.match((await call()).problem, /too many headers/);
  });

  it("whose port is closed fails in words", async () => {
    const gone = await startReceiver(say(200));
    await gone.stop();

    assert.match((await open().call(callTo(gone.url), patient)).problem, /connection refused/);
  });

  it("that is no web server fails", async () => {
    const odd = createServer((socket) => {
      socket.on("error", () => {}).resume();
      socket.end("SSH-2.0-OpenSSH_9.9\r\n");
    });
    await new Promise<void>((resolve) => odd.listen(0, "127.0.0.1", resolve));
    const { port } = odd.address() as AddressInfo;

    const { ok, problem } = await open().call(callTo(`http://127.0.0.1:${port}`), patient);

    await new Promise((resolve) => odd.close(resolve));
    assert.equal(ok, false);
    assert.match(problem, /no answer came|connection broke/);
  });

  it("that hangs is let go at once when the pass is interrupted, in every stage of a call", async () => {
    const stages: Readonly<Record<string, Answering>> = {
      "before headers": () => {},
      "within a refusal": (response) => void response.writeHead(500).write("x"),
    };
    for (const [stage, hanging] of Object.entries(stages)) {
      answer = hanging;
      receiver.received.length = 0;
      const stopping = new AbortController();
      const calling = call({ timeout: seconds(3600) }, stopping.signal);
      await eventually(() => assert.equal(receiver.received.length, 1));

      stopping.abort(new Error("a command came"));

      await assert.rejects(calling, /a command came/, stage);
    }
  });

  it("that is waited for between two attempts is let go at once as well", async () => {
    answer = say(503, "", { "retry-after": "60" });
    const stopping = new AbortController();
    const pausing = Promise.withResolvers<void>();
    const caller = open({
      pause: (_, signal) => {
        pausing.resolve();
        return new Promise((_resolve, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }),
        );
      },
    });
    const calling = caller.call(callTo(receiver.url, { retries: 5 }), stopping.signal);
    await pausing.promise;

    stopping.abort(new Error("a command came"));

    await assert.rejects(calling, /a command came/);
  });

  it("that hangs delays nobody who calls another one", async () => {
    answer = () => {};
    receiver.received.length = 0;
    const other = await startReceiver(say(200));
    const stopping = new AbortController();
    const caller = open({ slots: { perHost: 3, total: 4 } });
    const hanging = Array.from({ length: 10 }, () => caller.call(callTo(receiver.url), stopping.signal));
    await eventually(() => assert.equal(receiver.received.length, 3));

    const found = await Promise.all(Array.from({ length: 5 }, () => caller.call(callTo(other.url), patient)));

    assert.deepEqual(
      found.map(({ ok }) => ok),
      [true, true, true, true, true],
    );
    assert.equal(receiver.received.length, 3);
    stopping.abort(new Error("enough"));
    await Promise.allSettled(hanging);
    await other.stop();
  });

  it("gets nothing that is larger than any receiver would take", async () => {
    receiver.received.length = 0;

    const { ok, problem } = await call({ metadata: { big: "x".repeat(1024 * 1024) } });

    assert.equal(ok, false);
    assert.match(problem, /larger than/);
    assert.equal(receiver.received.length, 0);
  });
});
