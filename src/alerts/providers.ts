import type { Collection, OpenCollection, Resource } from "../kubernetes/collection.ts";
import { readProvider, type ReadProvider } from "./read-provider.ts";

const ALERT_PROVIDERS: Resource = { api: "/apis/flagger.app/v1beta1", plural: "alertproviders" };

/** The AlertProvider objects that the worker may see, from a watch cache. */
export type AlertProviders = Pick<Collection<ReadProvider>, "get" | "synced" | "isSynced" | "age" | "stop">;

/** Begins to follow them. Nothing waits for that: a cluster without the kind has no alerts, and everything else. */
export function followProviders(open: OpenCollection): AlertProviders {
  return open({ resource: ALERT_PROVIDERS, project: readProvider, onChange: () => {} });
}
