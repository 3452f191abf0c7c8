import type { JsonObject } from "../json.ts";
import { keyOf, metadataOf, nameOf, namespaceOf, ownersOf, uidOf } from "../objects.ts";
import { stringAt } from "../json.ts";
import { EventLog } from "./event-log.ts";
import type { StoredEvent } from "./event-log.ts";

export interface Located {
  readonly id: string;
  readonly object: JsonObject;
}

export type StoreListener = (id: string, event: StoredEvent) => void;

type Table = Map<string, Map<string, JsonObject>>;

/**
 * All objects of the cluster with one global, rising revision, as in etcd.
 * Stored objects are never changed in place: readers may keep them, writers hand in fresh copies.
 */
export class ObjectStore {
  readonly #tables = new Map<string, Table>();
  readonly #logs = new Map<string, EventLog>();
  readonly #byUid = new Map<string, Located>();
  readonly #ownedBy = new Map<string, Map<string, Located>>();
  readonly #listeners = new Set<StoreListener>();
  readonly #history: number;
  #revision = 1;

  constructor(history: number) {
    this.#history = history;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Called after every change, in order. Returns a function that ends it. */
  subscribe(listener: StoreListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get(id: string, namespace: string, name: string): JsonObject | undefined {
    return this.#tables.get(id)?.get(namespace)?.get(name);
  }

  getByUid(uid: string): Located | undefined {
    return this.#byUid.get(uid);
  }

  /** Objects sorted by namespace and name, in one namespace or in all. */
  list(id: string, namespace?: string): JsonObject[] {
    const table = this.#tables.get(id);
    if (table === undefined) return [];
    const groups =
      namespace === undefined ? [...table.values()] : [table.get(namespace) ?? new Map<string, JsonObject>()];
    return groups.flatMap((group) => [...group.values()]).sort(byKey);
  }

  /** The same objects in no order: sorting a thousand objects for every change of one is what makes controllers slow. */
  unsorted(id: string, namespace: string): JsonObject[] {
    return [...(this.#tables.get(id)?.get(namespace)?.values() ?? [])];
  }

  count(id: string): number {
    let total = 0;
    for (const group of this.#tables.get(id)?.values() ?? []) total += group.size;
    return total;
  }

  /** Objects that name this uid as an owner. */
  ownedBy(uid: string): Located[] {
    return [...(this.#ownedBy.get(uid)?.values() ?? [])];
  }

  /** Every object of a namespace, of all resources. */
  inNamespace(namespace: string): Located[] {
    return [...this.#tables].flatMap(([id, table]) =>
      [...(table.get(namespace)?.values() ?? [])].map((object) => ({ id, object })),
    );
  }

  /** Stores an object, new or changed, under the next revision, and returns it as stored. */
  put(id: string, object: JsonObject): JsonObject {
    const previous = this.get(id, namespaceOf(object), nameOf(object));
    this.#revision += 1;
    metadataOf(object)["resourceVersion"] = String(this.#revision);
    this.#group(id, namespaceOf(object)).set(nameOf(object), object);
    if (previous !== undefined) this.#unindex(previous);
    this.#index({ id, object });
    this.#publish(id, {
      type: previous === undefined ? "ADDED" : "MODIFIED",
      revision: this.#revision,
      object,
      previous,
    });
    return object;
  }

  /** Takes an object away; the given last version is what watchers see, under the revision of the deletion. */
  remove(id: string, object: JsonObject): JsonObject {
    const previous = this.get(id, namespaceOf(object), nameOf(object)) ?? object;
    this.#revision += 1;
    const last = { ...object, metadata: { ...metadataOf(object), resourceVersion: String(this.#revision) } };
    this.#group(id, namespaceOf(object)).delete(nameOf(object));
    this.#unindex(previous);
    this.#publish(id, { type: "DELETED", revision: this.#revision, object: last, previous });
    return last;
  }

  log(id: string): EventLog {
    const known = this.#logs.get(id);
    if (known !== undefined) return known;
    const made = new EventLog(this.#history, 1);
    this.#logs.set(id, made);
    return made;
  }

  /** The objects as they stood at an earlier revision; undefined when that is forgotten. */
  listAt(id: string, revision: number): JsonObject[] | undefined {
    const changes = this.log(id).since(revision);
    if (changes === undefined) return undefined;
    const objects = new Map(this.list(id).map((object) => [keyOf(object), object]));
    for (const change of changes.toReversed()) {
      if (change.previous === undefined) objects.delete(keyOf(change.object));
      else objects.set(keyOf(change.object), change.previous);
    }
    return [...objects.values()].sort(byKey);
  }

  /** Forgets the whole watch history: every watch must list again. */
  compact(): void {
    for (const log of this.#logs.values()) log.forgetThrough(this.#revision);
  }

  #publish(id: string, event: StoredEvent): void {
    this.log(id).append(event);
    for (const listener of this.#listeners) listener(id, event);
  }

  #group(id: string, namespace: string): Map<string, JsonObject> {
    const table: Table = this.#tables.get(id) ?? new Map<string, Map<string, JsonObject>>();
    this.#tables.set(id, table);
    const group = table.get(namespace) ?? new Map<string, JsonObject>();
    table.set(namespace, group);
    return group;
  }

  #index(located: Located): void {
    this.#byUid.set(uidOf(located.object), located);
    for (const owner of ownersOf(located.object)) {
      const uid = stringAt(owner, "uid") ?? "";
      const dependants = this.#ownedBy.get(uid) ?? new Map<string, Located>();
      dependants.set(uidOf(located.object), located);
      this.#ownedBy.set(uid, dependants);
    }
  }

  #unindex(object: JsonObject): void {
    this.#byUid.delete(uidOf(object));
    for (const owner of ownersOf(object)) {
      const uid = stringAt(owner, "uid") ?? "";
      const dependants = this.#ownedBy.get(uid);
      dependants?.delete(uidOf(object));
      if (dependants?.size === 0) this.#ownedBy.delete(uid);
    }
  }
}

function byKey(left: JsonObject, right: JsonObject): number {
  const byNamespace = compare(namespaceOf(left), namespaceOf(right));
  return byNamespace === 0 ? compare(nameOf(left), nameOf(right)) : byNamespace;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
