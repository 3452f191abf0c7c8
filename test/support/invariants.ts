import { stampOf } from "../../src/rollout/effect.ts";
import assert from "node:assert/strict";
import type { Canary } from "../../src/rollout/canary.ts";
import type { Effect } from "../../src/rollout/effect.ts";
import { nextStage } from "../../src/rollout/stages.ts";
import type { Rollout } from "../../src/rollout/rollout.ts";
import { countedApprovals } from "../../src/rollout/gates.ts";
import { revision } from "./subjects.ts";
import type { World } from "./simulated-world.ts";
import type { Auditor } from "./simulated-writes.ts";

/** Checks every write against what must always hold. */
export function auditorOf(world: World, canary: Canary): Auditor {
  return {
    saved(before, after) {
      soundRecord(after);
      if (before === null) return;
      settledOnce(before, after);
      if (before.id !== after.id || before.revision.hash !== after.revision.hash)
        return newRevision(world, before, after);
      neverBackwards(world, before, after);
      oneStepWithEvidence(canary, before, after);
      gatesBeforePromotion(canary, before, after);
      terminalOnlyWhenReached(world, before, after);
    },
    executed(effect) {
      noTrafficAfterTheEnd(world, effect);
      nothingScaledAwayUnderTraffic(world, effect);
      primaryOnlyByPromotion(world, effect);
      savedBefore(world, effect);
      imageOnlyWhenAsked(world, effect);
      restsOnlyAtZero(world, effect);
      handedBackToPods(world, effect);
    },
  };
}

function soundRecord(after: Rollout): void {
  assert.ok(after.route.weight >= 0 && after.route.weight <= 100, "weight within 0 to 100");
  const sequences = after.events.map((event) => event.sequence);
  assert.deepEqual(
    [...new Set(sequences)].sort((a, b) => a - b),
    sequences,
    "events in order, each once",
  );
  assert.equal(new Set(after.commands.map((command) => command.id)).size, after.commands.length, "no command twice");
}

function settledOnce(before: Rollout, after: Rollout): void {
  for (const command of before.commands) {
    if (command.state === "pending") continue;
    const now = after.commands.find((entry) => entry.id === command.id);
    if (now) assert.equal(now.state, command.state, "a settled command stays settled");
  }
  assert.ok(
    after.commands.every((command) => command.state !== "pending") || after === before,
    "every accepted command has an outcome",
  );
}

/** Another revision, or another rollout: nothing that was earned by the old one carries over. */
function newRevision(world: World, before: Rollout, after: Rollout): void {
  if (after.phase === "initialized" || before.phase === "initializing") return;
  const kept = after.approvals.filter((approval) => !before.approvals.includes(approval));
  assert.deepEqual(after.approvals, kept, "approvals are void");
  assert.deepEqual(after.evidence, [], "evidence is void");
  const primaryServes = (world.primary?.available ?? 0) > 0;
  if (after.route.weight > 0)
    assert.ok(!primaryServes || after.route.weight <= before.route.weight, "traffic starts from zero");
}

function neverBackwards(world: World, before: Rollout, after: Rollout): void {
  assert.ok(after.pass >= before.pass, "passes only rise");
  assert.ok(after.lastSequence >= before.lastSequence, "sequence numbers only rise");
  assert.ok(after.route.stamp >= before.route.stamp, "stamps only rise");
  assert.ok(after.step >= before.step, "steps only rise within a revision");
  assert.ok(
    after.route.weight === before.route.weight || after.route.stamp > before.route.stamp,
    "each weight has its own stamp",
  );
  // A primary that somebody deleted is made again, a person may undo, and deletion comes at any time; nothing else leaves an end.
  const rebuilt = after.phase === "initializing" && world.primary === null;
  const asked = after.phase === "undoing" || after.phase === "terminating";
  if (!rebuilt && !asked && (before.phase === "failed" || before.phase === "succeeded"))
    assert.equal(after.phase, before.phase, "an end is final");
}

function oneStepWithEvidence(canary: Canary, before: Rollout, after: Rollout): void {
  if (after.route.weight <= before.route.weight || after.rollback?.cause === "promotion-failed") return;
  assert.equal(after.pause, null, "a paused rollout holds its weight");
  assert.ok(after.step > before.step, "a step forward is counted");
  assert.equal(after.route.weight, nextStage(canary, before)?.weight, "no step is skipped");
  if (before.route.weight === 0) return;
  assert.ok(
    after.evidence.every((entry) => entry.verdict === "pass" && entry.pass === after.pass),
    "a step needs its own passing evidence",
  );
  assert.equal(after.evidence.length, canary.analysis.checks.length, "every check was measured");
}

