import assert from "node:assert/strict";
import { it } from "node:test";
import { at, numberAt } from "../../src/kubernetes/object.ts";
import { eventually } from "../support/eventually.ts";
import type { Version } from "../support/witness.ts";
import { PATIENCE, Scene, TARGET } from "./scene.ts";
import type { Stage, StagedWorker } from "./stage.ts";

/** `kubectl delete canary`, with and without `revertOnDeletion`. Scenes run side by side: each has a namespace of its own. */
export function deletionScenarios(stage: () => Stage, worker: () => StagedWorker): void {
  const scenes = { "at rest": false, "in the middle of a rollout": true };
  const ready = async (revertOnDeletion: boolean, inMidRun: boolean): Promise<Scene> => {
    const options = { about: "deleted", worker: worker(), revertOnDeletion, foreignService: true };
    const scene = await Scene.ready(stage(), options);
    if (!inMidRun) return scene;
    await scene.release("6.1.0");
    await scene.untilWeight(20);
    return scene;
  };

  for (const [when, inMidRun] of Object.entries(scenes)) {
    it(`gives everything back before it goes when the manifest says so, ${when}`, async () => {
      const scene = await ready(true, inMidRun);

      await stage().plane.admin.remove(scene.canaryPath);

      await untilGone(scene);
      const target = await scene.read(scene.workloadPath());
      assert.equal(numberAt(target, "spec", "replicas"), 2);
      assert.deepEqual(at(await scene.read(scene.servicePath), "spec", "selector"), { app: TARGET });
      const history = await stage().witness.historyOf(scene.namespace);
      const left = history.find(({ kind, isDeleted }) => kind === "canary" && isDeleted);
      assert.ok(numberAt(targetAt(history, left), "status", "readyReplicas") > 0, "the target served before it went");
    });

    it(`goes at once and leaves the target as it is when the manifest does not, ${when}`, async () => {
      const scene = await ready(false, inMidRun);
      const before = await scene.read(scene.workloadPath());

      await stage().plane.admin.remove(scene.canaryPath);

      await untilGone(scene);
      const target = await scene.read(scene.workloadPath());
      assert.equal(numberAt(target, "spec", "replicas"), numberAt(before, "spec", "replicas"));
      assert.equal(at(target, "spec", "replicas"), inMidRun ? 2 : 0);
    });
  }
}

/** Until the canary is gone, and with it all that it owned. */
async function untilGone(scene: Scene): Promise<void> {
  const { admin } = scene.stage.plane;
  const owned = [
    scene.canaryPath,
    scene.routePath,
    scene.workloadPath(`${TARGET}-primary`),
    `${scene.servicePath}-primary`,
    `${scene.servicePath}-canary`,
  ];
  await eventually(async () => {
    for (const path of owned) assert.equal((await admin.ask("GET", path)).status, 404, path);
  }, PATIENCE);
}

/** The target as it stood when something else was written. */
function targetAt(history: readonly Version[], written: Version | undefined): Version["object"] | undefined {
  const until = written?.revision ?? 0;
  return history.findLast(({ kind, name, revision }) => kind === "deployment" && name === TARGET && revision <= until)
    ?.object;
}
