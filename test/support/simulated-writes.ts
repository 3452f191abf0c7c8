import { refuse } from "../../src/rollout/refusals.ts";
import { withCommand } from "../../src/rollout/accept.ts";
import { decide, type Decision } from "../../src/rollout/decide.ts";
import type { Effect } from "../../src/rollout/effect.ts";
import type { Rollout } from "../../src/rollout/rollout.ts";
import type { Subject } from "../../src/rollout/subject.ts";
import { retag, type Fences, type Look, type World } from "./simulated-world.ts";
import { revision } from "./subjects.ts";

/** Thrown by the world as the API server would: another resourceVersion. */
class Conflict extends Error {}

/** Where a worker may die or stall: nowhere, after looking, after saving, or after so many effects. */
export type Stop = "none" | "before-save" | "after-save" | { readonly afterEffects: number };

/** Hears of every write before it takes effect. */
export interface Auditor {
  saved(before: Rollout | null, after: Rollout): void;
  executed(effect: Effect): void;
}

/**
 * One pass on what was looked at, as the shell makes it: accept, decide, save, execute. Ends silently at a conflict.
 * Answers the effects that it did not come to, for a worker that stalls after saving and goes on much later.
 */
export function act(world: World, { subject: known, seen }: Look, stop: Stop, auditor: Auditor): readonly Effect[] {
  const intent = intend(world, { subject: known, seen });
  if (intent === null || stop === "before-save") return [];
  if (!commit(world, intent, auditor)) return [];
  const { effects } = intent.decision;
  if (stop === "after-save") return effects;
  const limit = typeof stop === "object" ? stop.afterEffects : effects.length;
  carryOut(world, effects.slice(0, limit), auditor);
  return effects.slice(limit);
}

/** What a worker has decided on what it looked at, and not yet written. */
export interface Intent {
  readonly known: Subject;
  readonly decision: Decision;
}

/** Accepts and decides; `null` when there is nothing to decide about any more. */
export function intend(world: World, { subject: known, seen }: Look): Intent | null {
  if (world.gone) return null;
  const accepted = world.inbox
    .filter((command) => refuse(known, command, seen.observedAt, seen) === null)
    .reduce((record, command) => withCommand(record, command, seen.observedAt), known);
  return { known, decision: decide(accepted, seen) };
}

/** Writes the intent into the record. Answers whether its effects may follow. */
export function commit(world: World, { known, decision: { status } }: Intent, auditor: Auditor): boolean {
  if (status === null) return true;
  return unlessConflict(() => save(world, known, status.rollout, status.phase, auditor));
}

/** Carries out one effect. Answers whether the next one may follow. */
export function carryOutOne(world: World, effect: Effect, auditor: Auditor): boolean {
  return unlessConflict(() => execute(world, effect, auditor));
}

function unlessConflict(write: () => void): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return false;
  }
}

/** Carries out effects in order, up to the first that is refused. */
export function carryOut(world: World, effects: readonly Effect[], auditor: Auditor): void {
  for (const effect of effects) if (!carryOutOne(world, effect, auditor)) return;
}

function save(world: World, known: Subject, rollout: Rollout, phase: string, auditor: Auditor): void {
  fence(world, "record", { present: world.stored.resourceVersion, wanted: known.resourceVersion });
  auditor.saved(world.stored.rollout, rollout);
  world.stored = {
    ...world.stored,
    rollout,
    resourceVersion: String(++world.version),
    peer: { ...world.stored.peer, phase },
  };
}

function execute(world: World, effect: Effect, auditor: Auditor): void {
  switch (effect.kind) {
    case "ensure-services":
      auditor.executed(effect);
      world.services = { ready: true, apexSelects: effect.apexSelects };
      return;
    case "ensure-primary":
      return ensurePrimary(world, effect, auditor);
    case "scale-target":
      fence(world, "target", { present: world.target.version, wanted: effect.resourceVersion });
      auditor.executed(effect);
      Object.assign(world.target, {
        replicas: effect.replicas,
        scaledFor: effect.stamp,
        available: 0,
        version: ++world.version,
      });
      return;
    case "set-target-image":
      fence(world, "target", { present: world.target.version, wanted: effect.resourceVersion });
      auditor.executed(effect);
      retag(world, effect.image.split(":").at(-1) ?? "");
      return;
    case "fence-primary":
      if (world.primary === null) return;
      fence(world, "primary", { present: world.primary.version, wanted: effect.primaryVersion });
      auditor.executed(effect);
      Object.assign(world.primary, { scaledFor: effect.stamp, version: ++world.version });
      return;
    case "restore-primary":
      fence(world, "primary", { present: world.primary?.version ?? null, wanted: effect.primaryVersion });
      auditor.executed(effect);
      world.primary = {
        version: ++world.version,
        tag: effect.kept.replace("kept-", ""),
        replicas: 2,
        available: 0,
        scaledFor: world.primary?.scaledFor ?? "",
      };
      return;
    case "ensure-scaler":
    case "rest-scaler":
      return changeScaler(world, effect, auditor);
    case "hand-back":
      auditor.executed(effect);
      world.services = { ready: true, apexSelects: "target" };
      return;
    case "set-finalizer":
      auditor.executed(effect);
      world.stored = { ...world.stored, finalizer: effect.present, resourceVersion: String(++world.version) };
      world.gone = world.stored.deleting && !effect.present;
      return;
    case "set-route":
      fence(world, "route", { present: world.route?.version ?? null, wanted: effect.resourceVersion });
      auditor.executed(effect);
      world.route = {
        version: ++world.version,
        weight: effect.weight,
        mirrored: effect.mirrored,
        audience: effect.audience,
        stamp: effect.stamp,
        edited: false,
      };
      return;
  }
}

function ensurePrimary(world: World, effect: Extract<Effect, { kind: "ensure-primary" }>, auditor: Auditor): void {
  fence(world, "revision", { present: revision(world.target.tag).hash, wanted: effect.revision });
  fence(world, "primary", { present: world.primary?.version ?? null, wanted: effect.primaryVersion });
  auditor.executed(effect);
  if (world.primary !== null) world.kept = [world.primary.tag, ...world.kept.filter(isOther(world))].slice(0, 3);
  const scaledFor = world.primary?.scaledFor ?? "";
  world.primary = { version: ++world.version, tag: world.target.tag, replicas: 2, available: 0, scaledFor };
}

const isOther =
  ({ primary }: World) =>
  (tag: string): boolean =>
    tag !== primary?.tag;

function changeScaler(
  world: World,
  effect: Extract<Effect, { kind: "ensure-scaler" | "rest-scaler" }>,
  auditor: Auditor,
): void {
  if (world.scaler === null) throw new Error("there is no scaler");
  const wanted = effect.kind === "rest-scaler" ? effect.resourceVersion : effect.scalerVersion;
  fence(world, "scaler", { present: world.scaler.version, wanted });
  auditor.executed(effect);
  const change = effect.kind === "rest-scaler" ? { resting: effect.resting } : { copied: true };
  Object.assign(world.scaler, change, { version: ++world.version });
}

interface Versions {
  readonly present: number | string | null;
  readonly wanted: string | null;
}

/** Refuses a write that was decided on another version. */
function fence(world: World, which: keyof Fences, { present, wanted }: Versions): void {
  const version = present === null ? null : String(present);
  if (world.fences[which] && version !== wanted) throw new Conflict();
}
