import { after, before, describe } from "node:test";
import { faultScenarios } from "../../scenarios/faults.ts";
import { Stage } from "../../scenarios/stage.ts";
import { missingRedis } from "../../support/staged.ts";
import { realPlane, skipWithoutPlane } from "./real-plane.ts";

const skip = skipWithoutPlane() || (await missingRedis());
describe("a rollout on a real control plane with a bad connection", { skip }, () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.start(realPlane);
  });
  after(() => stage?.stop());

  describe("to the API server", { concurrency: 2 }, () => faultScenarios(() => stage));
});
