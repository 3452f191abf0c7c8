import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { KEY } from "../../contract/queue/samples.ts";
import { eventually } from "../../support/eventually.ts";
import { WorkerStage } from "./worker-stage.ts";

const PROGRAM = fileURLToPath(new URL("../../../src/worker.ts", import.meta.url));

/** Runs a worker to its end. */
async function runToEnd(env: Record<string, string>) {
  const child = spawn(process.execPath, [PROGRAM], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (output += String(bytes)));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
}

describe("a worker process", () => {
  const stage = new WorkerStage();
  before(() => stage.start());
  after(() => stage.stop());

  it("says everything that is missing and exits with 1", async () => {
    const { code, output } = await runToEnd({ REDIS_URL: stage.redis.url });

    assert.equal(code, 1);
    assert.match(output, /3 problems/);
    assert.match(output, /CLUSTER_NAME is not set[^]*COMMAND_KEY|COMMAND_KEY is not set[^]*CLUSTER_NAME/);
  });

  it("refuses a cluster name that another cluster has", async () => {
    const { Redis } = await import("ioredis");
    const redis = new Redis(stage.redis.url);
    const known = JSON.stringify({ uid: "another-cluster", lastSeen: Date.now() });
    await redis.hset("coalmine:clusters", "taken", known);
    redis.disconnect();

    const { code, output } = await runToEnd({
      CLUSTER_NAME: "taken",
      REDIS_URL: stage.redis.url,
      COMMAND_KEY: KEY,
      PROMETHEUS_URL: stage.prometheus.url,
      KUBECONFIG: `${stage.directory}/kubeconfig`,
      HEALTH_PORT: "0",
    });

    assert.equal(code, 1);
    assert.match(output, /The name taken is in use by another cluster/);
  });

  it("is ready, says what troubles it, and serves metrics under the peer's names", async () => {
    const [worker] = stage.workers;
    await eventually(async () => assert.equal((await stage.rollout()).phase, "initialized"), { timeoutMs: 30_000 });

    const ready = await fetch(`${worker!.healthUrl}/readyz`);
    const metrics = await (await fetch(`${worker!.healthUrl}/metrics`)).text();

    assert.deepEqual(await ready.json(), { ready: true, problems: [] });
    assert.match(metrics, /flagger_info\{version="[^"]+",mesh_provider="istio"\} 1/);
    assert.match(metrics, /flagger_canary_status\{name="podinfo",namespace="demo"\} 1/);
    assert.match(metrics, /flagger_canary_weight\{workload="podinfo-primary",namespace="demo"\} 100/);
    assert.match(metrics, /coalmine_passes_total\{outcome="wrote"\} \d+/);
  });

  it("never logs a secret", async () => {
    const [worker] = stage.workers;
    const text = JSON.stringify(await stage.logOf(worker!));

    assert.ok(text.length > 100);
    assert.ok(!text.includes(KEY));
    assert.ok(!text.includes(new URL(stage.redis.url).password));
  });

  it("makes no request to the cluster for canaries that are idle", async () => {
    const { requests } = stage.kubernetes;
    await eventually(async () => assert.equal((await stage.rollout("checkout")).phase, "initialized"));
    // What the bootstrap left to say (Kubernetes Events, a few a second) has been said when nothing came for a second.
    await eventually(async () => {
      requests.reset();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      assert.equal(requests.total({ userAgent: "coalmine" }), 0);
    });

    await new Promise((resolve) => setTimeout(resolve, 3_000));

    const made = requests.by().filter(({ userAgent, verb }) => userAgent.includes("coalmine") && verb !== "watch");
    assert.deepEqual(made, []);
  });

  it("ends by itself within seconds when it is asked to", async () => {
    const [worker] = stage.workers;
    const askedAt = performance.now();

    worker!.kill("SIGTERM");
    await eventually(() => assert.equal(worker!.isRunning(), false));

    assert.ok(performance.now() - askedAt < 8_000);
    const lines = await stage.logOf(worker!);
    assert.equal(lines.at(-1)?.["msg"], "stopping");
    assert.equal(lines[0]?.["process"], "worker");
  });
});
