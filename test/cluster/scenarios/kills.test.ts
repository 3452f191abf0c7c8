// Needs a process of its own: it takes minutes, and the others would wait for it.
import { after, before, describe } from "node:test";
import { killScenarios } from "../../scenarios/kills.ts";
import { Stage } from "../../scenarios/stage.ts";
import { missingRedis } from "../../support/staged.ts";
import { realPlane, skipWithoutPlane } from "./real-plane.ts";

const skip = skipWithoutPlane() || (await missingRedis());
describe("on a real control plane", { skip }, () => {
  let stage: Stage;
  before(async () => (stage = await Stage.start(realPlane)));
  after(() => stage?.stop());

  killScenarios(() => stage, { lanes: 6 });
});
