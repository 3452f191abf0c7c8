import assert from "node:assert/strict";
import { at, listAt } from "../../src/kubernetes/object.ts";
import { eventually } from "../support/eventually.ts";
import { weightsOf } from "./rollouts.ts";
import { PATIENCE, Scene } from "./scene.ts";
import type { Stage } from "./stage.ts";
import { it } from "node:test";

const GATE = { gate: "confirm-promotion", group: "release-approvers", count: 1 };
const ROLLOUT = { approvals: [GATE] };

/**
 * Somebody's tool puts another definition of Canary in place of ours, in the middle of a rollout. It is about all canaries of a
 * cluster, so one scene follows the other, on a stage of their own.
 */
export function definitionScenarios(stage: () => Stage): void {
  async function atTwenty(about: string): Promise<Scene> {
    const scene = await Scene.alone(stage(), { about, rollout: ROLLOUT });
    await scene.release("6.1.0");
    await scene.untilWeight(20);
    return scene;
  }

  it("moves nothing, says what to apply, and goes on when our definition is back", async () => {
    const scene = await atTwenty("pruned");
    await stage().applyOtherDefinition();

    await untilItComplains(scene, 3);
    const { weight, promoted } = { weight: await scene.weight(), promoted: await promotions(scene) };
    await untilItComplains(scene, 3);
    assert.equal(await scene.weight(), weight);
    assert.equal(promoted, 0);
    const events = await scene.events();
    assert.ok(
      events.some((event) => /^RecordPruned .*Apply deploy\/base\/crds\.yaml/.test(event)),
      events.join("\n"),
    );

    await stage().applyOurDefinition();
    // What nobody wrote to in between is as it was: the approval that the manifest asks for is still asked for.
    await scene.untilPhase("waiting-promotion");
    assert.equal(await scene.ask("approve", { roles: ["release-approvers"] }), "accepted");
    const record = await scene.untilPhase("succeeded");
    const { routes } = await scene.told();
    assert.deepEqual(weightsOf(routes, record.id), [0, 20, 50, 0]);
  });

  it("asks a person when it was started again meanwhile and the record is gone", async () => {
    const scene = await atTwenty("forgotten");
    const { id } = await scene.record();
    await stage().applyOtherDefinition();
    await untilItComplains(scene, 1);
    const weight = await scene.weight();
    // As the tool that brought the definition would, with its next look at the manifest.
    await stage().plane.admin.patch(scene.canaryPath, {
      metadata: { annotations: { "example.com/applied": "again" } },
    });
    await scene.worker.process.restart();
    await untilItComplains(scene, 2);
    assert.equal(await scene.weight(), weight);

    await stage().applyOurDefinition();
    await declareApprovals(scene);
    const found = await scene.untilRecord(({ pause, pass }) => pause !== null && pass >= 3);

    const since = await scene.revision();
    assert.notEqual(found.id, id);
    assert.equal(found.phase, "progressing");
    assert.equal(await scene.weight(), weight);
    const asked = found.events.map(({ event }) => event).find(({ kind }) => kind === "human-needed");
    assert.match(
      JSON.stringify(asked),
      new RegExp(`${weight} % of the traffic stays on the canary, and its checks go on, until somebody`),
    );
    assert.equal(await scene.ask("resume"), "accepted");
    await scene.untilPhase("waiting-promotion");
    assert.equal(await scene.ask("approve", { roles: ["release-approvers"] }), "accepted");
    const record = await scene.untilPhase("succeeded");
    const left = scene.steps.filter((step) => step > weight);
    const { routes } = await scene.told(since, left);
    assert.deepEqual(weightsOf(routes, record.id), [...left, 0]);
  });
}

/** Until its worker has found so many more times that the record is not kept. */
async function untilItComplains({ worker }: Scene, times: number): Promise<void> {
  const count = async (): Promise<number> =>
    (await worker.log()).filter((line) => String(line["msg"]).includes("the record cannot be kept")).length;
  const before = await count();
  await eventually(async () => assert.ok((await count()) >= before + times, "it has not noticed"), PATIENCE);
}

/** Asks for approvals again: a server needs a moment until a definition is in force, and until then it drops them. */
async function declareApprovals({ stage, canaryPath }: Scene): Promise<void> {
  await eventually(async () => {
    const kept = await stage.plane.admin.patch(canaryPath, { spec: { rollout: ROLLOUT } });
    assert.deepEqual(at(kept, "spec", "rollout", "approvals"), [GATE]);
  }, PATIENCE);
}

/** How many rollouts primary has taken up. */
async function promotions(scene: Scene): Promise<number> {
  const primary = await scene.read(scene.workloadPath("podinfo-primary"));
  const containers = listAt(primary, "spec", "template", "spec", "containers");
  return containers.filter((container) => String(at(container, "image")).endsWith(":6.1.0")).length;
}
