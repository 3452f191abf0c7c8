import assert from "node:assert/strict";
import { eventually } from "../support/eventually.ts";
import type { Asked } from "../support/fault-proxy.ts";
import { PATIENCE, Scene } from "./scene.ts";
import type { Stage, StagedWorker } from "./stage.ts";

const ENDS = { bootstrap: "initialized", promotion: "succeeded", rollback: "failed" } as const;
export type LaneKind = keyof typeof ENDS;

/** One death of a worker to try: at the nth write with this label, on one side of it. */
export interface Death {
  readonly kind: LaneKind;
  readonly side: "before" | "after";
  readonly label: string;
  readonly nth: number;
}

/** One canary and its own worker, used for one rollout after the other. */
export class Lane {
  readonly #scene: Scene;
  readonly #worker: StagedWorker;
  /** What the target runs, and what primary does. */
  #minor = 0;
  #promoted = "6.0.0";

  private constructor(scene: Scene) {
    this.#scene = scene;
    this.#worker = scene.worker;
  }

  static async start(stage: Stage): Promise<Lane> {
    return new Lane(await Scene.alone(stage, { about: "lane" }));
  }

  /** Labels of the writes of a run that nothing befalls. */
  async count(kind: LaneKind): Promise<readonly string[]> {
    const before = this.#worker.proxy.writes().length;
    await this.#begin(kind);
    await this.#ended(kind);
    const writes = this.#worker.proxy.writes().slice(before);
    return writes.map(labelOf);
  }

  /** One run with one death in it, and its history. Answers whether it came to that. */
  async survive({ kind, side, label, nth }: Death): Promise<boolean> {
    const { process, proxy } = this.#worker;
    let left = nth;
    let isKilled = false;
    const stop = proxy.judge((asked) => {
      if (isKilled || !asked.isWrite || labelOf(asked) !== label) return null;
      left -= 1;
      if (left > 0) return null;
      isKilled = true;
      return { reaches: side === "after", reply: "broken", meanwhile: () => process.kill("SIGKILL") };
    });
    try {
      const since = await this.#begin(kind);
      await eventually(async () => assert.ok(isKilled || (await this.#hasEnded(kind)), "nothing happened"), PATIENCE);
      if (isKilled) await process.restart();
      await this.#ended(kind);
      const { last, ends } = await this.#scene.told(since);
      assert.deepEqual([...ends.values()], kind === "bootstrap" ? [] : [ENDS[kind]]);
      assert.equal(last.promoted?.label, this.#promoted);
      return isKilled;
    } finally {
      stop();
      // A failure must not leave the next one without a worker.
      if (!process.isRunning()) await process.restart();
    }
  }

  get #tag(): string {
    return `6.${this.#minor}.0`;
  }

  /** Brings about what begins a run. Answers the revision before it. */
  async #begin(kind: LaneKind): Promise<number> {
    const { stage, namespace } = this.#scene;
    if (kind === "bootstrap") return await this.#scene.makeAnew();
    stage.prometheus.set(namespace, kind === "rollback" ? "bad" : "good");
    this.#minor += 1;
    const since = await this.#scene.revision();
    await this.#scene.release(this.#tag);
    return since;
  }

  async #hasEnded(kind: LaneKind): Promise<boolean> {
    const record = await this.#scene.record().catch(() => null);
    if (record?.phase !== ENDS[kind]) return false;
    return kind === "bootstrap" || record.revision.label === this.#tag;
  }

  async #ended(kind: LaneKind): Promise<void> {
    await eventually(async () => {
      assert.ok(await this.#hasEnded(kind), JSON.stringify(await this.#scene.read(this.#scene.canaryPath)));
    }, PATIENCE);
    if (kind !== "rollback") this.#promoted = this.#tag;
  }
}

/** What a write is about, whichever run it belongs to. */
function labelOf({ method, path, body }: Asked): string {
  const [, kind = "", name = "", sub = ""] = /namespaces\/[^/]+\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? [];
  if (method === "POST") {
    const { metadata } = JSON.parse(body) as { metadata: { name: string } };
    // Copies of what primary ran are called after its revision, which is another in each run.
    return `new ${kind} ${metadata.name.replace(/-[0-9a-f]{16}$/, "")}`;
  }
  const sent: unknown = JSON.parse(body);
  if (!Array.isArray(sent)) return [kind, name, ...merged(sent as Merged)].join(" ");
  const operations = sent as readonly { readonly path: string; readonly value: unknown }[];
  if (sub === "status") {
    const value = operations.find((operation) => operation.path === "/status")?.value as {
      readonly rollout: {
        readonly phase: string;
        readonly route: { readonly weight: number };
        readonly scaleDown: boolean;
      };
    };
    const { phase, route, scaleDown } = value.rollout;
    return `record ${phase} ${route.weight}${scaleDown ? " scaled down" : ""}`;
  }
  const changed = operations.filter((operation) => /replicas$|image$|\/1\/weight$/.test(operation.path));
  return [kind, name, ...changed.map(({ path: place, value }) => `${place.split("/").at(-1)} ${String(value)}`)].join(
    " ",
  );
}

interface Merged {
  readonly spec?: { readonly replicas?: number };
}

/** What a merge patch is about. */
function merged({ spec }: Merged): readonly string[] {
  return spec?.replicas === undefined ? [] : [`replicas ${spec.replicas}`];
}
