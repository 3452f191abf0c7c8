import type { CanaryRef } from "../../rollout/canary.ts";
import { ConflictError } from "../../errors.ts";
import type { KubernetesObject } from "../object.ts";
import type { Writes } from "../writes.ts";
import { checksumsOf } from "./checksum.ts";
import { isTrackedType, readConfig } from "./config-record.ts";
import { configKey, type ConfigReference } from "./config-references.ts";
import type { ConfigTracker } from "./config-tracker.ts";

/** A tracked config with its content: only ever held while it is copied. */
export interface WholeConfig extends Pick<ConfigReference, "kind" | "name"> {
  readonly object: KubernetesObject;
  readonly checksum: string;
}

/**
 * Reads what a template refers to, as far as it is tracked. ConflictError when something that it needs is gone: whoever decided had
 * seen it.
 */
export async function readConfigs(
  { configs, writes }: { readonly configs: ConfigTracker; readonly writes: Writes },
  { namespace }: Pick<CanaryRef, "namespace">,
  references: readonly ConfigReference[],
): Promise<readonly WholeConfig[]> {
  const read = references.map(async ({ kind, name, optional }): Promise<readonly WholeConfig[]> => {
    const object = await writes.read(configs.collection(kind), { namespace, name });
    if (object === null && optional) return [];
    if (object === null) throw new ConflictError(`while reading ${configKey({ kind, name })}: it was deleted`);
    if (readConfig(object).optedOut || !isTrackedType(kind, object)) return [];
    return [{ kind, name, object, checksum: checksumsOf(object).all }];
  });
  return (await Promise.all(read)).flat();
}

/** Checksums by key, as a revision has them. */
export function checksumsByKey(configs: readonly WholeConfig[]): Readonly<Record<string, string>> {
  return Object.fromEntries(configs.map((config) => [configKey(config), config.checksum]));
}
