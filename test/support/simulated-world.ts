import type { Canary } from "../../src/rollout/canary.ts";
import type { RolloutCommand } from "../../src/rollout/command.ts";
import type { HookAnswer, HookCall, HookType } from "../../src/rollout/hook.ts";
import type { KeptRevision, Observation, WorkloadObservation } from "../../src/rollout/observation.ts";
import { whatToAsk } from "../../src/rollout/questions.ts";
import type { Subject } from "../../src/rollout/subject.ts";
import { timestamp, weight, type Timestamp } from "../../src/units.ts";
import { revision, subject, T0, workload } from "./subjects.ts";

export interface Workload {
  version: number;
  tag: string;
  replicas: number;
  available: number;
  /** The decision that its size follows. */
  scaledFor?: string;
}

/** The truth: what Kubernetes, the mesh and the metrics would say now. Every object has its own resourceVersion. */
export interface World {
  now: Timestamp;
  stored: Subject;
  target: Workload;
  primary: Workload | null;
  services: { ready: boolean; apexSelects: "primary" | "target" | "absent" };
  /** `edited`: the last change came from somebody else; no precondition of ours can foresee it. */
  route: {
    version: number;
    weight: number;
    mirrored: boolean;
    audience: "everyone" | "matched";
    stamp: string;
    edited: boolean;
  } | null;
  /** The target's scaler; `null`: the canary has none. */
  scaler: { version: number; resting: boolean; copied: boolean } | null;
  /** Tags of what primary ran before its promotions, newest first. */
  kept: string[];
  /** What webhooks answer, by type. */
  hooks: Partial<Record<HookType, boolean>>;
  /** Every call that was made: its type and key. */
  calls: { type: HookType; key: string }[];
  /** The object is gone. */
  gone: boolean;
  verdict: "pass" | "fail" | "no-data" | "error";
  /** Whether new pods of the copies become ready. */
  healthy: { target: boolean; primary: boolean };
  /** Requests that wait to be taken in, as a queue would deliver them. */
  inbox: RolloutCommand[];
  version: number;
  /** What is refused on another resourceVersion, as the API server does. Something is left out only to prove that tests notice. */
  readonly fences: Fences;
}

/** Every precondition that a write of ours carries. */
export interface Fences {
  readonly record: boolean;
  readonly route: boolean;
  readonly target: boolean;
  readonly primary: boolean;
  /** That the target still runs what primary is to be brought to. */
  readonly revision: boolean;
  readonly scaler: boolean;
}
export const FENCED: Fences = { record: true, route: true, target: true, primary: true, revision: true, scaler: true };
export const UNFENCED: Fences = { ...FENCED, route: false, target: false, primary: false, scaler: false };

/** What a worker knew when it looked; may be carried out much later. */
export interface Look {
  readonly subject: Subject;
  readonly seen: Observation;
}

export function newWorld(definition: Canary, fences: Fences = FENCED): World {
  return {
    now: T0,
    stored: subject({
      canary: definition,
      rollout: null,
      resourceVersion: "1",
      peer: {
        phase: "",
        lastAppliedSpec: "",
        lastPromotedSpec: "",
        affinity: { cookie: "", primaryCookie: "", previousCookie: "" },
        conditions: [],
      },
    }),
    target: { version: 1, tag: "6.0.0", replicas: 2, available: 2 },
    primary: null,
    services: { ready: false, apexSelects: "absent" },
    route: null,
    scaler: definition.scaler === null ? null : { version: 1, resting: false, copied: false },
    kept: [],
    hooks: {},
    calls: [],
    gone: false,
    verdict: "pass",
    healthy: { target: true, primary: true },
    inbox: [],
    version: 1,
    fences,
  };
}

/** Time passes; pods become ready or die. */
export function elapse(world: World, milliseconds: number): void {
  world.now = timestamp(world.now + milliseconds);
  settle(world, world.target, world.healthy.target);
  if (world.primary) settle(world, world.primary, world.healthy.primary);
}

function settle(world: World, copy: Workload, healthy: boolean): void {
  const available = healthy ? copy.replicas : 0;
  if (available !== copy.available) Object.assign(copy, { available, version: ++world.version });
}

export function look(world: World): Look {
  const glance: Observation = {
    observedAt: world.now,
    target: observe(world.target),
    primary: world.primary && observe(world.primary),
    services: { ...world.services },
    route: world.route
      ? {
          kind: "present",
          weight: weight(world.route.weight),
          mirrored: world.route.mirrored,
          audience: world.route.audience,
          stamp: world.route.stamp,
          intact: true,
          resourceVersion: String(world.route.version),
        }
      : { kind: "absent" },
    scaler: world.scaler && {
      resourceVersion: String(world.scaler.version),
      problem: "",
      pausable: true,
      resting: world.scaler.resting,
      least: 3,
      primary: world.scaler.copied ? { resourceVersion: "1", inSync: true } : null,
    },
    kept: world.kept.map(keptCopy),
    measurements: [],
    hooks: [],
    slots: 1,
  };
  return { subject: world.stored, seen: answered(world, glance) };
}

const keptCopy = (tag: string): KeptRevision => ({ name: `kept-${tag}`, revision: revision(tag), missing: "" });

/** What was seen with the answers to all that a pass asks, in its rounds. */
function answered(world: World, glance: Observation): Observation {
  let seen = glance;
  for (let round = 0; round <= 3; round += 1) {
    const { checks, hooks } = whatToAsk(world.stored, seen);
    if (checks.length === 0 && hooks.length === 0) return seen;
    const measurements = [...seen.measurements, ...checks.map((check) => measurement(world, check.name))];
    seen = { ...seen, measurements, hooks: [...seen.hooks, ...callInTurn(world, hooks)] };
  }
  throw new Error("a pass asks in more rounds than it may");
}

/** As the shell does it: of one type until the first that fails, for rollback until the first that succeeds. */
function callInTurn(world: World, calls: readonly HookCall[]): readonly HookAnswer[] {
  const answers: HookAnswer[] = [];
  for (const { hook, key } of calls) {
    const decided = answers.some(({ type, ok }) => type === hook.type && ok === (type === "rollback"));
    if (decided) continue;
    world.calls.push({ type: hook.type, key });
    const ok = world.hooks[hook.type] ?? hook.type !== "rollback";
    answers.push({ hook: hook.name, type: hook.type, ok, problem: ok ? "" : "it answered 403" });
  }
  return answers;
}

function observe(copy: Workload): WorkloadObservation {
  return workload(copy.tag, {
    resourceVersion: String(copy.version),
    replicas: copy.replicas,
    scaledFor: copy.scaledFor ?? "",
    availableReplicas: copy.available,
  });
}

function measurement(world: World, check: string): Observation["measurements"][number] {
  if (world.verdict === "no-data") return { kind: "no-data", check, query: "q" };
  if (world.verdict === "error") return { kind: "error", check, query: "q", problem: "down" };
  return { kind: "value", check, value: world.verdict === "pass" ? 100 : 50, samples: 100, primary: 100, query: "q" };
}

/** Somebody (or the engine) changes the target's image. */
export function retag(world: World, tag: string): void {
  Object.assign(world.target, { tag, available: 0, version: ++world.version });
}
