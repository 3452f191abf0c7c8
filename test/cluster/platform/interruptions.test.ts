// Needs a process of its own: it stops the API server and etcd.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { numberAt } from "../../../src/playground/kubernetes/json.ts";
import { patiently } from "../support/patiently.ts";
import { startControlPlane, type ControlPlane } from "../support/control-plane.ts";
import { configMap, deployment, namespace } from "../support/objects.ts";
import { skipWithout } from "../support/programs.ts";

describe("a control plane that is interrupted", { skip: skipWithout() }, () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await startControlPlane();
    await plane.admin.apply(namespace("demo"));
  });
  after(() => plane?.stop());

  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    it(`goes on with its data after ${signal} to the API server`, async () => {
      const name = signal.toLowerCase();
      await plane.admin.apply(configMap("demo", name));

      await plane.restartApiServer(signal);

      await plane.admin.get(`/api/v1/namespaces/demo/configmaps/${name}`);
      await plane.admin.apply(deployment({ namespace: "demo", name }));
      await patiently(async () => {
        const made = await plane.admin.get(`/apis/apps/v1/namespaces/demo/deployments/${name}`);
        assert.equal(numberAt(made, "status", "readyReplicas"), 1);
      });
    });
  }

  it("answers nothing that needs etcd while etcd hangs, and does afterwards", async () => {
    const read = (timeout: number) =>
      plane.admin.ask("GET", "/api/v1/namespaces/demo/secrets?limit=1", { signal: AbortSignal.timeout(timeout) });

    plane.pauseEtcd();
    await assert.rejects(read(500), { name: "TimeoutError" });
    plane.resumeEtcd();

    assert.equal((await read(30_000)).status, 200);
  });
});
