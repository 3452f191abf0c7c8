import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Lane, type Death, type LaneKind } from "./lane.ts";
import type { Stage } from "./stage.ts";

export interface KillOptions {
  /** Canaries that are rolled out side by side, each with a worker of its own. */
  readonly lanes: number;
  readonly kinds?: readonly LaneKind[];
  /** Which deaths are tried, of all that there are. Default: all. */
  readonly choose?: (death: Death) => boolean;
}

/**
 * A worker is killed at each write of a bootstrap, a promotion and a rollback, and started again: each ends as if nothing had
 * been. One run counts the writes; then there is one run for each of them, and for each side of it. Kubernetes Events do not count.
 */
export function killScenarios(
  stage: () => Stage,
  { lanes, kinds = ["bootstrap", "promotion", "rollback"], choose = () => true }: KillOptions,
): void {
  const pool = new Pool();
  before(async () => {
    const made = await Promise.all(Array.from({ length: lanes }, () => Lane.start(stage())));
    for (const lane of made) pool.giveBack(lane);
  });

  describe("a worker killed at any write of", () => {
    for (const kind of kinds) {
      const writes = pool.use((lane) => lane.count(kind));
      for (const side of ["before", "after"] as const) {
        const when = side === "before" ? "before the server has it" : "when the server has done it, unheard";
        it(`a ${kind} costs nothing but time, ${when}`, async () => {
          const labels = await writes();
          const deaths = labels.map((label, index): Death => {
            const nth = labels.slice(0, index).filter((other) => other === label).length + 1;
            return { kind, side, label, nth };
          });
          const tried = deaths.filter(choose);

          const died = await Promise.all(tried.map((death) => pool.use((lane) => lane.survive(death))()));

          // How often the same thing is saved in a row depends on the moment; that each is saved does not.
          const missed = tried.filter(({ nth }, index) => nth === 1 && !died[index]).map(({ label }) => label);
          assert.deepEqual(missed, [], `of ${labels.join(", ")}`);
        });
      }
    }
  });
  after(() => pool.close());
}

/** Lanes that wait for work. */
class Pool {
  readonly #idle: Lane[] = [];
  readonly #waiting: ((lane: Lane) => void)[] = [];
  #isClosed = false;

  giveBack(lane: Lane): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(lane);
    else next(lane);
  }

  /** Does the work on a lane of its own, once however often it is called. */
  use<T>(work: (lane: Lane) => Promise<T>): () => Promise<T> {
    let begun: Promise<T> | undefined;
    return () => (begun ??= this.#run(work));
  }

  close(): void {
    this.#isClosed = true;
  }

  async #run<T>(work: (lane: Lane) => Promise<T>): Promise<T> {
    const lane = this.#idle.shift() ?? (await new Promise<Lane>((resolve) => this.#waiting.push(resolve)));
    try {
      if (this.#isClosed) throw new Error("it was given up");
      return await work(lane);
    } finally {
      this.giveBack(lane);
    }
  }
}
