import assert from "node:assert/strict";
import { Agent, createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, it } from "node:test";
import type { AttemptOutcome, AttemptRequest } from "../../../src/playground/mesh/attempt.ts";
import { attempt } from "../../../src/playground/mesh/attempt.ts";
import { findFreePort } from "../../../src/playground/services/free-port.ts";

describe("one attempt", () => {
  const agent = new Agent({ keepAlive: true });
  let server: Server | undefined;
  afterEach(() => {
    agent.destroy();
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(listener: RequestListener): Promise<number> {
    server = createServer(listener);
    await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }
  const send = (given: Partial<AttemptRequest>): Promise<AttemptOutcome> =>
    attempt({
      agent,
      port: undefined,
      method: "GET",
      target: "/",
      headers: new Map([["host", ["podinfo"]]]),
      body: Buffer.alloc(0),
      timeoutMs: undefined,
      signal: new AbortController().signal,
      ...given,
    });

  it("fails to connect where nobody listens", async () => {
    const outcome = await send({ port: await findFreePort() });

    assert.deepEqual(outcome, { kind: "failure", failure: "connect-failure" });
  });

  it("tells a connection that was closed before it was taken up from one that broke in use", async () => {
    let requests = 0;
    const port = await serve((request, response) => {
      if (++requests === 1) response.end("ok");
      else request.socket.destroy();
    });
    const first = await send({ port });
    assert.equal(first.kind, "answer");
    if (first.kind === "answer") for await (const _ of first.message);

    const onReused = await send({ port });
    const onFresh = await send({ port });

    assert.deepEqual(onReused, { kind: "failure", failure: "reset-before-request" });
    assert.deepEqual(onFresh, { kind: "failure", failure: "reset" });
  });

  it("gives up after its timeout", async () => {
    const port = await serve(() => {});

    assert.deepEqual(await send({ port, timeoutMs: 30 }), { kind: "failure", failure: "timeout" });
  });

  it("is abandoned when the client has gone, also before it began", async () => {
    const gone = new AbortController();
    const port = await serve(() => gone.abort());

    assert.deepEqual(await send({ port, signal: gone.signal }), { kind: "abandoned" });
    assert.deepEqual(await send({ port, signal: AbortSignal.abort() }), { kind: "abandoned" });
  });
});
