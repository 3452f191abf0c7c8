import assert from "node:assert/strict";
import { it } from "node:test";
import { eventually } from "../support/eventually.ts";
import type { Asked, Fate, FaultProxy } from "../support/fault-proxy.ts";
import { weightsOf } from "./rollouts.ts";
import { PATIENCE, Scene } from "./scene.ts";
import type { Stage } from "./stage.ts";

const STEPS = [20, 40, 60];

/** What lies between worker and API server goes wrong in the middle of a rollout. Each scene has a worker of its own. */
export function faultScenarios(stage: () => Stage): void {
  const alone = (about: string): Promise<Scene> => Scene.alone(stage(), { about, steps: STEPS });

  async function endsWell(scene: Scene): Promise<void> {
    const record = await scene.untilPhase("succeeded");
    const { routes, ends } = await scene.told();
    assert.equal(record.promoted?.label, "6.1.0");
    assert.deepEqual(weightsOf(routes, record.id), [0, ...STEPS, 0]);
    assert.equal(ends.get(record.id), "succeeded");
  }

  it("goes on when its watches break at every step", async () => {
    const scene = await alone("watches");
    await scene.release("6.1.0");

    for (const weight of STEPS) {
      await scene.untilWeight(weight);
      assert.ok(scene.worker.proxy.cutWatches() > 0);
    }

    await endsWell(scene);
  });

  const EACH_OF_HALF: readonly (readonly [string, Fate])[] = [
    ["are turned away with 429", { reaches: false, reply: { status: 429, headers: { "retry-after": "1" } } }],
    ["meet a conflict", { reaches: false, reply: { status: 409 } }],
    ["are done and answered with 500", { reaches: true, reply: { status: 500 } }],
    ["are done and their answers are lost", { reaches: true, reply: "broken" }],
  ];
  for (const [what, fate] of EACH_OF_HALF) {
    it(`ends as it should when half of its writes ${what}`, async () => {
      const scene = await alone("flaky");
      const befallen = halfOfTheWrites(scene.worker.proxy, fate);
      await scene.release("6.1.0");

      await endsWell(scene);

      assert.ok(befallen().length >= 8, `only ${befallen().length} writes were befallen`);
    });
  }

  it("waits as long as the API server asks for", async () => {
    const scene = await alone("busy");
    const { proxy } = scene.worker;
    const writes: number[] = [];
    proxy.judge(({ isWrite }) => {
      if (isWrite) writes.push(performance.now());
      return null;
    });
    const busy: Fate = { reaches: false, reply: { status: 429, headers: { "retry-after": "2" } } };
    const befallen = proxy.befall(busy, ({ isWrite }) => isWrite);

    await scene.release("6.1.0");
    await befallen;
    await scene.untilWeight(20);

    const [first = 0, second = 0] = writes;
    assert.ok(second - first >= 1_900, `asked again after ${Math.round(second - first)} ms`);
  });

  it("gets through a storm of conflicts", async () => {
    const scene = await alone("storm");
    await scene.release("6.1.0");
    await scene.untilWeight(20);

    await scene.worker.proxy.befall({ reaches: false, reply: { status: 409 } }, ({ isWrite }) => isWrite, 20);

    await endsWell(scene);
  });

  it("rolls back first when the API server can be reached again", async () => {
    const scene = await alone("unreachable");
    const { proxy } = scene.worker;
    await scene.release("6.1.0");
    await scene.untilWeight(20);

    proxy.down(true);
    const before = proxy.writes().length;
    stage().prometheus.set(scene.namespace, "bad");
    // Long enough to be about to try less and less often.
    await eventually(() => assert.ok(proxy.writes().length >= before + 6, "it no longer tries"), PATIENCE);
    const { weight } = (await scene.record()).route;
    const since = await scene.revision();
    proxy.down(false);

    const record = await scene.untilPhase("failed");
    const { routes } = await scene.told(since);
    assert.equal(record.rollback?.cause, "failed-checks");
    assert.ok(
      weightsOf(routes, record.id).every((share) => share <= weight),
      "no step forward after the outage",
    );
    assert.equal(await scene.weight(), 0);
  });
}

/**
 * From now on half of the writes have this fate, in an order that never repeats (Thue-Morse): a pass writes the same few things
 * again and again, and every second write would be the same one for ever. Answers which ones it has befallen.
 */
function halfOfTheWrites(proxy: FaultProxy, fate: Fate): () => readonly Asked[] {
  const befallen: Asked[] = [];
  let count = 0;
  proxy.judge((asked) => {
    if (!asked.isWrite) return null;
    count += 1;
    const ones = count.toString(2).replaceAll("0", "").length;
    if (ones % 2 === 0) return null;
    befallen.push(asked);
    return fate;
  });
  return () => befallen;
}
