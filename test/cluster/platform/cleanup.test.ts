import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { stringAt } from "../../../src/playground/kubernetes/json.ts";
import { patiently } from "../support/patiently.ts";
import type { ControlPlane } from "../support/control-plane.ts";
import { configMap, deployment, namespace } from "../support/objects.ts";
import { skipWithout } from "../support/programs.ts";
import { sharedControlPlane } from "../support/shared.ts";

describe("what is cleaned up by the real controllers", { skip: skipWithout() }, () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await sharedControlPlane();
  });

  const isGone = async (path: string): Promise<void> => assert.equal((await plane.admin.ask("GET", path)).status, 404);

  it("is what a deleted object owned", async () => {
    const maps = "/api/v1/namespaces/owned/configmaps";
    await plane.admin.apply(namespace("owned"), configMap("owned", "owner"), configMap("owned", "stranger"));
    const uid = stringAt(await plane.admin.get(`${maps}/owner`), "metadata", "uid");
    const owner = { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid };
    await plane.admin.apply(configMap("owned", "dependent", { ownerReferences: [owner] }));

    await plane.admin.remove(`${maps}/owner`);

    await patiently(() => isGone(`${maps}/dependent`));
    await plane.admin.get(`${maps}/stranger`);
  });

  it("is a namespace with its pods", async () => {
    await plane.admin.apply(namespace("short"), deployment({ namespace: "short", replicas: 2 }));
    const pods = async () => (await plane.admin.get("/api/v1/namespaces/short/pods"))["items"] as unknown[];
    await patiently(async () => assert.equal((await pods()).length, 2));

    await plane.admin.remove("/api/v1/namespaces/short");

    const phase = async () => stringAt(await plane.admin.get("/api/v1/namespaces/short"), "status", "phase");
    assert.equal(await phase().catch(() => "Terminating"), "Terminating");
    await patiently(() => isGone("/api/v1/namespaces/short"));
  });
});
