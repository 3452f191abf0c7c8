import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { reconcile, type Wish } from "../../../src/controller/reconcile.ts";
import { ConflictError, NotFoundError, SchemaError } from "../../../src/errors.ts";
import type { Rollout } from "../../../src/rollout/rollout.ts";
import { timestamp } from "../../../src/units.ts";
import { command, revision, rollout, T0, workload } from "../../support/subjects.ts";
import { FakeCluster, midway } from "./fake-cluster.ts";

const KEY = { namespace: "demo", name: "podinfo" };

function wish(fields: Partial<Wish> = {}): Wish {
  return {
    command: null,
    posted: [],
    savePosted: false,
    signal: new AbortController().signal,
    inLine: (work) => work(),
    ...fields,
  };
}

/** A rollout of 6.1.0 at its first step, healthy. */
function rolling(fields: Partial<Rollout> = {}): FakeCluster {
  const next = revision("6.1.0");
  const [record, seen] = midway({ revision: next, applied: next.hash, nextPassAt: T0, ...fields });
  return new FakeCluster(rollout(record), { ...seen, target: workload("6.1.0") });
}

describe("a pass", () => {
  it("saves the record before it changes the cluster", async () => {
    const world = rolling();

    const result = await reconcile(world.parts(), KEY, wish());

    assert.deepEqual(world.journal, ["measure", "save", "set-route"]);
    assert.equal(result.wrote, true);
    assert.equal(world.stored?.rollout?.route.weight, 40);
    assert.equal(world.seen.route.kind === "present" && world.seen.route.weight, 40);
  });

  it("that is not due does nothing at all", async () => {
    const world = rolling({ nextPassAt: timestamp(T0 + 5_000) });

    const result = await reconcile(world.parts(), KEY, wish());

    assert.deepEqual(world.journal, []);
    assert.deepEqual([result.wrote, result.effects, result.recheckAt], [false, 0, T0 + 5_000]);
  });

  it("of a canary that does not exist does nothing", async () => {
    const world = rolling();
    world.stored = null;

    const result = await reconcile(world.parts(), KEY, wish());

    assert.deepEqual([result.subject, world.journal], [null, []]);
  });

  it("executes nothing when the record could not be saved", async () => {
    const world = rolling();
    world.beforeSave = () => {
      throw new Error("the API server is away");
    };

    await assert.rejects(reconcile(world.parts(), KEY, wish()), /API server is away/);

    assert.deepEqual(world.journal, ["measure"]);
  });

  it("executes nothing and says so on the canary when the record was pruned", async () => {
    const world = rolling();
    world.beforeSave = () => {
      throw new SchemaError("apply the CRDs of this version");
    };

    const result = await reconcile(world.parts(), KEY, wish());

    assert.deepEqual(world.journal, ["measure"]);
    assert.ok(result.failure instanceof SchemaError);
    assert.deepEqual(world.events, [
      { type: "Warning", reason: "RecordPruned", message: "apply the CRDs of this version" },
    ]);
  });

  it("looks again when the record changed under it", async () => {
    const world = rolling();
    let changes = 2;
    world.beforeSave = () => {
      if (changes > 0) world.touch();
      changes -= 1;
    };

    const result = await reconcile(world.parts(), KEY, wish());

    assert.deepEqual(world.journal, ["measure", "measure", "measure", "save", "set-route"]);
    assert.equal(result.failure, null);
  });

  it("looks again when the cluster changed after the save, and decides nothing twice", async () => {
    const world = rolling();
    let conflicts = 1;
    world.beforeEffect = () => {
      conflicts -= 1;
      if (conflicts === 0) throw new ConflictError("the VirtualService has changed");
    };

    const result = await reconcile(world.parts(), KEY, wish());

    assert.deepEqual(world.journal, ["measure", "save", "set-route"]);
    assert.equal(world.stored?.rollout?.route.weight, 40);
    assert.deepEqual([result.wrote, result.failure], [true, null]);
  });

  it("gives up for now when it never wins, without an error of its own", async () => {
    const world = rolling();
    world.beforeSave = () => world.touch();

    const result = await reconcile(world.parts(), KEY, wish());

    assert.ok(result.failure instanceof ConflictError);
    assert.ok(!world.journal.includes("save"));
  });

  it("takes a canary that was deleted while it saved for gone", async () => {
    const world = rolling();
    world.beforeSave = () => {
      world.stored = null;
      throw new NotFoundError("no such canary");
    };

    const result = await reconcile(world.parts(), KEY, wish());

    assert.deepEqual([result.subject, result.failure], [null, null]);
  });

  it("answers what is left when an effect fails; the record says what was meant", async () => {
    const world = rolling();
    world.beforeEffect = () => {
      throw new Error("500 from the API server");
    };

    const result = await reconcile(world.parts(), KEY, wish());

    assert.match(String(result.failure), /while carrying out set-route for demo\/podinfo/);
    assert.equal(world.stored?.rollout?.route.weight, 40);
    assert.equal(result.wrote, true);
  });

  it("rejects when it was interrupted while measuring, and saves nothing", async () => {
    const world = rolling();
    const interrupt = new AbortController();
    world.measure = (_canary, _checks, signal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const pass = reconcile(world.parts(), KEY, wish({ signal: interrupt.signal }));

    interrupt.abort(new Error("a command came"));

    await assert.rejects(pass, /a command came/);
    assert.deepEqual(world.journal, ["measure"]);
  });

  it("marks a manifest that is not understood and touches nothing else", async () => {
    const world = rolling();
    world.touch({
      canary: null,
      problem: { path: "spec.analysis.mirror", problem: "is not supported", fix: "Drop it" },
    });

    await reconcile(world.parts(), KEY, wish());

    assert.deepEqual(world.journal, ["save"]);
    assert.equal(world.stored?.rollout?.route.weight, 20);
    assert.equal(world.events.at(-1)?.reason, "ManifestInvalid");
  });
});

describe("a pass with a command", () => {
  it("writes acceptance and what follows from it at once, and measures nothing", async () => {
    const world = rolling();

    const result = await reconcile(world.parts(), KEY, wish({ command: command({ verb: "rollback" }) }));

    assert.deepEqual(result.outcome, { kind: "accepted", rollout: "a1b2c3d4-1", label: "6.1.0" });
    assert.deepEqual(world.journal, ["save", "set-route"]);
    assert.equal(world.stored?.rollout?.phase, "rolling-back");
    assert.equal(world.seen.route.kind === "present" && world.seen.route.weight, 0);
  });

  it("accepts a command again that stands in the record, and applies it once", async () => {
    const world = rolling({ nextPassAt: timestamp(T0 + 5_000) });
    const pause = wish({ command: command({ verb: "pause" }) });
    await reconcile(world.parts(), KEY, pause);
    const after = world.stored?.resourceVersion;

    const again = await reconcile(world.parts(), KEY, pause);

    assert.equal(again.outcome?.kind, "accepted");
    assert.equal(world.stored?.resourceVersion, after);
  });

  it("refuses with the present state and writes nothing", async () => {
    const world = rolling({ nextPassAt: timestamp(T0 + 5_000) });

    const result = await reconcile(world.parts(), KEY, wish({ command: command({ verb: "resume" }) }));

    assert.ok(result.outcome?.kind === "refused");
    assert.equal(result.outcome.refusal.reason, "not-paused");
    assert.equal(result.outcome.view?.phase, "progressing");
    assert.deepEqual(world.journal, []);
  });

  it("refuses one that came too late, and one for a canary that was made anew", async () => {
    const world = rolling();
    const late = command({ verb: "pause", expiresAt: timestamp(T0 - 1) });
    const other = command({ verb: "pause", uid: "another-uid" });

    const results = [late, other].map((sent) => reconcile(world.parts(), KEY, wish({ command: sent })));

    const reasons = (await Promise.all(results)).map(
      ({ outcome }) => outcome?.kind === "refused" && outcome.refusal.reason,
    );
    assert.deepEqual(reasons, ["expired", "canary-recreated"]);
  });

  it("says nothing to the person until it is written", async () => {
    const world = rolling();
    world.beforeSave = () => world.touch();

    const result = await reconcile(world.parts(), KEY, wish({ command: command({ verb: "pause" }) }));

    assert.equal(result.outcome, null);
    assert.ok(result.failure instanceof ConflictError);
  });

  it("tells the person which CRD is missing when the record cannot be kept", async () => {
    const world = rolling();
    world.beforeSave = () => {
      throw new SchemaError("apply deploy/base/crds.yaml");
    };

    const result = await reconcile(world.parts(), KEY, wish({ command: command({ verb: "pause" }) }));

    assert.ok(result.outcome?.kind === "refused");
    assert.equal(result.outcome.refusal.facts["problem"], "apply deploy/base/crds.yaml");
  });
});

describe("a pass with a report of the bot", () => {
  const posted = [{ rollout: "a1b2c3d4-1", root: { channel: "C1", ts: "1.2" }, through: 0 }];

  it("lets it ride along with what is written anyway", async () => {
    const world = rolling();

    await reconcile(world.parts(), KEY, wish({ posted }));

    assert.deepEqual(world.stored?.rollout?.root, { channel: "C1", ts: "1.2" });
    assert.equal(world.journal.filter((entry) => entry === "save").length, 1);
  });

  it("writes nothing for it alone", async () => {
    const world = rolling({ nextPassAt: timestamp(T0 + 5_000) });

    await reconcile(world.parts(), KEY, wish({ posted }));

    assert.deepEqual(world.journal, []);
  });

  it("writes it alone once it has waited long enough", async () => {
    const world = rolling({ nextPassAt: timestamp(T0 + 5_000) });

    await reconcile(world.parts(), KEY, wish({ posted, savePosted: true }));

    assert.deepEqual(world.journal, ["save"]);
    assert.deepEqual(world.stored?.rollout?.root, { channel: "C1", ts: "1.2" });
  });
});
