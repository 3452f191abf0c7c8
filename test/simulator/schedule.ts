import type { Canary } from "../../src/rollout/canary.ts";
import type { RolloutCommand } from "../../src/rollout/command.ts";
import { HOOK_TYPES } from "../../src/rollout/hook.ts";
import { isLive } from "../../src/rollout/record.ts";
import { millis, timestamp } from "../../src/units.ts";
import { auditorOf } from "../support/invariants.ts";
import { elapse, newWorld, retag, FENCED, type Fences, type World } from "../support/simulated-world.ts";
import { command } from "../support/subjects.ts";
import { randomFrom, type Random } from "./random.ts";
import { SimulatedWorker } from "./worker.ts";

export interface Schedule {
  readonly definition: Canary;
  readonly seed: number;
  readonly fences?: Fences;
  readonly skipsIntent?: boolean;
  /** How many things happen. */
  readonly length?: number;
}

const VERBS = ["start", "start", "pause", "resume", "approve", "approve", "promote", "rollback", "undo"] as const;
const TAGS = ["6.0.0", "6.1.0", "6.2.0"] as const;
const VERDICTS = ["pass", "pass", "pass", "fail", "no-data", "error"] as const;
const PEOPLE = ["U0ANA0001", "U0LEE0001", "U0MAX0001"] as const;
const WORKERS = 3;

/**
 * Plays one schedule: three workers of one canary, each step of theirs at a moment that chance chooses, among people, pods, metrics,
 * webhooks and other tools that do what they like. Every write is audited. Throws what an invariant throws. Then the faults end, and
 * it must come to rest. Answers the phases that were passed through.
 */
export function playSchedule({
  definition,
  seed,
  fences = FENCED,
  skipsIntent = false,
  length = 120,
}: Schedule): Set<string> {
  const random = randomFrom(seed);
  const world = newWorld(definition, fences);
  const auditor = auditorOf(world, definition);
  const team = Array.from({ length: WORKERS }, () => new SimulatedWorker(world, auditor, { skipsIntent }));
  const phases = new Set<string>();
  bootstrap(world, team);
  for (let index = 0; index < length && !world.gone; index += 1) {
    phases.add(world.stored.rollout?.phase ?? "none");
    happen(world, team, random);
  }
  for (const worker of team) worker.crash();
  calm(world, team[0] ?? new SimulatedWorker(world, auditor));
  phases.add(world.stored.rollout?.phase ?? "none");
  return phases;
}

function bootstrap(world: World, [first]: readonly SimulatedWorker[]): void {
  for (let turn = 0; turn < 12; turn += 1) {
    first?.finish();
    elapse(world, 2_000);
  }
}

/** One thing: mostly a worker's step or some time, now and then a fault. */
function happen(world: World, team: readonly SimulatedWorker[], random: Random): void {
  const worker = team[random.whole(team.length)];
  if (random.chance(64)) return worker?.step();
  if (random.chance(55)) return elapse(world, random.pick([50, 500, 2_000, 5_000, 10_000, 10_000, 20_000]));
  if (random.chance(12)) return worker?.crash();
  if (random.chance(18)) return worker?.finish();
  if (random.chance(30)) return ask(world, random);
  disturb(world, random);
}

/** The same wish may come again and again, as a queue that delivers at least once would bring it. */
function ask(world: World, random: Random): void {
  const verb: RolloutCommand["verb"] = random.pick(VERBS);
  const made = command({
    id: `command-${random.whole(40)}-${verb}`,
    verb,
    image: verb === "start" ? random.pick(["", ...TAGS]) : "",
    issuedAt: world.now,
    expiresAt: timestamp(world.now + millis(60_000)),
  });
  world.inbox = [...world.inbox.slice(-4), { ...made, actor: { ...made.actor, user: random.pick(PEOPLE) } }];
}

function disturb(world: World, random: Random): void {
  switch (random.whole(7)) {
    case 0:
      return retag(world, random.pick(TAGS));
    case 1:
    case 2:
      world.verdict = random.pick(VERDICTS);
      return;
    case 3:
      world.healthy = { target: random.chance(70), primary: random.chance(80) };
      return;
    case 4:
      world.hooks[random.pick(HOOK_TYPES)] = random.chance(60);
      return;
    case 5:
      return editRoute(world, random.whole(101));
    case 6:
      return random.chance(8) ? markDeleted(world) : undefined;
  }
}

/** Somebody edits the weight by hand. At rest nothing watches over it, and none of ours may be blamed. */
function editRoute(world: World, weight: number): void {
  if (world.route === null || (weight > 0 && !isLive(world.stored.rollout?.phase ?? "failed"))) return;
  world.route = { ...world.route, weight, version: ++world.version, edited: true };
}

function markDeleted(world: World): void {
  world.stored = { ...world.stored, deleting: true, resourceVersion: String(++world.version) };
  world.gone = !world.stored.finalizer;
}

/** All is well again and one worker runs on time: the canary ends or waits for a person. */
function calm(world: World, worker: SimulatedWorker): void {
  world.verdict = "pass";
  world.healthy = { target: true, primary: true };
  world.hooks = {};
  world.inbox = [];
  for (let turn = 0; turn < 400; turn += 1) {
    if (world.gone || atRest(world)) return;
    elapse(world, 2_000);
    worker.finish();
  }
  const record = world.stored.rollout;
  throw new Error(`it never came to rest: ${record?.phase} ${record?.stuck}`);
}

function atRest(world: World): boolean {
  const record = world.stored.rollout;
  if (record === null || world.stored.deleting || record.hooksLeft.length > 0) return false;
  return record.pause !== null || record.gate !== null || record.phase === "waiting" || !isLive(record.phase);
}
