import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { startLoad } from "../../../src/playground/mesh/load.ts";
import { silentLog } from "../../../src/playground/services/log.ts";
import { eventually } from "../../support/eventually.ts";

describe("the load generator", () => {
  let server: Server;
  let meshUrl: string;
  let answer: number | "hang" | "reset" = 200;
  const hosts = new Set<string | undefined>();
  const connections = new Set<unknown>();
  before(async () => {
    server = createServer((request, response) => {
      hosts.add(request.headers.host);
      connections.add(request.socket);
      if (answer === "reset") request.socket.destroy();
      else if (answer !== "hang") response.writeHead(answer).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    meshUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const start = (perSecond: number) => startLoad({ meshUrl, host: "podinfo.demo", perSecond, log: silentLog });

  it("sends at the stated rate, to the stated host, over few connections", async () => {
    answer = 200;
    const startedAt = performance.now();
    const load = start(100);
    await eventually(() => assert.ok(load.counts().sent >= 50));
    const expected = ((performance.now() - startedAt) / 1_000) * 100;
    const { sent } = load.counts();
    await load.stop();

    assert.ok(sent <= expected + 1, `${sent} of ${expected}`);
    assert.deepEqual([...hosts], ["podinfo.demo"]);
    assert.ok(connections.size < 10, `${connections.size} connections`);
    assert.equal(load.counts().succeeded, load.counts().sent);
  });

  it("pauses at a rate of 0 and goes on at another", async () => {
    answer = 200;
    const load = start(200);
    await eventually(() => assert.ok(load.counts().sent >= 10));

    load.setRate(0);
    const { sent } = load.counts();
    await new Promise((resolve) => setTimeout(resolve, 150));
    const whilePaused = load.counts().sent - sent;
    load.setRate(200);

    await eventually(() => assert.ok(load.counts().sent >= sent + 10));
    assert.equal(whilePaused, 0);
    await load.stop();
    assert.throws(() => start(-1), RangeError);
  });

  it("counts errors of the server and lost connections as failed", async () => {
    for (const broken of [503, "reset"] as const) {
      answer = broken;
      const load = start(100);
      await eventually(() => assert.ok(load.counts().failed >= 10));
      await load.stop();

      assert.equal(load.counts().succeeded, 0);
      assert.equal(load.counts().failed, load.counts().sent);
    }
    answer = 404;
    const load = start(100);
    await eventually(() => assert.ok(load.counts().succeeded >= 10));
    await load.stop();
    assert.equal(load.counts().failed, 0);
  });

  it("skips requests rather than let more and more of them wait", async () => {
    answer = "hang";
    const load = start(2_000);

    await eventually(() => assert.ok(load.counts().skipped > 0));

    assert.equal(load.counts().sent, 200);
    server.closeAllConnections();
    answer = 200;
    await load.stop();
  });
});
