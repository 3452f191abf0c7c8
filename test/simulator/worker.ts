import type { Effect } from "../../src/rollout/effect.ts";
import { look, type Look, type World } from "../support/simulated-world.ts";
import { carryOutOne, commit, intend, type Auditor, type Intent } from "../support/simulated-writes.ts";

/** What a worker holds in memory between two of its steps: it may be as old as it likes, and it is lost when the worker dies. */
type Held =
  | { readonly step: "idle" }
  | { readonly step: "looked"; readonly look: Look }
  | { readonly step: "decided"; readonly intent: Intent }
  | { readonly step: "saved"; readonly effects: readonly Effect[] };

/** What a worker may leave out; only to prove that the simulator notices. */
export interface Sloppiness {
  /** Carries out its effects without having written the record. */
  readonly skipsIntent: boolean;
}

/** One worker, one step at a time: look, decide, save, and each effect. Between any two of them anything may happen. */
export class SimulatedWorker {
  readonly #world: World;
  readonly #auditor: Auditor;
  readonly #sloppiness: Sloppiness;
  #held: Held = { step: "idle" };

  constructor(world: World, auditor: Auditor, sloppiness: Sloppiness = { skipsIntent: false }) {
    this.#world = world;
    this.#auditor = auditor;
    this.#sloppiness = sloppiness;
  }

  get isIdle(): boolean {
    return this.#held.step === "idle";
  }

  /** The process is killed: what it held is gone. */
  crash(): void {
    this.#held = { step: "idle" };
  }

  step(): void {
    this.#held = this.#next(this.#held);
  }

  /** Goes on until it is idle again. */
  finish(): void {
    do this.step();
    while (!this.isIdle);
  }

  #next(held: Held): Held {
    const world = this.#world;
    switch (held.step) {
      case "idle":
        return { step: "looked", look: look(world) };
      case "looked": {
        const intent = intend(world, held.look);
        return intent === null ? { step: "idle" } : { step: "decided", intent };
      }
      case "decided": {
        const { intent } = held;
        const saved = this.#sloppiness.skipsIntent || commit(world, intent, this.#auditor);
        return saved ? saving(intent.decision.effects) : { step: "idle" };
      }
      case "saved": {
        const [effect, ...rest] = held.effects;
        const done = effect === undefined || !carryOutOne(world, effect, this.#auditor);
        // Sloppy or not, what was done is in the record in the end.
        return done ? { step: "idle" } : saving(rest);
      }
    }
  }
}

const saving = (effects: readonly Effect[]): Held =>
  effects.length === 0 ? { step: "idle" } : { step: "saved", effects };
