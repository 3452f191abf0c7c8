import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Hook, HookType } from "../../../src/rollout/hook.ts";
import { seconds } from "../../../src/units.ts";
import { LEE, SimulatedRun } from "../../support/simulated-run.ts";
import { canary } from "../../support/subjects.ts";

const hook = (type: HookType, name: string = type): Hook => ({
  name,
  type,
  url: "http://tester.demo/",
  timeout: seconds(10),
  retries: 0,
  insecure: false,
  muteAlert: false,
  metadata: {},
});

const withHooks = (...hooks: readonly Hook[]): SimulatedRun => new SimulatedRun(canary({ analysis: { hooks } }));
const calls = (run: SimulatedRun, type: HookType) => run.world.calls.filter((call) => call.type === type);

describe("a confirm-rollout webhook", () => {
  it("lets a rollout begin without anybody being asked when it agrees", () => {
    const run = withHooks(hook("confirm-rollout")).deploy("6.1.0").until("progressing");

    assert.equal(run.event("approval-wanted"), undefined);
    assert.equal(calls(run, "confirm-rollout").length, 1);
  });

  it("holds before anything is scaled up, says so once, and is asked again every interval", () => {
    const run = withHooks(hook("confirm-rollout"));
    run.world.hooks["confirm-rollout"] = false;

    run.deploy("6.1.0").after(35_000).after(10_000).after(10_000);

    assert.equal(run.record.phase, "waiting");
    assert.equal(run.world.target.replicas, 0);
    assert.equal(run.events.filter((kind) => kind === "approval-wanted").length, 1);
    assert.ok(calls(run, "confirm-rollout").length >= 3);
    run.world.hooks["confirm-rollout"] = true;
    run.until("progressing");
    assert.equal(run.event("hook-passed")?.type, "confirm-rollout");
  });

  it("can be opened by a person instead", () => {
    const run = withHooks(hook("confirm-rollout"));
    run.world.hooks["confirm-rollout"] = false;
    run.deploy("6.1.0");

    run.ask("approve", { actor: LEE });

    assert.equal(run.record.phase, "progressing");
  });

  it("is asked beside an approval that the manifest demands, and both must agree", () => {
    const rule = {
      gate: "confirm-rollout",
      group: "",
      count: 1,
      notStarter: false,
      timeout: null,
      onTimeout: "hold",
    } as const;
    const run = new SimulatedRun(
      canary({ analysis: { hooks: [hook("confirm-rollout")] }, rollout: { approvals: [rule] } }),
    );
    run.world.hooks["confirm-rollout"] = false;
    run.deploy("6.1.0").ask("approve", { actor: LEE }).after(10_000);
    assert.equal(run.record.phase, "waiting");

    run.world.hooks["confirm-rollout"] = true;

    run.after(10_000);
    assert.equal(run.record.phase, "progressing");
  });
});

describe("a pre-rollout webhook", () => {
  it("is called before the first step until it agrees once, and each failure counts as a failed check", () => {
    const run = withHooks(hook("pre-rollout"));
    run.world.hooks["pre-rollout"] = false;
    run.deploy("6.1.0").until("progressing", ({ failedChecks }) => failedChecks === 1);
    assert.equal(run.record.route.weight, 0);

    run.world.hooks["pre-rollout"] = true;
    run.until("succeeded");

    assert.equal(calls(run, "pre-rollout").length, 2);
    assert.equal(run.event("hook-failed")?.problem, "it answered 403");
  });

  it("takes the rollout back at the threshold, before any traffic", () => {
    const run = withHooks(hook("pre-rollout"));
    run.world.hooks["pre-rollout"] = false;

    run.deploy("6.1.0").until("failed");

    assert.equal(run.record.rollback?.cause, "failed-checks");
    assert.match(run.record.rollback?.detail ?? "", /webhook pre-rollout: it answered 403 \(failed check 2 of 2\)/);
  });
});

describe("a rollout webhook", () => {
  it("counts once together with a failing metric, and hides nothing", () => {
    const run = withHooks(hook("rollout"))
      .deploy("6.1.0")
      .until("progressing", ({ step }) => step === 1);
    run.world.hooks.rollout = false;
    run.world.verdict = "fail";

    run.until("progressing", ({ failedChecks }) => failedChecks > 0);

    assert.equal(run.record.failedChecks, 1);
    assert.ok(run.event("checks-failed") && run.event("hook-failed"));
  });

  it("holds the weight while it fails although every metric passes", () => {
    const run = withHooks(hook("rollout"))
      .deploy("6.1.0")
      .until("progressing", ({ step }) => step === 1);
    run.world.hooks.rollout = false;

    run.until("failed");

    assert.equal(run.record.step, 1);
  });
});

