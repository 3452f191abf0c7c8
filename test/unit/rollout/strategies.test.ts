import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Canary, Strategy } from "../../../src/rollout/canary.ts";
import { weight } from "../../../src/units.ts";
import { SimulatedRun } from "../../support/simulated-run.ts";
import { canary } from "../../support/subjects.ts";

const MATCH = [{ headers: { "x-beta": { exact: "yes" } }, queryParams: {}, sourceLabels: {} }];
const AB: Strategy = { kind: "ab-test", iterations: 3, match: MATCH };
const BLUE_GREEN: Strategy = { kind: "blue-green", iterations: 2, mirror: null, switches: true };
const MIRRORED: Strategy = { kind: "blue-green", iterations: 2, mirror: { percent: weight(50) }, switches: true };
const MIRROR_FIRST: Strategy = { kind: "weighted", steps: [weight(50)], mirror: { percent: null } };
const MESHLESS: Strategy = { kind: "blue-green", iterations: 2, mirror: null, switches: false };

const by = (strategy: Strategy, overrides: Partial<Canary> = {}): Canary =>
  canary({ ...overrides, analysis: { strategy } });

/** Every route that the mesh was asked for from the start of a rollout on, each once in a row: weight, mirror and audience. */
function routesOf(definition: Canary, end: "succeeded" | "failed", before: (run: SimulatedRun) => void = () => {}) {
  const run = new SimulatedRun(definition).deploy("6.1.0");
  before(run);
  const seen: string[] = [];
  for (let turn = 0; turn < 300 && run.record.phase !== end; turn += 1) {
    const { route } = run.world;
    const shape = [
      route?.weight,
      ...(route?.mirrored ? ["mirrored"] : []),
      ...(route?.audience === "matched" ? ["matched"] : []),
    ];
    if (seen.at(-1) !== shape.join(" ")) seen.push(shape.join(" "));
    run.after(2_000);
  }
  assert.equal(run.record.phase, end);
  return { run, routes: seen };
}

describe("an A/B test", () => {
  it("sends who matches to the canary for every iteration, and everybody to primary afterwards", () => {
    const { run, routes } = routesOf(by(AB), "succeeded");

    assert.deepEqual(routes, ["0", "100 matched", "0"]);
    assert.equal(run.events.filter((kind) => kind === "iteration-started").length, 3);
    assert.equal(run.world.primary?.tag, "6.1.0");
  });

  it("judges before the second iteration and every later one, and once more before promotion", () => {
    const run = new SimulatedRun(by(AB)).deploy("6.1.0").until("progressing", ({ step }) => step === 1);
    const first = run.record.evidence.length;
    run.until("progressing", ({ step }) => step === 3);

    assert.equal(first, 0);
    assert.equal(run.record.evidence.length, 1);
    const { pass } = run.record;
    run.until("promoting");
    assert.ok((run.record.evidence[0]?.pass ?? 0) > pass);
  });

  it("is taken back when checks fail", () => {
    const { routes } = routesOf(by(AB), "failed", (run) => {
      run.until("progressing", ({ step }) => step === 2);
      run.world.verdict = "fail";
    });

    assert.deepEqual(routes, ["100 matched"]);
  });

  it("counts its iterations in the status that other tools read", () => {
    const run = new SimulatedRun(by(AB)).deploy("6.1.0").until("progressing", ({ step }) => step === 2);

    assert.equal(run.status.iterations, 2);
    assert.equal(run.status.canaryWeight, 100);
    assert.equal(run.until("succeeded").status.iterations, 0);
  });
});

describe("a blue/green run", () => {
  it("keeps users on primary until all iterations have passed, then switches all of them", () => {
    const { run, routes } = routesOf(by(BLUE_GREEN), "succeeded");

    assert.deepEqual(routes, ["0", "100", "0"]);
    const kinds = run.events.filter((kind) =>
      ["iteration-started", "traffic-switched", "promotion-started"].includes(kind),
    );
    assert.deepEqual(kinds, ["iteration-started", "iteration-started", "traffic-switched", "promotion-started"]);
  });

  it("copies requests to the canary while it mirrors, and stops before the switch", () => {
    const { routes } = routesOf(by(MIRRORED), "succeeded");

    assert.deepEqual(routes, ["0", "0 mirrored", "100", "0"]);
  });

  it("stops mirroring when it is taken back", () => {
    const { run } = routesOf(by(MIRRORED), "failed", (mirrored) => {
      mirrored.until("progressing", ({ step }) => step === 1);
      mirrored.world.verdict = "fail";
    });

    assert.equal(run.world.route?.mirrored, false);
  });

  it("goes straight from the last iteration to promotion where nothing shifts traffic", () => {
    const { run, routes } = routesOf(by(MESHLESS, { provider: "kubernetes" }), "succeeded");

    assert.deepEqual(routes, ["0"]);
    assert.equal(run.event("traffic-switched"), undefined);
    assert.equal(run.world.primary?.tag, "6.1.0");
  });

  it("leads everybody to the canary when primary breaks in promotion, also without a mesh", () => {
    const run = new SimulatedRun(by(MESHLESS, { provider: "kubernetes" })).deploy("6.1.0").until("promoting");
    run.world.healthy.primary = false;

    run.until("failed");

    assert.equal(run.world.services.apexSelects, "target");
    assert.equal(run.world.target.replicas > 0, true);
  });
});

describe("a weighted run that mirrors first", () => {
  it("mirrors for one interval before the first weight, and judges what was mirrored", () => {
    const { run, routes } = routesOf(by(MIRROR_FIRST), "succeeded");

    assert.deepEqual(routes, ["0", "0 mirrored", "50", "0"]);
    assert.ok(run.event("mirroring-started"));
  });

  it("sends no user to a canary that fails while it mirrors", () => {
    const { run, routes } = routesOf(by(MIRROR_FIRST), "failed", (mirrored) => {
      mirrored.world.verdict = "fail";
    });

    assert.deepEqual(routes, ["0", "0 mirrored"]);
    assert.equal(run.world.route?.mirrored, false);
  });
});
