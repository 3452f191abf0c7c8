import assert from "node:assert/strict";
import { identify } from "../../../src/kubernetes/object.ts";
import { followKinds } from "../../../src/kubernetes/followed-kinds.ts";
import { USUAL_RULES } from "../../../src/kubernetes/copy-rules.ts";
import { createApexServices } from "../../../src/kubernetes/services/apex.ts";
import { createWrites } from "../../../src/kubernetes/writes.ts";
import { ROUTERS, type RouterEntry } from "../../../src/mesh/registry.ts";
import type { RunningRouter, SetRoute } from "../../../src/mesh/router.ts";
import type { Canary } from "../../../src/rollout/canary.ts";
import type { RouteObservation } from "../../../src/rollout/observation.ts";
import { canaryWith } from "../../unit/mesh/samples.ts";
import { deployment } from "../../e2e/kubernetes/objects.ts";
import { asked } from "../../support/subjects.ts";
import { eventually } from "../../support/eventually.ts";
import { startCluster } from "../store/harness.ts";
import { canaryObject } from "../store/samples.ts";
import { DEFINITIONS, HANDS, meddle, read, type Hands, type Operation, type RoutingObject } from "./hands.ts";

export type Present = Extract<RouteObservation, { kind: "present" }>;
export type Wish = Partial<Omit<SetRoute, "resourceVersion">>;

const CANARIES = "/apis/flagger.app/v1beta1/namespaces/demo/canaries";
const DEPLOYMENTS = "/apis/apps/v1/namespaces/demo/deployments";

/** One router on an emulated cluster, with a canary whose target runs. */
export class RouterStage {
  readonly hands: Hands;
  readonly entry: RouterEntry;
  readonly changes: string[] = [];
  readonly #name: string;
  cluster!: Awaited<ReturnType<typeof startCluster>>;
  router!: RunningRouter;
  canary!: Canary;
  #kinds!: ReturnType<typeof followKinds>;

  constructor(name: keyof typeof ROUTERS) {
    this.#name = name;
    this.entry = ROUTERS[name];
    this.hands = HANDS[name] ?? assert.fail(`the suite has no hands for ${name}`);
  }

  /** `target`: the Deployment that the canary is about. */
  async start(target: object = deployment()): Promise<void> {
    const { needs, open } = this.entry;
    this.cluster = await startCluster(DEFINITIONS);
    const { client } = this.cluster;
    // The garbage collector deletes what belongs to a canary that does not exist.
    const made = await client.request({ method: "POST", path: CANARIES, body: canaryObject() });
    await client.request({ method: "POST", path: DEPLOYMENTS, body: { ...target } });
    this.canary = this.canaryWith({}, {}, identify(made).uid);
    const onChange = (namespace: string, object: string) => void this.changes.push(`${namespace}/${object}`);
    const log = this.cluster.log;
    const following = { client, open: this.cluster.open, log, rules: USUAL_RULES, onObject: onChange };
    this.#kinds = followKinds({ ...following, onCanary: () => {} });
    const apex = createApexServices({ kinds: this.#kinds, writes: createWrites(client) });
    this.router = open({ client, open: this.cluster.open, apex, onChange }, needs?.apis[0] ?? "");
    await Promise.all([this.router.synced, this.#kinds.synced]);
    this.changes.length = 0;
  }

  async stop(): Promise<void> {
    await this.router.stop();
    await this.#kinds.stop();
    await this.cluster.stop();
  }

  /** The canary with more in its manifest. */
  canaryWith(service: object, analysis: object = {}, uid: string = this.canary.ref.uid): Canary {
    return canaryWith({ ...this.hands.service, ...service }, { uid, provider: this.#name, analysis });
  }

  observe(canary = this.canary): RouteObservation {
    return this.router.observe(canary);
  }

  present(canary = this.canary): Present {
    const route = this.router.observe(canary);
    assert.ok(route.kind === "present", JSON.stringify(route));
    return route;
  }

  /** Asks for a route on top of what is seen now. */
  async route(percent: number, wish: Wish = {}, canary = this.canary): Promise<void> {
    const seen = this.router.observe(canary);
    const resourceVersion = seen.kind === "absent" ? null : seen.resourceVersion;
    await this.router.setRoute(canary, { ...asked(percent, "r-1/2", resourceVersion), ...wish });
  }

  /** Requests to routing objects so far, watches and lists aside. */
  requests(): number {
    const reading = ["list", "watch"];
    const counts = this.cluster.kubernetes.requests.by().filter(({ verb }) => !reading.includes(verb));
    return counts.reduce((sum, { count }) => sum + count, 0);
  }

  read(): Promise<RoutingObject> {
    return read(this.cluster.client, this.hands);
  }

  /** Somebody else's patch, until the router has seen it. */
  async meddle(operations: readonly Operation[]): Promise<RoutingObject> {
    const object = await meddle(this.cluster.client, this.hands, operations);
    await this.seen(object);
    return object;
  }

  /** Somebody else's object, until the router has seen it. */
  async apply(object: object): Promise<RoutingObject> {
    await this.cluster.kubernetes.apply([
      { ...object, metadata: { namespace: "demo", ...(object as RoutingObject).metadata } },
    ] as never);
    const made = await this.read();
    await this.seen(made);
    return made;
  }

  /** Until the router looks at this version. */
  async seen({ metadata: { resourceVersion } }: RoutingObject): Promise<void> {
    await eventually(() => {
      const route = this.router.observe(this.canary);
      assert.ok(route.kind !== "absent" && route.resourceVersion === resourceVersion, JSON.stringify(route));
    });
  }

  async remove(): Promise<void> {
    const answer = await fetch(`${this.cluster.kubernetes.url}${this.hands.path}/shop`, { method: "DELETE" });
    if (!answer.ok) throw new Error(await answer.text());
  }
}

export const routerNames = Object.keys(ROUTERS) as (keyof typeof ROUTERS)[];
