import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Strategy } from "../../../src/rollout/canary.ts";
import { elapse, retag } from "../../support/simulated-world.ts";
import { LEE, SimulatedRun } from "../../support/simulated-run.ts";
import { canary } from "../../support/subjects.ts";

const atStep = (step: number) => (record: { step: number }) => record.step === step;

/** All of primary's pods die, and stay so until it gets other ones. */
function breakPrimary(run: SimulatedRun): SimulatedRun {
  run.world.healthy.primary = false;
  elapse(run.world, 0);
  return run;
}

/** A canary whose primary has died before the version that mends it comes. */
const hotfix = (): SimulatedRun => breakPrimary(new SimulatedRun()).deploy("6.0.1").after(20_000);

describe("a hotfix that comes while primary is down", () => {
  it("is not judged, and calls a person once, who is told what promoting would do", () => {
    const run = hotfix().after(60_000);

    assert.equal(run.record.phase, "progressing");
    assert.equal(run.record.step, 0);
    assert.equal(run.events.filter((kind) => kind === "human-needed").length, 1);
    assert.match(run.event("human-needed")?.detail ?? "", /primary has no ready pod.*promoting.*6\.0\.1/);
  });

  it("takes everybody as soon as a person promotes it, and mends primary", () => {
    const run = hotfix();

    run.ask("promote", { actor: LEE });
    const { route, primary } = run.world;
    run.world.healthy.primary = true;
    run.until("succeeded");

    assert.equal(route?.weight, 100);
    assert.equal(primary?.tag, "6.0.1");
    assert.ok(run.event("traffic-switched"));
    assert.equal(run.world.route?.weight, 0);
  });

  it("takes those as well whom an A/B test had left on primary when that died", () => {
    const strategy: Strategy = { kind: "ab-test", iterations: 3, match: [] };
    const run = new SimulatedRun(canary({ analysis: { strategy } })).deploy("6.0.1").until("progressing", atStep(1));

    breakPrimary(run).ask("promote", { actor: LEE });

    assert.equal(run.world.route?.weight, 100);
    assert.equal(run.world.route?.audience, "everyone");
  });

  it("takes no more than its weight when it is promoted while one pod of primary still serves", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", atStep(1));
    Object.assign(run.world.primary ?? {}, { available: 1, version: ++run.world.version });

    run.ask("promote", { actor: LEE });

    assert.equal(run.record.phase, "promoting");
    assert.equal(run.record.route.weight, 20);
  });

  it("is not promoted before its own pods are ready", () => {
    const run = breakPrimary(new SimulatedRun());
    run.world.healthy.target = false;

    run.deploy("6.0.1").ask("promote", { actor: LEE });

    assert.equal(run.event("command-ignored")?.why, "the canary is not ready");
    assert.equal(run.world.route?.weight, 0);
  });

  it("is not promoted when the target was changed meanwhile: nobody has agreed to what it runs now", () => {
    const run = hotfix();
    retag(run.world, "6.0.2");
    run.world.target.available = run.world.target.replicas;

    run.ask("promote", { actor: LEE });

    assert.equal(run.event("command-ignored")?.why, "the target was changed meanwhile");
    assert.equal(run.record.revision.label, "6.0.2");
    assert.equal(run.world.route?.weight, 0);
  });

  it("goes on by itself when primary comes back", () => {
    const run = hotfix();

    run.world.healthy.primary = true;
    run.until("succeeded");

    assert.equal(run.record.promoted?.label, "6.0.1");
  });
});

describe("a primary that somebody scaled to zero in mid-run", () => {
  it("gets no more traffic taken from the canary than there is, until it runs again", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", atStep(2));
    Object.assign(run.world.primary ?? {}, { replicas: 0, version: ++run.world.version });

    run.after(60_000);
    const { step, route } = run.record;
    Object.assign(run.world.primary ?? {}, { replicas: 2, version: ++run.world.version });
    run.until("succeeded");

    assert.equal(step, 2);
    assert.equal(route.weight, 40);
  });

  it("keeps the canary's share of the traffic there when a newer revision starts the run again", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", atStep(2));
    Object.assign(run.world.primary ?? {}, { replicas: 0, version: ++run.world.version });
    elapse(run.world, 0);

    run.deploy("6.1.1");

    assert.equal(run.record.revision.label, "6.1.1");
    assert.equal(run.record.step, 0);
    assert.equal(run.world.route?.weight, 40);
  });
});
