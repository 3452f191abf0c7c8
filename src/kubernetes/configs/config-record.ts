import { z } from "zod";
import { CONFIG_MAPS, SECRETS, type Resource } from "../collection.ts";
import { textAt } from "../object.ts";
import type { ConfigKind } from "./config-references.ts";

export const CONFIG_RESOURCES: Readonly<Record<ConfigKind, Resource>> = { configmap: CONFIG_MAPS, secret: SECRETS };

/** Secrets of other types belong to the cluster and not to an application. */
const TRACKED_SECRETS = new Set(["Opaque", "kubernetes.io/basic-auth", "kubernetes.io/ssh-auth", "kubernetes.io/tls"]);

const OPT_OUT = "flagger.app/config-tracking";

const Owner = z.looseObject({ kind: z.string().default(""), uid: z.string().default("") });
const Stored = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    annotations: z.record(z.string(), z.string()).nullish(),
    ownerReferences: z.array(Owner).nullish(),
  }),
});

/** What is kept of a ConfigMap or Secret: nothing of its content. */
export interface ConfigRecord {
  readonly resourceVersion: string;
  /** Its owner asked that primary shares it. */
  readonly optedOut: boolean;
  /** Made for a Canary: a copy that belongs to a primary. */
  readonly isCopy: boolean;
  readonly owners: readonly z.infer<typeof Owner>[];
}

/** Projects an object, or its metadata alone. Throws a ZodError for something else. */
export function readConfig(object: unknown): ConfigRecord {
  const { metadata } = Stored.parse(object);
  const owners = metadata.ownerReferences ?? [];
  return {
    resourceVersion: metadata.resourceVersion,
    optedOut: metadata.annotations?.[OPT_OUT]?.startsWith("disable") ?? false,
    isCopy: owners.some(({ kind }) => kind === "Canary"),
    owners,
  };
}

/** Whether objects of its type are tracked at all; takes the whole object, since metadata does not say it. */
export function isTrackedType(kind: ConfigKind, object: unknown): boolean {
  if (kind === "configmap") return true;
  const type = textAt(object, "type");
  return TRACKED_SECRETS.has(type === "" ? "Opaque" : type);
}
