import { stringAt } from "../json.ts";
import { keyOf, splitKey } from "../objects.ts";
import type { Cluster } from "../writing/cluster.ts";
import type { Controller } from "./controller.ts";

const LIFETIME_MS = 3_600_000;

/** Removes Events an hour after they were last seen. */
export function eventExpiryController(cluster: Cluster): Controller {
  return {
    name: "event-expiry",
    keysFor: (id, event) => (id === "events" && event.type !== "DELETED" ? [keyOf(event.object)] : []),
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const event = cluster.store.get("events", namespace, name);
      if (event === undefined) return undefined;
      const times = [stringAt(event, "lastTimestamp"), stringAt(event, "metadata", "creationTimestamp")];
      const seen = Math.max(...times.map((time) => Date.parse(time ?? "")).filter((time) => !Number.isNaN(time)));
      const left = seen + LIFETIME_MS - cluster.clock.now();
      if (left > 0) return left;
      cluster.store.remove("events", event);
      return undefined;
    },
  };
}