describe("a confirm-traffic-increase webhook", () => {
  it("holds each increase without counting a failure, and says so once", () => {
    const run = withHooks(hook("confirm-traffic-increase"))
      .deploy("6.1.0")
      .until("progressing", ({ step }) => step === 1);
    run.world.hooks["confirm-traffic-increase"] = false;

    run.after(10_000).after(10_000).after(10_000);

    assert.equal(run.record.step, 1);
    assert.equal(run.record.failedChecks, 0);
    assert.equal(run.events.filter((kind) => kind === "approval-wanted").length, 1);
    run.world.hooks["confirm-traffic-increase"] = true;
    run.until("progressing", ({ step }) => step === 2);
  });

  it("does not keep failing checks from taking the rollout back", () => {
    const run = withHooks(hook("confirm-traffic-increase"))
      .deploy("6.1.0")
      .until("progressing", ({ step }) => step === 1);
    run.world.hooks["confirm-traffic-increase"] = false;
    run.world.verdict = "fail";

    run.until("failed");
  });

  it("is not asked by a pass whose checks fail", () => {
    const run = withHooks(hook("confirm-traffic-increase"))
      .deploy("6.1.0")
      .until("progressing", ({ step }) => step === 1);
    const before = calls(run, "confirm-traffic-increase").length;
    run.world.verdict = "fail";

    run.until("progressing", ({ failedChecks }) => failedChecks === 1);

    assert.equal(calls(run, "confirm-traffic-increase").length, before);
  });
});

describe("a confirm-promotion webhook", () => {
  it("waits for promotion with the weight that the mesh really has", () => {
    const run = withHooks(hook("confirm-promotion"));
    run.world.hooks["confirm-promotion"] = false;

    run.deploy("6.1.0").until("waiting-promotion");

    assert.equal(run.status.phase, "WaitingPromotion");
    assert.equal(run.status.canaryWeight, 60);
    run.world.hooks["confirm-promotion"] = true;
    run.until("succeeded");
  });
});

describe("a rollback webhook", () => {
  for (const phase of ["progressing", "waiting-promotion"] as const) {
    it(`takes the rollout back while ${phase}, also when pods are not ready`, () => {
      const run = withHooks(hook("rollback"), hook("confirm-promotion"));
      run.world.hooks["confirm-promotion"] = false;
      run.deploy("6.1.0").until(phase);
      run.world.healthy.target = phase === "waiting-promotion";

      run.world.hooks.rollback = true;

      run.until("failed");
      assert.equal(run.record.rollback?.cause, "hook-asked");
    });
  }

  it("takes back a rollout that waits to begin", () => {
    const run = withHooks(hook("rollback"), hook("confirm-rollout"));
    run.world.hooks["confirm-rollout"] = false;
    run.deploy("6.1.0");
    run.world.hooks.rollback = true;

    run.until("failed");
  });
});

describe("a post-rollout webhook", () => {
  for (const [end, verdict] of [
    ["succeeded", "pass"],
    ["failed", "fail"],
  ] as const) {
    it(`is called once after ${end}`, () => {
      const run = withHooks(hook("post-rollout"));
      run.world.verdict = verdict;

      run.deploy("6.1.0").until(end).after(60_000);

      assert.equal(calls(run, "post-rollout").length, 1);
      assert.deepEqual(run.record.hooksLeft, []);
    });
  }

  it("is told when it fails, and changes nothing", () => {
    const run = withHooks(hook("post-rollout"));
    run.world.hooks["post-rollout"] = false;

    run.deploy("6.1.0").until("succeeded").after(2_000);

    assert.equal(run.event("post-hook-failed")?.problem, "it answered 403");
    assert.equal(run.record.phase, "succeeded");
  });
});

describe("hooks in general", () => {
  it("carry a key that names the pass, so that no two passes share one", () => {
    const run = withHooks(hook("rollout"), hook("confirm-promotion"));
    run.world.hooks["confirm-promotion"] = false;

    run.deploy("6.1.0").until("waiting-promotion").after(30_000);

    const keys = run.world.calls.map(({ key }) => key);
    assert.ok(keys.length > 4);
    assert.equal(new Set(keys).size, keys.length);
  });

  it("of the analysis are not called without one", () => {
    const types = ["pre-rollout", "rollout", "confirm-traffic-increase", "confirm-promotion", "rollback"] as const;
    const run = new SimulatedRun(canary({ skipAnalysis: true, analysis: { hooks: types.map((type) => hook(type)) } }));

    run.deploy("6.1.0").until("succeeded");

    assert.deepEqual(run.world.calls, []);
  });
});
