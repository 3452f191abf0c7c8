import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Subject } from "../../../src/rollout/subject.ts";
import { createWorkerMetrics } from "../../../src/telemetry/metrics.ts";
import { seconds } from "../../../src/units.ts";
import { canary, REF, rollout, routed, subject, T0 } from "../../support/subjects.ts";

function stage(subjects: Subject[]) {
  const measured = () => ({ questions: 7, rounds: 2 });
  return createWorkerMetrics({ version: "1.2.3", subjects: () => subjects, measured });
}

const named = (name: string, parts: Partial<Subject> = {}) =>
  subject({ ref: { ...REF, name }, canary: canary({ target: { kind: "Deployment", name } }), ...parts });

describe("a worker's metrics", () => {
  it("show each canary under the peer's names", async () => {
    const check = {
      check: "rate",
      verdict: "pass",
      value: 99.5,
      min: 99,
      max: null,
      primary: 100,
      samples: 10,
    } as const;
    const evidence = [{ ...check, pass: 1, at: T0, window: seconds(60), query: "q", problem: "" }];
    const moving = rollout({ phase: "progressing", route: routed(20, 2), evidence });
    const { registry } = stage([named("moving", { rollout: moving }), named("calm")]);

    const text = await registry.metrics();

    for (const line of [
      'flagger_info{version="1.2.3",mesh_provider="istio"} 1',
      'flagger_canary_total{namespace="demo"} 2',
      'flagger_canary_status{name="moving",namespace="demo"} 0',
      'flagger_canary_status{name="calm",namespace="demo"} 1',
      'flagger_canary_weight{workload="moving",namespace="demo"} 20',
      'flagger_canary_weight{workload="moving-primary",namespace="demo"} 80',
      'flagger_canary_metric_analysis{name="moving",namespace="demo",metric="rate"} 99.5',
      "coalmine_live_rollouts 1",
      "coalmine_metric_questions 7",
      "coalmine_metric_rounds 2",
    ]) {
      assert.ok(text.includes(`${line}\n`), `${line} is missing`);
    }
  });

  it("forget a canary that is gone", async () => {
    const subjects = [named("gone")];
    const { registry } = stage(subjects);
    await registry.metrics();
    subjects.pop();

    assert.doesNotMatch(await registry.metrics(), /gone/);
  });

  it("stay bounded however many canaries there are", async () => {
    const { registry } = stage(Array.from({ length: 1_500 }, (_, index) => named(`service-${index}`)));

    const text = await registry.metrics();

    assert.equal(text.match(/^flagger_canary_status\{/gm)?.length, 1_000);
    assert.match(text, /flagger_canary_total\{namespace="demo"\} 1500/);
  });

  it("count webhook calls and alerts by what came of them", async () => {
    const { registry, countHookCall, countAlert } = stage([]);

    countHookCall({ type: "confirm-promotion", outcome: "failed" });
    countAlert({ type: "slack", outcome: "sent" });

    const text = await registry.metrics();
    assert.match(text, /coalmine_webhook_calls_total\{type="confirm-promotion",outcome="failed"\} 1/);
    assert.match(text, /coalmine_alerts_total\{provider="slack",outcome="sent"\} 1/);
  });

  it("count passes, commands and queries", async () => {
    const { registry, meter, countQuery } = stage([]);

    meter.passFinished({ outcome: "wrote", tookMs: 12 });
    meter.passFinished({ outcome: "idle", tookMs: 1 });
    meter.commandAnswered({ verb: "start", outcome: "accepted" });
    countQuery();

    const text = await registry.metrics();
    assert.match(text, /coalmine_passes_total\{outcome="wrote"\} 1/);
    assert.match(text, /coalmine_pass_duration_seconds_count 1/);
    assert.match(text, /coalmine_commands_total\{verb="start",outcome="accepted"\} 1/);
    assert.match(text, /coalmine_metric_queries_total 1/);
  });
});
