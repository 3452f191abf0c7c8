import { after, before, describe } from "node:test";
import { outageScenarios } from "../../scenarios/outages.ts";
import { Stage } from "../../scenarios/stage.ts";
import { missingRedis } from "../../support/staged.ts";
import { emulator } from "./emulator.ts";

describe("a rollout on the emulator whose API server fails", { skip: await missingRedis() }, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.start(emulator);
  });
  after(() => stage?.stop());

  outageScenarios(() => stage);
});
