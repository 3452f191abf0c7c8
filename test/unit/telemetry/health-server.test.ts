import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Registry } from "prom-client";
import { describeStale, startHealthServer, type HealthServer } from "../../../src/telemetry/health-server.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };

describe("a health server", () => {
  let server: HealthServer;
  const problems = { cluster: "", queue: "" };
  before(async () => {
    const checks = [
      { name: "cluster", needed: true, problem: () => problems.cluster },
      { name: "queue", needed: false, problem: () => problems.queue },
    ];
    server = await startHealthServer({ port: 0, checks, registry: new Registry(), log });
  });
  after(() => server.close());

  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return { status: response.status, text: await response.text() };
  };

  it("says that the process lives", async () => {
    assert.deepEqual(await get("/healthz"), { status: 200, text: "OK\n" });
  });

  it("is ready in spite of trouble that the process can work around, and mentions it", async () => {
    problems.queue = "redis is away";

    const { status, text } = await get("/readyz");

    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(text), {
      ready: true,
      problems: [{ name: "queue", needed: false, problem: "redis is away" }],
    });
  });

  it("is not ready without what it needs, and says what that is", async () => {
    problems.cluster = "canaries have not been heard of for 130 s";

    const { status, text } = await get("/readyz");
    problems.cluster = "";

    assert.equal(status, 503);
    assert.match(text, /not been heard of/);
  });

  it("names what there is to whoever asks for something else", async () => {
    const { status, text } = await get("/");

    assert.equal(status, 404);
    assert.match(text, /\/metrics/);
  });

  it("says which port is taken", async () => {
    const again = startHealthServer({ port: server.port, checks: [], registry: new Registry(), log });

    await assert.rejects(again, new RegExp(`port ${server.port}: set HEALTH_PORT`));
  });
});

describe("a description of stale watches", () => {
  it("names those that were not proven current for two minutes", () => {
    const text = describeStale({ canaries: 130_400, routes: 1_000 });

    assert.equal(text, "canaries have not been heard of for 130 s");
  });
});
