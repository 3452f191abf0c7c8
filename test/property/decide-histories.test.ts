import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Canary } from "../../src/rollout/canary.ts";
import type { RolloutCommand } from "../../src/rollout/command.ts";
import { decide } from "../../src/rollout/decide.ts";
import type { Effect } from "../../src/rollout/effect.ts";
import { HOOK_TYPES, type HookType } from "../../src/rollout/hook.ts";
import { isLive } from "../../src/rollout/record.ts";
import { millis, timestamp } from "../../src/units.ts";
import { DEFINITIONS } from "../simulator/definitions.ts";
import { auditorOf } from "../support/invariants.ts";
import { elapse, look, newWorld, retag, UNFENCED, type Look, type World } from "../support/simulated-world.ts";
import { act, carryOut, type Auditor, type Stop } from "../support/simulated-writes.ts";
import { command } from "../support/subjects.ts";

type Step =
  | { readonly do: "work"; readonly rounds: number }
  | { readonly do: "elapse"; readonly ms: number }
  | { readonly do: "pass"; readonly stop: Stop }
  /** A worker that stalled after its save goes on with its effects. */
  | { readonly do: "wake-stalled" }
  | { readonly do: "look"; readonly worker: number }
  | { readonly do: "act-late"; readonly worker: number; readonly stop: Stop }
  | {
      readonly do: "ask";
      readonly verb: RolloutCommand["verb"];
      readonly person: string;
      readonly image: string;
      readonly id: number;
    }
  | { readonly do: "retag"; readonly tag: string }
  | { readonly do: "verdict"; readonly verdict: World["verdict"] }
  | { readonly do: "health"; readonly target: boolean; readonly primary: boolean }
  | { readonly do: "edit-route"; readonly weight: number }
  | { readonly do: "hook"; readonly type: HookType; readonly ok: boolean }
  | { readonly do: "delete" };

