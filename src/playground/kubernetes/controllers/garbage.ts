import type { JsonObject } from "../json.ts";
import { stringAt } from "../json.ts";
import { finalizersOf, isTerminating, metadataOf, nameOf, namespaceOf, ownersOf, uidOf } from "../objects.ts";
import type { Located } from "../storage/object-store.ts";
import type { Cluster } from "../writing/cluster.ts";
import { FOREGROUND, ORPHAN } from "../writing/remove.ts";
import type { Controller } from "./controller.ts";

/** Deletes what lost its last owner, and carries out orphan and foreground deletion. Keys are uids. */
export function garbageController(cluster: Cluster): Controller {
  return {
    name: "garbage",
    keysFor: (_id, event) => {
      const object = event.object;
      const owners = ownersOf(object).map((owner) => stringAt(owner, "uid") ?? "");
      if (event.type === "DELETED")
        return [...owners, ...cluster.store.ownedBy(uidOf(object)).map((dependant) => uidOf(dependant.object))];
      if (owners.length > 0 && event.type === "ADDED") return [uidOf(object)];
      return isTerminating(object) ? [uidOf(object), ...owners] : [];
    },
    reconcile: (uid) => {
      const located = cluster.store.getByUid(uid);
      if (located === undefined) return undefined;
      const finalizers = finalizersOf(located.object);
      if (isTerminating(located.object) && finalizers.includes(ORPHAN)) orphan(cluster, located);
      else if (isTerminating(located.object) && finalizers.includes(FOREGROUND)) deleteForeground(cluster, located);
      else collect(cluster, located);
      return undefined;
    },
  };
}

function remove(cluster: Cluster, { id, object }: Located, propagation: "Background" | "Foreground"): void {
  const resource = cluster.registry.byId(id);
  if (resource === undefined) return;
  cluster.remove({ resource, namespace: namespaceOf(object) }, nameOf(object), {
    propagation,
    preconditions: { uid: uidOf(object) },
  });
}

/** An object goes when all of its owners are gone; while one is left, only the dead references go. */
function collect(cluster: Cluster, located: Located): void {
  const owners = ownersOf(located.object);
  const lives = (owner: JsonObject): boolean => {
    const found = cluster.store.getByUid(stringAt(owner, "uid") ?? "")?.object;
    // An owner of another namespace counts as absent, as in a real cluster.
    return found !== undefined && (namespaceOf(found) === "" || namespaceOf(found) === namespaceOf(located.object));
  };
  const living = owners.filter(lives);
  if (owners.length === 0 || living.length === owners.length || isTerminating(located.object)) return;
  if (living.length === 0) remove(cluster, located, "Background");
  else cluster.modify(located, (draft) => void (metadataOf(draft)["ownerReferences"] = living));
}

function dropFinalizer(cluster: Cluster, located: Located, finalizer: string): void {
  cluster.modify(located, (draft) => {
    metadataOf(draft)["finalizers"] = finalizersOf(draft).filter((item) => item !== finalizer);
  });
}

function orphan(cluster: Cluster, located: Located): void {
  for (const dependant of cluster.store.ownedBy(uidOf(located.object))) {
    cluster.modify(dependant, (draft) => {
      metadataOf(draft)["ownerReferences"] = ownersOf(draft).filter((owner) => owner["uid"] !== uidOf(located.object));
    });
  }
  dropFinalizer(cluster, located, ORPHAN);
}

function deleteForeground(cluster: Cluster, located: Located): void {
  const dependants = cluster.store.ownedBy(uidOf(located.object));
  const blocking = dependants.filter(({ object }) =>
    ownersOf(object).some((owner) => owner["uid"] === uidOf(located.object) && owner["blockOwnerDeletion"] === true),
  );
  for (const dependant of dependants) if (!isTerminating(dependant.object)) remove(cluster, dependant, "Foreground");
  if (blocking.length === 0) dropFinalizer(cluster, located, FOREGROUND);
}
