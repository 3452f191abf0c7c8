import type { EngineParts } from "../../../src/controller/parts.ts";
import { ConflictError } from "../../../src/errors.ts";
import type { EventRecorder } from "../../../src/kubernetes/cluster.ts";
import type { Receipt } from "../../../src/queue/jobs.ts";
import { isSigned } from "../../../src/queue/signature.ts";
import type { News } from "../../../src/rollout/news.ts";
import type { Observation, RouteObservation } from "../../../src/rollout/observation.ts";
import type { CanaryStatus, Rollout } from "../../../src/rollout/rollout.ts";
import type { Subject } from "../../../src/rollout/subject.ts";
import type { CanaryView } from "../../../src/rollout/view.ts";
import { timestamp, weight } from "../../../src/units.ts";
import { observation, routed, subject } from "../../support/subjects.ts";

export const KEY = "0123456789abcdef0123456789abcdef";

/** One canary in memory behind the ports of the shell, with a journal of everything that was done to it. */
export class FakeCluster {
  stored: Subject | null;
  seen: Observation;
  clock: number;
  /** In order: `save`, effect kinds, `measure`. */
  readonly journal: string[] = [];
  readonly receipts: Receipt[] = [];
  readonly announced: CanaryView[] = [];
  readonly snapshots: CanaryView[] = [];
  readonly wakes: number[] = [];
  readonly events: Parameters<EventRecorder["record"]>[1][] = [];
  readonly news: News[] = [];
  /** Called before a save takes effect; may change the world or throw. */
  beforeSave: (status: CanaryStatus) => void = () => {};
  beforeEffect: (kind: string) => void = () => {};
  measure: EngineParts["measurer"]["measure"] = async (_canary, checks) =>
    checks.map(({ name }) => ({ kind: "value", check: name, value: 100, samples: 50, primary: 100, query: "q" }));
  redis: "up" | "down" = "up";
  workers = ["self"];
  #version = 100;

  constructor(rollout: Rollout | null, seen: Partial<Observation> = {}, parts: Partial<Subject> = {}) {
    this.stored = subject({ rollout, ...parts });
    this.seen = observation(seen);
    this.clock = this.seen.observedAt;
  }

  /** Somebody else changes the object: its version rises. */
  touch(change: Partial<Subject> = {}): void {
    if (this.stored) this.stored = { ...this.stored, ...change, resourceVersion: String((this.#version += 1)) };
  }

  parts(overrides: Partial<EngineParts> = {}): EngineParts {
    const courtesy = async (act: () => void) => {
      if (this.redis === "down") throw new Error("redis is away");
      act();
    };
    const effect = async (kind: string, act: () => void = () => {}) => {
      this.beforeEffect(kind);
      this.journal.push(kind);
      act();
    };
    return {
      cluster: "test",
      isSigned: (signed) => isSigned(signed, KEY),
      worker: "self",
      workers: () => this.workers,
      store: {
        get: ({ name }) => (this.stored?.ref.name === name ? this.stored : null),
        list: () => (this.stored ? [this.stored] : []),
        save: async (known, status) => this.#save(known, status),
        setFinalizer: () => effect("set-finalizer"),
      },
      reader: {
        target: () => this.seen.target,
        primary: () => this.seen.primary,
        services: () => this.seen.services,
        scaler: () => this.seen.scaler,
        kept: () => this.seen.kept,
      },
      writer: {
        ensureServices: () => effect("ensure-services"),
        ensurePrimary: () => effect("ensure-primary"),
        scaleTarget: () => effect("scale-target"),
        setTargetImage: () => effect("set-target-image"),
        fencePrimary: () => effect("fence-primary"),
        restorePrimary: () => effect("restore-primary"),
        ensureScaler: () => effect("ensure-scaler"),
        restScaler: () => effect("rest-scaler"),
        handBack: () => effect("hand-back"),
      },
      router: {
        observe: () => this.seen.route,
        handBack: () => effect("hand-back-route"),
        setRoute: (_, wanted) =>
          effect("set-route", () => {
            const route: RouteObservation = { ...wanted, kind: "present", intact: true, resourceVersion: "6" };
            this.seen = { ...this.seen, route };
          }),
      },
      recorder: { record: (_, event) => void this.events.push(event) },
      measurer: {
        measure: (canary, checks, signal) => {
          this.journal.push("measure");
          return this.measure(canary, checks, signal);
        },
        counts: () => ({ questions: 0, rounds: 0 }),
      },
      hooks: {
        call: async ({ hook }) => {
          this.journal.push(`hook ${hook.name}`);
          return { hook: hook.name, type: hook.type, ok: true, problem: "" };
        },
      },
      tell: (news) => void this.news.push(news),
      slots: () => 1,
      now: () => timestamp(this.clock),
      log: { debug() {}, info() {}, warn() {}, error() {} },
      sender: {
        announce: (view) => courtesy(() => void this.announced.push(view)),
        sendReceipt: (receipt) => courtesy(() => void this.receipts.push(receipt)),
        wakeAt: (_, at) => courtesy(() => void this.wakes.push(at)),
      },
      snapshots: {
        put: (view) => void this.snapshots.push(view),
        remove() {},
        start: async () => {},
        stop: async () => {},
      },
      meter: { passFinished() {}, commandAnswered() {} },
      ...overrides,
    };
  }

  #save(known: Subject, status: CanaryStatus): Subject {
    this.beforeSave(status);
    if (this.stored?.resourceVersion !== known.resourceVersion) throw new ConflictError("another version");
    this.journal.push("save");
    const { rollout, phase, conditions } = status;
    this.touch({
      rollout,
      peer: {
        phase,
        conditions,
        lastAppliedSpec: "",
        lastPromotedSpec: "",
        affinity: { cookie: "", primaryCookie: "", previousCookie: "" },
      },
    });
    return this.stored;
  }
}

/** A rollout of 6.1.0 whose canary has 20 % of the traffic and whose next pass is due. */
export function midway(fields: Partial<Rollout>): [Partial<Rollout>, Partial<Observation>] {
  const route = {
    kind: "present",
    weight: weight(20),
    mirrored: false,
    audience: "everyone",
    stamp: "a1b2c3d4-1/2",
    intact: true,
    resourceVersion: "5",
  } as const;
  const record = {
    phase: "progressing",
    id: "a1b2c3d4-1",
    number: 1,
    step: 1,
    route: routed(20, 2),
  };
  return [{ ...record, ...fields } as Partial<Rollout>, { route }];
}
