import assert from "node:assert/strict";
import { it } from "node:test";
import { eventually } from "../support/eventually.ts";
import { weightsOf } from "./rollouts.ts";
import { PATIENCE, Scene } from "./scene.ts";
import type { Stage } from "./stage.ts";

const STEPS = [20, 40, 60];

/** The control plane itself goes away in the middle of a rollout. All canaries notice, so one scene follows the other. */
export function outageScenarios(stage: () => Stage): void {
  async function atTwenty(about: string): Promise<Scene> {
    const scene = await Scene.alone(stage(), { about, steps: STEPS });
    await scene.release("6.1.0");
    await scene.untilWeight(20);
    return scene;
  }

  async function endsWell(scene: Scene): Promise<void> {
    const record = await scene.untilPhase("succeeded");
    const { routes, ends } = await scene.told();
    assert.deepEqual(weightsOf(routes, record.id), [0, ...STEPS, 0]);
    assert.equal(ends.get(record.id), "succeeded");
    assert.equal(record.promoted?.label, "6.1.0");
  }

  it("goes on after the API server was started again", async () => {
    const scene = await atTwenty("restart");

    await stage().plane.restartApiServer();

    await endsWell(scene);
  });

  it("takes a failing version back after the API server was started again", async () => {
    const scene = await atTwenty("restart-bad");
    stage().prometheus.set(scene.namespace, "bad");

    await stage().plane.restartApiServer();

    const record = await scene.untilPhase("failed");
    const { ends } = await scene.told();
    assert.equal(record.rollback?.cause, "failed-checks");
    assert.equal(ends.get(record.id), "failed");
    assert.equal(await scene.weight(), 0);
  });

  it("goes on after the API server's storage hung", async () => {
    const scene = await atTwenty("storage");

    stage().plane.pauseStorage();
    try {
      // It has met the silence, and has given up waiting at least once.
      await eventually(async () => assert.match(await textOfLog(scene), /no answer|503|504/), PATIENCE);
    } finally {
      stage().plane.resumeStorage();
    }

    await endsWell(scene);
  });
}

const textOfLog = async ({ worker }: Scene): Promise<string> =>
  (await worker.log()).map((line) => String(line["error"])).join("\n");