const stop: fc.Arbitrary<Stop> = fc.oneof(
  { weight: 6, arbitrary: fc.constant("none" as const) },
  fc.constant("before-save" as const),
  fc.constant("after-save" as const),
  fc.record({ afterEffects: fc.integer({ min: 0, max: 2 }) }),
);
const tag = fc.constantFrom("6.0.0", "6.1.0", "6.2.0");
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("work" as const), rounds: fc.integer({ min: 1, max: 8 }) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("elapse" as const),
      ms: fc.constantFrom(100, 5_000, 10_000, 10_000, 20_000),
    }),
  },
  { weight: 10, arbitrary: fc.record({ do: fc.constant("pass" as const), stop }) },
  { weight: 2, arbitrary: fc.constant({ do: "wake-stalled" as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("look" as const), worker: fc.integer({ min: 0, max: 2 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("act-late" as const), worker: fc.integer({ min: 0, max: 2 }), stop }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("ask" as const),
      verb: fc.constantFrom(
        ...(["start", "start", "pause", "resume", "approve", "approve", "promote", "rollback", "undo"] as const),
      ),
      person: fc.constantFrom("U0ANA0001", "U0LEE0001", "U0MAX0001"),
      image: fc.constantFrom("", "6.0.0", "6.1.0", "6.2.0"),
      id: fc.integer({ min: 1, max: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("retag" as const), tag }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("verdict" as const),
      verdict: fc.constantFrom("pass", "pass", "fail", "no-data", "error" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("health" as const),
      target: fc.boolean(),
      primary: fc.constantFrom(true, true, false),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("edit-route" as const), weight: fc.integer({ min: 0, max: 100 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("hook" as const),
      type: fc.constantFrom(...HOOK_TYPES.filter((type) => type !== "event")),
      ok: fc.boolean(),
    }),
  },
);
/** At most one, and near the end: nothing comes after it. */
const ending: fc.Arbitrary<readonly Step[]> = fc.oneof(
  { weight: 6, arbitrary: fc.constant([]) },
  fc.array(step, { maxLength: 12 }).map((after): readonly Step[] => [{ do: "delete" }, ...after]),
);
const history = (most: number): fc.Arbitrary<readonly Step[]> =>
  fc.tuple(fc.array(step, { minLength: 10, maxLength: most }), ending).map(([steps, end]) => [...steps, ...end]);

const definition = fc.constantFrom<Canary>(...Object.values(DEFINITIONS));

function play(
  world: World,
  definitionOfWorld: Canary,
  steps: readonly Step[],
  visit: (phase: string) => void = () => {},
): void {
  const auditor = auditorOf(world, definitionOfWorld);
  const looks = new Map<number, Look>();
  const stalled: (readonly Effect[])[] = [];
  for (const entry of steps) {
    visit(world.stored.rollout?.phase ?? "none");
    if (entry.do === "work") work(world, entry.rounds, auditor);
    if (entry.do === "elapse") elapse(world, entry.ms);
    if (entry.do === "pass") stalled.push(act(world, look(world), entry.stop, auditor));
    if (entry.do === "wake-stalled") carryOut(world, stalled.findLast((effects) => effects.length > 0) ?? [], auditor);
    if (entry.do === "look") looks.set(entry.worker, look(world));
    if (entry.do === "act-late") act(world, looks.get(entry.worker) ?? look(world), entry.stop, auditor);
    if (entry.do === "ask") ask(world, entry);
    if (entry.do === "retag") retag(world, entry.tag);
    if (entry.do === "verdict") world.verdict = entry.verdict;
    if (entry.do === "hook") world.hooks[entry.type] = entry.ok;
    if (entry.do === "delete") markDeleted(world);
    if (entry.do === "health") world.healthy = { target: entry.target, primary: entry.primary };
    if (
      entry.do === "edit-route" &&
      world.route &&
      (entry.weight === 0 || isLive(world.stored.rollout?.phase ?? "failed"))
    ) {
      world.route = { ...world.route, weight: entry.weight, version: ++world.version, edited: true };
    }
  }
}

/** `kubectl delete canary`: without a finalizer it is gone at once. */
function markDeleted(world: World): void {
  world.stored = { ...world.stored, deleting: true, resourceVersion: String(++world.version) };
  world.gone = !world.stored.finalizer;
}

/** Workers run on time for a while. */
function work(world: World, rounds: number, auditor: Auditor): void {
  for (let round = 0; round < rounds; round += 1) {
    elapse(world, 10_000);
    act(world, look(world), "none", auditor);
    act(world, look(world), "none", auditor);
  }
}

/** Puts a command into the inbox, where it stays: every pass sees it again, as after a redelivery. */
function ask(world: World, entry: Extract<Step, { do: "ask" }>): void {
  const id = `command-${entry.id}-${entry.verb}`;
  const made = command({ id, verb: entry.verb, image: entry.verb === "start" ? entry.image : "", issuedAt: world.now });
  world.inbox.push({
    ...made,
    actor: { ...made.actor, user: entry.person },
    expiresAt: timestamp(world.now + millis(60_000)),
  });
}

/** The faults end: everything is healthy and workers run on time. */
function calm(world: World, definitionOfWorld: Canary): void {
  const auditor = auditorOf(world, definitionOfWorld);
  world.verdict = "pass";
  world.healthy = { target: true, primary: true };
  world.inbox = [];
  world.hooks = {};
  for (let turn = 0; turn < 200; turn += 1) {
    elapse(world, 2_000);
    act(world, look(world), "none", auditor);
  }
}

function restsSomewhere(world: World): void {
  if (world.gone) return;
  const record = world.stored.rollout;
  assert.ok(record, "a record exists");
  assert.ok(!world.stored.deleting, "deletion comes to its end");
  const held = record.pause !== null || record.gate !== null || record.phase === "waiting";
  assert.ok(!isLive(record.phase) || held, `it ends or waits for a person, not: ${record.phase} ${record.stuck}`);
  if (isLive(record.phase)) return;
  const seen = look(world);
  const decision = decide(seen.subject, seen.seen);
  assert.equal(decision.status, null, "nothing is written at rest");
  assert.deepEqual(decision.effects, [], "nothing is changed at rest");
  assert.equal(decision.recheckAt, null, "nothing is looked at again at rest");
}

describe("decide, over random histories", () => {
  it("keeps every invariant through crashes, stale workers, duplicated and reordered commands, and always comes to rest", () => {
    const phases = new Set<string>();
    fc.assert(
      fc.property(definition, history(90), (chosen, steps) => {
        const world = newWorld(chosen);
        play(world, chosen, [...BOOTSTRAP, ...steps], (phase) => phases.add(phase));
        calm(world, chosen);
        restsSomewhere(world);
      }),
      { numRuns: 10_000 },
    );
    for (const phase of [
      "initialized",
      "progressing",
      "waiting-promotion",
      "promoting",
      "finalising",
      "succeeded",
      "rolling-back",
      "failed",
      "waiting",
      "undoing",
      "terminating",
    ]) {
      assert.ok(phases.has(phase), `some history stopped in ${phase}`);
    }
  });

  it("notices when writes are not refused on another resourceVersion", () => {
    const unfenced = () =>
      fc.assert(
        fc.property(definition, history(90), (chosen, steps) => {
          play(newWorld(chosen, UNFENCED), chosen, [...BOOTSTRAP, ...steps]);
        }),
        { numRuns: 10_000, seed: 7, endOnFailure: true },
      );

    assert.throws(unfenced, /Property failed/);
  });

  it("gives the same decision twice", () => {
    fc.assert(
      fc.property(definition, history(60), (chosen, steps) => {
        const world = newWorld(chosen);
        play(world, chosen, [...BOOTSTRAP, ...steps]);
        const { subject, seen } = look(world);

        assert.deepEqual(decide(subject, seen), decide(subject, seen));
      }),
      { numRuns: 1_000 },
    );
  });
});

const BOOTSTRAP: readonly Step[] = Array.from({ length: 12 }, (_, index) =>
  index % 2 === 0 ? { do: "pass", stop: "none" } : { do: "elapse", ms: 2_000 },
);
