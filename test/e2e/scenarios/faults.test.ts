import { after, before, describe } from "node:test";
import { faultScenarios } from "../../scenarios/faults.ts";
import { Stage } from "../../scenarios/stage.ts";
import { missingRedis } from "../../support/staged.ts";
import { emulator } from "./emulator.ts";

describe("a rollout on the emulator with a bad connection", { skip: await missingRedis() }, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.start(emulator);
  });
  after(() => stage?.stop());

  describe("to the API server", { concurrency: 4 }, () => faultScenarios(() => stage));
});
