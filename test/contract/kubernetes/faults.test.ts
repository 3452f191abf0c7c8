import { afterEach, before, after, describe, it } from "node:test";
import assert from "node:assert/strict";
import type { KubernetesEmulator } from "../../../src/playground/kubernetes/server.ts";
import { ask, configMap } from "./http.ts";
import { startCluster } from "./support.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";

describe("faults", () => {
  let emulator: KubernetesEmulator;

  before(async () => {
    emulator = await startCluster();
    await emulator.apply([configMap("a"), configMap("b")]);
  });
  after(() => emulator.stop());
  afterEach(() => emulator.faults.clear());

  it("fail the next matching requests, as often as ordered, and no others", async () => {
    emulator.faults.failNext({ verb: "get", resource: "configmaps", name: "a" }, 503, 2);

    const statuses = [];
    for (const name of ["b", "a", "a", "a"]) statuses.push((await ask(emulator, { path: `${MAPS}/${name}` })).status);

    assert.deepEqual(statuses, [200, 503, 503, 200]);
  });

  it("tell a client that is limited when to come back", async () => {
    emulator.faults.failNext({ verb: "list" }, 429);

    const { status, headers, json } = await ask(emulator, { path: MAPS });

    assert.deepEqual([status, headers["retry-after"], json.reason], [429, "1", "TooManyRequests"]);
  });

  it("do a write and lose the answer", async () => {
    emulator.faults.applyThenDrop({ verb: "create", resource: "configmaps" });

    await assert.rejects(ask(emulator, { method: "POST", path: MAPS, body: configMap("unanswered") }), {
      code: "ECONNRESET",
    });

    assert.equal((await ask(emulator, { path: `${MAPS}/unanswered` })).status, 200);
  });

  it("take the server down and bring it back with all it held", async () => {
    emulator.faults.down(true);
    await assert.rejects(ask(emulator, { path: MAPS }), { code: "ECONNRESET" });

    emulator.faults.down(false);

    assert.equal((await ask(emulator, { path: `${MAPS}/a` })).status, 200);
  });

  it("hold requests back", async () => {
    emulator.faults.delay(60);
    const started = performance.now();

    await ask(emulator, { path: `${MAPS}/a` });

    assert.ok(performance.now() - started >= 55);
  });
});

describe("request counts", () => {
  it("tell verbs, resources and clients apart, and leave discovery out", async (context) => {
    const emulator = await startCluster();
    context.after(() => emulator.stop());
    await ask(emulator, { path: "/apis" });
    await ask(emulator, { path: MAPS });
    await ask(emulator, { path: MAPS });
    await ask(emulator, { path: "/apis/apps/v1/namespaces/default/deployments/x/scale" });

    assert.deepEqual(emulator.requests.by(), [
      { verb: "list", resource: "configmaps", userAgent: "contract-test", count: 2 },
      { verb: "get", resource: "deployments.apps/scale", userAgent: "contract-test", count: 1 },
    ]);
    assert.equal(emulator.requests.total(), 3);
    assert.equal(emulator.requests.total({ verb: "list", userAgent: "contract" }), 2);
    emulator.requests.reset();
    assert.equal(emulator.requests.total(), 0);
  });
});
