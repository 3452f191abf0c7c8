import { timestamp } from "../clock.ts";
import { ApiError } from "../api-error.ts";
import type { JsonObject } from "../json.ts";
import { compact, numberAt, stringAt } from "../json.ts";
import { nameOf, namespaceOf, uidOf, versionOf } from "../objects.ts";
import type { Cluster } from "../writing/cluster.ts";

const MAX_EVENTS = 5000;
/** Facts whose repeats are still recognized. */
const MAX_REMEMBERED = 10_000;

export interface Fact {
  readonly type?: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  /** Such as `spec.containers{podinfo}`. */
  readonly fieldPath?: string;
}

/** Writes Events as a component of the control plane; repeats raise the count of the first one. */
export class Recorder {
  readonly #cluster: Cluster;
  readonly #component: string;
  readonly #written = new Map<string, string>();

  constructor(cluster: Cluster, component: string) {
    this.#cluster = cluster;
    this.#component = component;
  }

  record(about: JsonObject, fact: Fact): void {
    const namespace = namespaceOf(about) === "" ? "default" : namespaceOf(about);
    const identity = `${uidOf(about)} ${fact.reason} ${fact.message}`;
    const known = this.#cluster.store.get("events", namespace, this.#written.get(identity) ?? "");
    const now = timestamp(this.#cluster.clock.now());
    if (known !== undefined) {
      this.#cluster.modify({ id: "events", object: known }, (event) => {
        event["count"] = (numberAt(event, "count") ?? 1) + 1;
        event["lastTimestamp"] = now;
      });
      return;
    }
    this.#create(about, fact, { namespace, now, identity });
  }

  #create(about: JsonObject, fact: Fact, place: { namespace: string; now: string; identity: string }): void {
    const resource = this.#cluster.registry.byId("events");
    // Events are a courtesy: a full store must not stop controllers.
    if (resource === undefined || this.#cluster.store.count("events") >= MAX_EVENTS) return;
    const { namespace, now } = place;
    const event: JsonObject = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { generateName: `${nameOf(about)}.`, namespace },
      involvedObject: compact({
        apiVersion: stringAt(about, "apiVersion"),
        kind: stringAt(about, "kind"),
        name: nameOf(about),
        namespace: namespaceOf(about) === "" ? undefined : namespaceOf(about),
        uid: uidOf(about),
        resourceVersion: versionOf(about),
        fieldPath: fact.fieldPath,
      }),
      reason: fact.reason,
      message: fact.message,
      type: fact.type ?? "Normal",
      source: { component: this.#component },
      reportingComponent: this.#component,
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    };
    if (this.#written.size >= MAX_REMEMBERED) this.#written.clear();
    try {
      this.#written.set(place.identity, nameOf(this.#cluster.create({ resource, namespace }, event)));
    } catch (error) {
      // A namespace that is going away takes no more events.
      if (!(error instanceof ApiError)) throw error;
    }
  }
}
