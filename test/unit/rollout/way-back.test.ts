import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bindNames } from "../../../src/rollout/manifest/bind-names.ts";
import type { Canary } from "../../../src/rollout/canary.ts";
import { refuse } from "../../../src/rollout/refusals.ts";
import { SimulatedRun } from "../../support/simulated-run.ts";
import { canary, command, rollout } from "../../support/subjects.ts";

const problem = { path: "spec.analysis.webhooks", problem: "is not acted on", fix: "Remove it." };

/** The manifest gets a field that is not acted on. */
function spoil(run: SimulatedRun, retreat: Canary | null): void {
  const { stored } = run.world;
  run.world.stored = { ...stored, canary: null, problem, retreat, resourceVersion: String(++run.world.version) };
}

describe("a manifest that is not understood in mid-run", () => {
  const atStep = (step: number) => (record: { step: number }) => record.step === step;

  it("holds the weight, and a person can still roll back", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", atStep(2));
    spoil(run, canary());
    const held = run.after(60_000).world.route?.weight;

    run.ask("rollback").until("failed");

    assert.equal(held, 40);
    assert.equal(run.world.route?.weight, 0);
    assert.equal(run.world.target.replicas, 0);
  });

  it("does not stop a rollback that has begun", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", atStep(2));
    run.world.healthy.primary = false;
    run.after(0).ask("rollback").after(4_000);
    spoil(run, canary());
    const halfway = run.after(4_000).world.route?.weight;

    run.world.healthy.primary = true;
    run.until("failed");

    assert.equal(halfway, 40);
    assert.equal(run.world.route?.weight, 0);
  });

  it("accepts nothing that leads forward, and nothing at all where no definition is left", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing", atStep(1));
    spoil(run, canary());
    const { stored, now } = run.world;
    const asked = (verb: "promote" | "pause" | "rollback") => command({ verb, issuedAt: now, expiresAt: now });

    assert.equal(refuse(stored, asked("promote"), now)?.reason, "invalid-manifest");
    assert.equal(refuse(stored, asked("pause"), now)?.reason, "invalid-manifest");
    assert.equal(refuse(stored, asked("rollback"), now), null);
    assert.equal(refuse({ ...stored, retreat: null }, asked("rollback"), now)?.reason, "invalid-manifest");
  });
});

describe("names that the bootstrap took up", () => {
  const set = rollout({ names: { target: "podinfo", service: "podinfo" } });
  const read = (definition: Canary) => ({ canary: definition, problem: null, retreat: null }) as const;

  it("refuse another target, and roll back with the old one", () => {
    const bound = bindNames(read(canary({ target: { kind: "Deployment", name: "other" } })), set);

    assert.equal(bound.canary, null);
    assert.equal(bound.problem?.path, "spec.targetRef.name");
    assert.equal(bound.retreat?.target.name, "podinfo");
  });

  it("refuse another Service, and leave what fits alone", () => {
    const moved = canary({ service: { ...canary().service, name: "other" } });

    assert.equal(bindNames(read(moved), set).problem?.path, "spec.service.name");
    assert.deepEqual(bindNames(read(canary()), set), read(canary()));
    assert.deepEqual(bindNames(read(moved), rollout()), read(moved));
  });

  it("are kept in the record by the bootstrap and by every rollout after it", () => {
    const run = new SimulatedRun();
    const kept = run.record.names;

    run.deploy("6.1.0");

    assert.deepEqual(kept, { target: "podinfo", service: "podinfo" });
    assert.deepEqual(run.record.names, kept);
  });
});

describe("a primary that somebody deleted", () => {
  const lose = (run: SimulatedRun): SimulatedRun => {
    run.world.primary = null;
    run.world.version += 1;
    return run;
  };

  it("is made again from a target that runs what was promoted", () => {
    const run = lose(new SimulatedRun()).until("initialized", () => true);

    run.until("initialized", (record) => record.events.some(({ event }) => event.kind === "human-needed"));

    assert.equal(run.world.primary?.tag, "6.0.0");
    assert.equal(run.world.target.replicas, 0);
    assert.equal(run.world.route?.weight, 0);
  });

  it("is never made from a revision that failed; people are told what brings it back", () => {
    const run = new SimulatedRun().deploy("6.1.0").until("progressing");
    run.ask("rollback").until("failed");
    lose(run).after(60_000);
    const told = run.event("human-needed");
    const missing = run.world.primary;

    run.deploy("6.0.0").until("initialized");

    assert.equal(missing, null);
    assert.match(told?.detail ?? "", /put the target back to 6\.0\.0/);
    assert.equal(run.world.primary?.tag, "6.0.0");
  });

  it("lets no new revision begin until it is back", () => {
    const run = lose(new SimulatedRun()).deploy("6.1.0").after(30_000);

    assert.notEqual(run.record.phase, "progressing");
    assert.equal(run.world.route?.weight, 0);
  });
});
