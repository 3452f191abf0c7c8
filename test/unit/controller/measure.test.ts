import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createMeasurer } from "../../../src/controller/measure.ts";
import type { Measurement } from "../../../src/analysis/metric-check.ts";
import type { MetricQuestion } from "../../../src/metric-providers/provider.ts";
import { timestamp } from "../../../src/units.ts";
import { canary, customCheck, REF, T0 } from "../../support/subjects.ts";

function stage(othersMayJoin: boolean) {
  const asked: { questions: readonly MetricQuestion[]; at: number }[] = [];
  const measurer = createMeasurer({
    sources: {
      measure: (questions, at) => {
        asked.push({ questions, at });
        return questions.map(async (question): Promise<Measurement> => {
          const query = question.kind === "builtin" ? question.workload : question.names.target;
          return { kind: "no-data", check: question.check.name, query };
        });
      },
    },
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
    assert.ok(question?.kind === "builtin");
    assert.deepEqual([question.workload, question.primary, question.namespace], ["shop", "shop-primary", "demo"]);
  });

  it("names the Prometheus of each canary, and the worker's where it names none", async () => {
    const { measurer, asked } = stage(true);

    await Promise.all([
      measurer.measure(named("a"), canary().analysis.checks, signal()),
      measurer.measure(named("b", "http://other"), canary().analysis.checks, signal()),
    ]);

    assert.deepEqual(
      asked.flatMap(({ questions }) => questions.map(({ address }) => address)),
      ["http://default", "http://other"],
    );
  });

  it("reads the metrics that the canary's provider and target have", async () => {
    const { measurer, asked } = stage(true);
    const targets = [
      canary({ provider: "istio" }),
      canary({ provider: "kubernetes" }),
      canary({ provider: "gatewayapi:v1", target: { kind: "DaemonSet", name: "node" } }),
      canary({ provider: "kubernetes", target: { kind: "Service", name: "legacy" } }),
    ];

    await Promise.all(targets.map((one) => measurer.measure(one, one.analysis.checks, signal())));

    const told = asked[0]?.questions.map((one) => (one.kind === "builtin" ? [one.family, one.workloadKind] : []));
    assert.deepEqual(told, [
      ["istio", "Deployment"],
      ["pods", "Deployment"],
      ["pods", "DaemonSet"],
      ["istio", "Deployment"],
    ]);
  });

  it("tells a check with its own query whom it is about", async () => {
    const { measurer, asked } = stage(false);
    const one = canary({ ref: { ...REF, name: "shop" }, target: { kind: "Deployment", name: "shop-app" } });

    await measurer.measure(one, [customCheck()], signal());

    const [question] = asked[0]?.questions ?? [];
    assert.ok(question?.kind === "custom");
    const { name, namespace, target, service } = question.names;
    assert.deepEqual([name, namespace, target, service], ["shop", "demo", "shop-app", "podinfo"]);
  });

  it("waits for the slow source of one pass only in that pass", async () => {
    const slow = Promise.withResolvers<Measurement>();
    const measurer = createMeasurer({
      sources: {
        measure: (questions) =>
          questions.map(({ check }) =>
            check.subject === "custom"
              ? slow.promise
              : Promise.resolve({ kind: "no-data", check: check.name, query: "" }),
          ),
      },
      defaultAddress: "http://default",
      othersMayJoin: () => true,
      now: () => T0,
    });
    const waits = measurer.measure(named("a"), [customCheck()], signal());

    const quick = await measurer.measure(named("b"), canary().analysis.checks, signal());

    assert.equal(quick[0]?.kind, "no-data");
    slow.resolve({ kind: "no-data", check: "errors", query: "late" });
    assert.equal((await waits)[0]?.query, "late");
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