function gatesBeforePromotion(canary: Canary, before: Rollout, after: Rollout): void {
  if (before.phase === "promoting" || after.phase !== "promoting") return;
  const forced = after.events.some(
    (event) => event.event.kind === "promotion-forced" && event.sequence > before.lastSequence,
  );
  const rule = canary.rollout.approvals.find(({ gate }) => gate === "confirm-promotion") ?? null;
  if (forced || rule === null) return;
  assert.ok(countedApprovals(after, rule).length >= rule.count, "promotion needs its approvals");
}

function terminalOnlyWhenReached(world: World, before: Rollout, after: Rollout): void {
  if (before.phase === after.phase || (after.phase !== "failed" && after.phase !== "succeeded")) return;
  const keeps = after.rollback?.cause === "promotion-failed" && after.phase === "failed";
  if (!keeps) assert.equal(after.route.weight, 0, "an end has no canary traffic");
  assert.equal(world.target.replicas === 0 || keeps, true, "an end has no canary pods asked for");
}

function noTrafficAfterTheEnd(world: World, effect: Effect): void {
  const record = world.stored.rollout;
  if (effect.kind !== "set-route" || record === null || effect.weight === 0) return;
  const ended = record.phase === "succeeded" || record.phase === "initialized";
  const failed = record.phase === "failed" && record.rollback?.cause !== "promotion-failed";
  assert.ok(!ended && !failed, `no traffic for a rollout that is ${record.phase}`);
}

function nothingScaledAwayUnderTraffic(world: World, effect: Effect): void {
  if (effect.kind !== "scale-target" || effect.replicas > 0) return;
  assert.ok(world.route !== null, "the target is not scaled away before primary is routed");
  if (!world.route.edited) assert.equal(world.route.weight, 0, "a copy with traffic is not scaled to zero");
  assert.ok((world.primary?.replicas ?? 0) > 0, "primary exists before the target is scaled to zero");
}

function primaryOnlyByPromotion(world: World, effect: Effect): void {
  const phase = world.stored.rollout?.phase;
  if (effect.kind === "restore-primary") assert.equal(phase, "undoing", "primary goes back only when somebody undoes");
  if (effect.kind !== "ensure-primary") return;
  assert.equal(revision(world.target.tag).hash, effect.revision, "primary gets the revision that was decided on");
  const record = world.stored.rollout;
  // An undo takes back what a stalled worker still brings, until primary carries the undo's own stamp.
  const fenced = record !== null && world.primary?.scaledFor === stampOf(record, record.route.stamp);
  const fits = phase === "initializing" || phase === "promoting" || (phase === "undoing" && !fenced);
  assert.ok(fits, `primary is not changed while ${phase}`);
}

/** The record is the intent: nothing that it does not know yet is done. */
function savedBefore({ stored: { rollout } }: World, effect: Effect): void {
  if (effect.kind !== "set-route") return;
  const [id, stamp] = effect.stamp.split("/");
  const known = rollout !== null && (id !== rollout.id || Number(stamp) <= rollout.route.stamp);
  assert.ok(known, `the route ${effect.stamp} was saved before it was written`);
}

function imageOnlyWhenAsked({ stored: { rollout } }: World, effect: Effect): void {
  if (effect.kind !== "set-target-image") return;
  // A worker that stalled may still bring it after the wish was given up; nobody ever gets what was not asked for.
  const tag = effect.image.split(":").at(-1);
  const asked = rollout?.commands.some(({ verb, image }) => verb === "start" && image === tag) ?? false;
  assert.ok(asked || effect.image === rollout?.requested?.image, "the target gets no image that nobody asked for");
}

/** A scaler is stopped only where the canary is about to rest; stopped in mid-run it would starve the canary of pods. */
function restsOnlyAtZero({ stored: { rollout } }: World, effect: Effect): void {
  if (effect.kind !== "rest-scaler" || !effect.resting) return;
  const phases = [
    "initializing",
    "initialized",
    "finalising",
    "succeeded",
    "rolling-back",
    "undoing",
    "failed",
    "waiting",
  ];
  assert.ok(phases.includes(rollout?.phase ?? ""), `a scaler is not stopped while ${rollout?.phase}`);
}

function handedBackToPods({ stored, target }: World, effect: Effect): void {
  if (effect.kind !== "hand-back") return;
  assert.ok(stored.deleting, "only a canary that is being deleted gives back");
  assert.ok(target.replicas > 0, "nobody is led to a target that asks for no pods");
}
