import { after, before, describe } from "node:test";
import { outageScenarios } from "../../scenarios/outages.ts";
import { Stage } from "../../scenarios/stage.ts";
import { missingRedis } from "../../support/staged.ts";
import { realPlane, skipWithoutPlane } from "./real-plane.ts";

const skip = skipWithoutPlane() || (await missingRedis());
describe("a rollout on a real control plane whose API server fails", { skip }, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.start(realPlane);
  });
  after(() => stage?.stop());

  outageScenarios(() => stage);
});
