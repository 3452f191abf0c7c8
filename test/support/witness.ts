import { identify, textAt, type KubernetesObject } from "../../src/kubernetes/object.ts";
import { readEvents } from "../../src/kubernetes/watch-stream.ts";
import type { Api } from "../cluster/support/api.ts";
import { eventually } from "./eventually.ts";

/** Kinds whose history tells what a rollout did. */
const KINDS = {
  canary: "/apis/flagger.app/v1beta1/canaries",
  route: "/apis/networking.istio.io/v1beta1/virtualservices",
  deployment: "/apis/apps/v1/deployments",
} as const;
export type WitnessedKind = keyof typeof KINDS;

/** One state of one object, as the server kept it. */
export interface Version {
  readonly kind: WitnessedKind;
  readonly namespace: string;
  readonly name: string;
  /** The revision of the whole store at which it was written: rises over all kinds. */
  readonly revision: number;
  readonly isDeleted: boolean;
  readonly object: KubernetesObject;
}

/**
 * Writes down what the API server says was written, by watches of its own: every state of canaries, routes and Deployments. It
 * survives a server that goes away, and says when it has missed something.
 */
export class Witness {
  readonly #api: Api;
  readonly #versions = new Map<string, Version>();
  readonly #stopping = new AbortController();
  readonly #since: Record<WitnessedKind, number> = { canary: 0, route: 0, deployment: 0 };
  readonly #running: Promise<unknown>;
  /** Kinds of which some states may have gone unseen. */
  readonly gaps = new Set<WitnessedKind>();

  private constructor(api: Api) {
    this.#api = api;
    this.#running = Promise.all(kindsOf().map((kind) => this.#follow(kind)));
  }

  /** Begins with the state of now. */
  static async start(api: Api): Promise<Witness> {
    const witness = new Witness(api);
    await eventually(() => {
      if (kindsOf().some((kind) => witness.#since[kind] === 0)) throw new Error("the watches have not begun");
    });
    return witness;
  }

  /** All versions of a namespace, in the order in which they were written, once it has heard of the newest ones. */
  async historyOf(namespace: string): Promise<readonly Version[]> {
    for (const kind of kindsOf()) await this.#caughtUp(kind, namespace);
    return [...this.#versions.values()]
      .filter((version) => version.namespace === namespace)
      .toSorted((one, other) => one.revision - other.revision);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #caughtUp(kind: WitnessedKind, namespace: string): Promise<void> {
    const path = KINDS[kind].replace(/\/(?=[^/]+$)/, `/namespaces/${namespace}/`);
    const list = await this.#api.get(path);
    const newest = (list["items"] as unknown as KubernetesObject[]).map((item) =>
      Number(identify(item).resourceVersion),
    );
    await eventually(
      () => {
        for (const revision of newest) {
          if (this.#since[kind] < revision) throw new Error(`the witness of ${kind} has not heard of ${revision}`);
        }
      },
      { timeoutMs: 30_000 },
    );
  }

  async #follow(kind: WitnessedKind): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        if (this.#since[kind] === 0) await this.#list(kind);
        await this.#watch(kind);
      } catch (error) {
        if (signal.aborted) return;
        // The history is gone, or the kind was defined anew: what happened in between stays unknown.
        if (/\b410\b|too old|expired/i.test(String(error instanceof Error ? error.message : error))) {
          this.gaps.add(kind);
          this.#since[kind] = 0;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #list(kind: WitnessedKind): Promise<void> {
    const list = await this.#api.get(KINDS[kind]);
    for (const item of list["items"] as unknown as KubernetesObject[]) this.#note(kind, item, false);
    this.#since[kind] = Number(textAt(list, "metadata", "resourceVersion"));
  }

  async #watch(kind: WitnessedKind): Promise<void> {
    const query = `watch=1&allowWatchBookmarks=true&resourceVersion=${this.#since[kind]}`;
    const chunks = await this.#api.stream(`${KINDS[kind]}?${query}`, this.#stopping.signal);
    for await (const event of readEvents(chunks)) {
      if (event.kind === "bookmark") this.#since[kind] = Number(event.resourceVersion);
      else this.#note(kind, event.object, event.kind === "deleted");
    }
  }

  #note(kind: WitnessedKind, object: KubernetesObject, isDeleted: boolean): void {
    const { namespace, name, resourceVersion } = identify(object);
    const revision = Number(resourceVersion);

    this.#versions.set(`${kind}/${revision}`, { kind, namespace, name, revision, isDeleted, object });
    this.#since[kind] = Math.max(this.#since[kind], revision);
  }
}

function kindsOf(): readonly WitnessedKind[] {
  return Object.keys(KINDS) as WitnessedKind[];
}
