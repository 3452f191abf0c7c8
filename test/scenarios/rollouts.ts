import assert from "node:assert/strict";
import { it } from "node:test";
import { listAt, numberAt, textAt } from "../../src/kubernetes/object.ts";
import { image } from "../cluster/support/objects.ts";
import { eventually } from "../support/eventually.ts";
import { PATIENCE, Scene, TARGET, type SceneOptions } from "./scene.ts";
import type { Stage, StagedWorker } from "./stage.ts";

const GATE = { gate: "confirm-promotion", group: "release-approvers", count: 1 };

/** What a rollout does, from its start to its one end. Scenes run side by side: each has a namespace of its own. */
export function rolloutScenarios(stage: () => Stage, worker: () => StagedWorker): void {
  const ready = (about: string, options: Partial<SceneOptions> = {}): Promise<Scene> =>
    Scene.ready(stage(), { about, worker: worker(), ...options });

  it("promotes a good version step by step", async () => {
    const scene = await ready("promotion");

    await scene.release("6.1.0");

    const record = await scene.untilPhase("succeeded");
    const { routes, phases, ends } = await scene.told();
    assert.equal(record.promoted?.label, "6.1.0");
    assert.deepEqual(weightsOf(routes, record.id), [0, 20, 50, 0]);
    assert.deepEqual(phases.get(record.id), ["progressing", "promoting", "finalising", "succeeded"]);
    assert.equal(ends.get(record.id), "succeeded");
  });

  it("takes a version back whose metrics fail, and says by which figures", async () => {
    const scene = await ready("failing");

    await scene.release("6.1.0");
    await scene.untilWeight(20);
    stage().prometheus.set(scene.namespace, "bad");

    const record = await scene.untilPhase("failed");
    const { routes, phases } = await scene.told();
    assert.equal(record.rollback?.cause, "failed-checks");
    assert.match(record.rollback.detail, /request-success-rate 80, limit at least 99/);
    assert.equal(record.promoted?.label, "6.0.0");
    assert.equal(weightsOf(routes, record.id).at(-1), 0);
    assert.deepEqual(phases.get(record.id)?.slice(-2), ["rolling-back", "failed"]);
    assert.equal(await imageOf(scene, `${TARGET}-primary`), image("6.0.0"));
  });

  it("holds its weight while it is paused, and goes on when it is resumed", async () => {
    const scene = await ready("pause", { steps: [10, 20, 30, 40, 50] });
    await scene.release("6.1.0");
    await scene.untilWeight(10);

    assert.equal(await scene.ask("pause", { reason: "lunch" }), "accepted");
    const paused = await scene.record();
    // Judged again and again, and not moved.
    const later = await scene.untilRecord((record) => record.pass >= paused.pass + 4);
    assert.equal(await scene.weight(), paused.route.weight);
    assert.equal(later.step, paused.step);
    assert.equal(await scene.ask("resume"), "accepted");

    const record = await scene.untilPhase("succeeded");
    const { routes } = await scene.told();
    assert.deepEqual(weightsOf(routes, record.id), [0, 10, 20, 30, 40, 50, 0]);
  });

  it("waits at a gate until somebody of its group approves", async () => {
    const scene = await ready("approval", { rollout: { approvals: [GATE] } });
    await scene.release("6.1.0");
    const waiting = await scene.untilRecord(({ gate }) => gate?.name === "confirm-promotion");
    const later = await scene.untilRecord((record) => record.pass >= waiting.pass + 3);
    assert.equal(later.phase, "waiting-promotion");

    assert.equal(await scene.ask("approve", { roles: ["developers"] }), "not-in-group");
    assert.equal(await scene.ask("approve", { roles: ["release-approvers"] }), "accepted");

    const record = await scene.untilPhase("succeeded");
    const { phases } = await scene.told();
    assert.deepEqual(
      record.approvals.map(({ gate, revision }) => [gate, revision]),
      [["confirm-promotion", record.revision.hash]],
    );
    assert.deepEqual(phases.get(record.id), [
      "progressing",
      "waiting-promotion",
      "promoting",
      "finalising",
      "succeeded",
    ]);
  });

  it("starts the analysis again for a revision that comes in mid-run", async () => {
    const scene = await ready("newer");
    await scene.release("6.1.0");
    await scene.untilWeight(20);

    await scene.release("6.2.0");

    const record = await scene.untilPhase("succeeded");
    const { routes } = await scene.told();
    assert.equal(record.promoted?.label, "6.2.0");
    const weights = weightsOf(routes, record.id);
    assert.deepEqual(weights.slice(weights.lastIndexOf(0, -2)), [0, 20, 50, 0]);
    assert.ok(record.events.some(({ event }) => event.kind === "superseded" && event.next === "6.2.0"));
  });

  it("ends when the target is put back in mid-run", async () => {
    const scene = await ready("reverted");
    await scene.release("6.1.0");
    await scene.untilWeight(20);

    await scene.release("6.0.0");

    const record = await scene.untilPhase("failed");
    const { routes } = await scene.told();
    assert.equal(record.rollback?.cause, "reverted");
    assert.equal(weightsOf(routes, record.id).at(-1), 0);
    assert.equal(record.promoted?.label, "6.0.0");
  });

  it("sends no traffic to an image that cannot be pulled", async () => {
    const scene = await ready("unpullable");

    assert.equal(await scene.ask("start", { image: "nonsense" }), "accepted");

    const record = await scene.untilPhase("failed");
    const { routes } = await scene.told();
    assert.equal(record.rollback?.cause, "image-pull");
    assert.match(record.rollback.detail, /nonsense|ImagePull/);
    assert.deepEqual(new Set(weightsOf(routes, record.id)), new Set([0]));
  });

  it("gives up after the progress deadline on what GitOps brought and cannot be pulled", async () => {
    const scene = await ready("deadline", { progressDeadlineSeconds: 4 });

    await scene.release("nonsense");

    const record = await scene.untilPhase("failed");
    await scene.told();
    assert.equal(record.rollback?.cause, "progress-deadline");
  });

  it("leaves the traffic on the canary when primary breaks during promotion", async () => {
    const scene = await ready("primary", {
      progressDeadlineSeconds: 4,
      rollout: { approvals: [GATE] },
    });
    // Of its own, since what happens to it happens to every container that starts from then on.
    const tag = "6.3.0-primary";
    await scene.release(tag);
    await scene.untilRecord(({ gate }) => gate !== null);

    stage().behave(image(tag), { kind: "crashes", afterMs: 20 });
    assert.equal(await scene.ask("approve"), "accepted");

    const record = await scene.untilPhase("failed");
    const { routes } = await scene.told();
    assert.equal(record.rollback?.cause, "promotion-failed");
    assert.equal(weightsOf(routes, record.id).at(-1), 100);
    const target = await scene.read(scene.workloadPath());
    assert.equal(numberAt(target, "status", "readyReplicas"), 2);
    await eventually(async () => assert.match((await scene.events()).join("\n"), /PromotionFailed/), PATIENCE);
  });
}

/** What the scripted Prometheus did not understand would be measured as an outage. */
export function noQueryRefused(stage: () => Stage): void {
  it("asks Prometheus only what it understands", () => {
    assert.deepEqual(stage().prometheus.refused(), []);
  });
}

/** Weights that a rollout wrote, in order, without repetitions. */
export function weightsOf(
  routes: readonly { readonly weight: number; readonly stamp: string }[],
  id: string,
): number[] {
  const own = routes.filter(({ stamp }) => stamp.startsWith(`${id}/`)).map(({ weight }) => weight);
  return own.filter((weight, index) => weight !== own[index - 1]);
}

async function imageOf(scene: Scene, workload: string): Promise<string> {
  const found = await eventually(() => scene.read(scene.workloadPath(workload)), PATIENCE);
  return textAt(listAt(found, "spec", "template", "spec", "containers")[0], "image");
}
