import { TerminalError } from "../../errors.ts";
import type { CanaryRef } from "../../rollout/canary.ts";
import type { CopyRules } from "../copy-rules.ts";
import type { Writes } from "../writes.ts";
import { buildPrimaryConfig } from "./config-copies.ts";
import { configKey, type ConfigKind } from "./config-references.ts";
import type { ConfigTracker } from "./config-tracker.ts";
import type { KubernetesObject } from "../object.ts";

export interface ConfigWriting {
  readonly configs: ConfigTracker;
  readonly writes: Writes;
  readonly rules: CopyRules;
}

/** A copy of primary's to be written: under which name, and what it shall hold. */
export interface WantedCopy {
  readonly kind: ConfigKind;
  readonly name: string;
  readonly object: KubernetesObject;
}

/** Creates primary's copies, or brings them there. Each write is bound to the version that the cache shows. */
export async function writeCopies(
  { configs, writes, rules }: ConfigWriting,
  ref: CanaryRef,
  wanted: readonly WantedCopy[],
): Promise<void> {
  const { namespace } = ref;
  for (const { kind, name, object } of wanted) {
    const collection = configs.collection(kind);
    const present = collection.get(namespace, name);
    if (present !== null && !present.isCopy) {
      throw new TerminalError(`${configKey({ kind, name })} was not made for a canary; rename or delete it`);
    }
    const body = buildPrimaryConfig({ kind, object, ref, name, rules, present });
    if (present === null) await writes.create(collection, namespace, body);
    else await writes.replace(collection, { namespace, name }, body);
  }
}
