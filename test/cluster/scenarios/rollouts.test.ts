import { after, before, describe } from "node:test";
import { noQueryRefused, rolloutScenarios } from "../../scenarios/rollouts.ts";
import { Stage, type StagedWorker } from "../../scenarios/stage.ts";
import { missingRedis } from "../../support/staged.ts";
import { realPlane, skipWithoutPlane } from "./real-plane.ts";

describe("a rollout on a real control plane", { skip: skipWithoutPlane() || (await missingRedis()) }, () => {
  let stage: Stage;
  let worker: StagedWorker;
  before(async () => {
    stage = await Stage.start(realPlane);
    worker = await stage.startWorker();
  });
  after(() => stage?.stop());

  describe("in many namespaces at once", { concurrency: true }, () => {
    rolloutScenarios(
      () => stage,
      () => worker,
    );
  });
  noQueryRefused(() => stage);
});
