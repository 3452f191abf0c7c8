import type { Canary } from "../../src/rollout/canary.ts";
import type { RolloutCommand } from "../../src/rollout/command.ts";
import type { RolloutEvent } from "../../src/rollout/event.ts";
import { statusOf } from "../../src/rollout/peer-status.ts";
import type { CanaryStatus, Rollout } from "../../src/rollout/rollout.ts";
import { millis, timestamp } from "../../src/units.ts";
import { auditorOf } from "./invariants.ts";
import { elapse, look, newWorld, retag, type World } from "./simulated-world.ts";
import { act } from "./simulated-writes.ts";
import { canary, command } from "./subjects.ts";

/** A canary in a simulated world, driven step by step on virtual time. Every write is audited. */
export class SimulatedRun {
  readonly world: World;
  #definition: Canary;
  #asked = 0;

  constructor(definition: Canary = canary(), bootstrapped = true) {
    this.#definition = definition;
    this.world = newWorld(definition);
    if (bootstrapped) this.until("initialized");
  }

  /** A canary that nobody has looked at yet. */
  static untouched(definition: Canary): SimulatedRun {
    return new SimulatedRun(definition, false);
  }

  get record(): Rollout {
    const { rollout } = this.world.stored;
    if (rollout === null) throw new Error("no record yet");
    return rollout;
  }

  /** The status that the present record stands for. */
  get status(): CanaryStatus {
    return statusOf(this.record, this.world.stored.peer, null, this.world.now);
  }

  get events(): readonly RolloutEvent["kind"][] {
    return this.record.events.map((entry) => entry.event.kind);
  }

  event<K extends RolloutEvent["kind"]>(kind: K): Extract<RolloutEvent, { kind: K }> | undefined {
    const found = this.record.events.findLast((entry) => entry.event.kind === kind)?.event;
    return found as Extract<RolloutEvent, { kind: K }> | undefined;
  }

  /** Passes at the present moment, as watch events would wake them, until nothing changes. */
  settle(): this {
    for (let turn = 0; turn < 10; turn += 1) {
      const before = this.world.version;
      act(this.world, look(this.world), "none", auditorOf(this.world, this.#definition));
      elapse(this.world, 0);
      if (this.world.version === before) return this;
    }
    return this;
  }

  after(milliseconds: number): this {
    elapse(this.world, milliseconds);
    return this.settle();
  }

  /** Goes on in steps of two seconds until the phase is reached, at most 20 minutes. */
  until(phase: Rollout["phase"], when: (record: Rollout) => boolean = () => true): this {
    for (let turn = 0; turn < 600; turn += 1) {
      this.settle();
      if (this.world.stored.rollout?.phase === phase && when(this.record)) return this;
      elapse(this.world, 2_000);
    }
    throw new Error(`${phase} was not reached: ${this.record.phase} ${this.record.stuck}, ${this.events.join(" ")}`);
  }

  /** Somebody applies another manifest. */
  redefine(definition: Canary): this {
    this.#definition = definition;
    const { world } = this;
    world.stored = { ...world.stored, canary: definition, resourceVersion: String(++world.version) };
    return this.settle();
  }

  /** `kubectl delete canary`. */
  delete(): this {
    const { world } = this;
    world.stored = { ...world.stored, deleting: true, resourceVersion: String(++world.version) };
    return this.settle();
  }

  deploy(tag: string): this {
    retag(this.world, tag);
    elapse(this.world, 0);
    return this.settle();
  }

  ask(verb: RolloutCommand["verb"], overrides: Partial<RolloutCommand> = {}): this {
    this.#asked += 1;
    const expiresAt = timestamp(this.world.now + millis(60_000));
    this.world.inbox = [
      command({ id: `command-${this.#asked}`, verb, issuedAt: this.world.now, expiresAt, ...overrides }),
    ];
    this.settle();
    this.world.inbox = [];
    return this;
  }
}

export const LEE = { kind: "slack", user: "U0LEE0001", name: "lee" } as const;
