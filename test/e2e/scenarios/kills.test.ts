import { after, before, describe } from "node:test";
import { killScenarios } from "../../scenarios/kills.ts";
import { Stage } from "../../scenarios/stage.ts";
import { missingRedis } from "../../support/staged.ts";
import { emulator } from "./emulator.ts";

describe("on the emulator", { skip: await missingRedis() }, () => {
  let stage: Stage;
  before(async () => (stage = await Stage.start(emulator)));
  after(() => stage?.stop());

  killScenarios(() => stage, { lanes: 6 });
});
