import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createMeasurer } from "../../../src/controller/measure.ts";
import type { MetricQuestion } from "../../../src/metric-providers/provider.ts";
import { timestamp } from "../../../src/units.ts";
import { canary, REF, T0 } from "../../support/subjects.ts";

function stage(othersMayJoin: boolean) {
  const asked: { address: string; questions: readonly MetricQuestion[]; at: number }[] = [];
  const measurer = createMeasurer({
    providerAt: (address) => ({
      measure: async (questions, at) => {
        asked.push({ address, questions, at });
        return questions.map(({ workload, check }) => ({ kind: "no-data", check: check.name, query: workload }));
      },
    }),
    defaultAddress: "http://default",
    othersMayJoin: () => othersMayJoin,
    now: () => timestamp(T0 + 999),
  });
  return { measurer, asked };
}

const named = (name: string, metricsServer = "") =>
  canary({ ref: { ...REF, name }, target: { kind: "Deployment", name }, metricsServer });
const signal = () => new AbortController().signal;

describe("measuring", () => {
  it("asks once for passes that are due together, and gives each its own answers", async () => {
    const { measurer, asked } = stage(true);
    const canaries = ["a", "b", "c"].map((name) => named(name));

    const answers = await Promise.all(canaries.map((one) => measurer.measure(one, one.analysis.checks, signal())));

    assert.equal(asked.length, 1);
    assert.deepEqual(
      answers.map(([first]) => first?.query),
      ["a", "b", "c"],
    );
    assert.deepEqual(measurer.counts(), { questions: 3, rounds: 1 });
  });

  it("evaluates at a whole second", async () => {
    const { measurer, asked } = stage(false);

    await measurer.measure(canary(), canary().analysis.checks, signal());

    assert.equal(asked[0]?.at, T0);
  });

  it("asks about primary beside the canary", async () => {
    const { measurer, asked } = stage(false);

    await measurer.measure(named("shop"), canary().analysis.checks, signal());

    const [question] = asked[0]?.questions ?? [];
    assert.deepEqual([question?.workload, question?.primary, question?.namespace], ["shop", "shop-primary", "demo"]);
  });

  it("asks each source for itself", async () => {
    const { measurer, asked } = stage(true);

    await Promise.all([
      measurer.measure(named("a"), canary().analysis.checks, signal()),
      measurer.measure(named("b", "http://other"), canary().analysis.checks, signal()),
    ]);

    assert.deepEqual(asked.map(({ address }) => address).toSorted(), ["http://default", "http://other"]);
  });

  it("waits for nobody when nobody else could ask", async () => {
    const { measurer } = stage(false);
    const before = performance.now();

    await measurer.measure(canary(), canary().analysis.checks, signal());

    assert.ok(performance.now() - before < 150);
  });

  it("lets one pass be interrupted without disturbing the others", async () => {
    const { measurer } = stage(true);
    const interrupt = new AbortController();
    const gone = measurer.measure(named("a"), canary().analysis.checks, interrupt.signal);
    const stays = measurer.measure(named("b"), canary().analysis.checks, signal());

    interrupt.abort(new Error("a command came"));

    await assert.rejects(gone, /a command came/);
    assert.equal((await stays)[0]?.query, "b");
  });

  it("asks nothing for no checks", async () => {
    const { measurer, asked } = stage(true);

    assert.deepEqual(await measurer.measure(canary(), [], signal()), []);
    assert.deepEqual(asked, []);
  });
});
