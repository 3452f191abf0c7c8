import { after, before, describe } from "node:test";
import { definitionScenarios } from "../../scenarios/definitions.ts";
import { Stage } from "../../scenarios/stage.ts";
import { missingRedis } from "../../support/staged.ts";
import { realPlane, skipWithoutPlane } from "./real-plane.ts";

const skip = skipWithoutPlane() || (await missingRedis());
describe("a rollout on a real control plane under somebody else's definition", { skip }, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.start(realPlane);
  });
  after(() => stage?.stop());

  definitionScenarios(() => stage);
});
