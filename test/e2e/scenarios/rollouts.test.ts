import { after, before, describe } from "node:test";
import { noQueryRefused, rolloutScenarios } from "../../scenarios/rollouts.ts";
import { Stage, type StagedWorker } from "../../scenarios/stage.ts";
import { missingRedis } from "../../support/staged.ts";
import { emulator } from "./emulator.ts";

describe("a rollout on the emulator", { skip: await missingRedis() }, () => {
  let stage: Stage;
  let worker: StagedWorker;
  before(async () => {
    stage = await Stage.start(emulator);
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
