import { after, before, describe } from "node:test";
import { definitionScenarios } from "../../scenarios/definitions.ts";
import { Stage } from "../../scenarios/stage.ts";
import { missingRedis } from "../../support/staged.ts";
import { emulator } from "./emulator.ts";

describe("a rollout on the emulator under somebody else's definition", { skip: await missingRedis() }, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.start(emulator);
  });
  after(() => stage?.stop());

  definitionScenarios(() => stage);
});
