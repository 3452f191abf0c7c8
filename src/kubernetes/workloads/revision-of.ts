import type { Revision } from "../../rollout/rollout.ts";
import type { ConfigRecord } from "../configs/config-record.ts";
import { configKey, type ConfigReference } from "../configs/config-references.ts";
import type { ConfigState } from "../configs/config-tracker.ts";
import { copyName, originalName } from "../names.ts";
import { hashWithConfigs } from "./template-hash.ts";
import type { Trouble, WorkloadRecord } from "./workload-record.ts";

/** Pure: what a workload runs, of its template and of the configs that this refers to. */

/** What is known of configs, in the canary's namespace. */
export interface ConfigLooks {
  readonly state: (config: Pick<ConfigReference, "kind" | "name">) => ConfigState;
  /** What is kept of an object; `null`: it does not exist, or is not known. */
  readonly record: (config: Pick<ConfigReference, "kind" | "name">) => Pick<ConfigRecord, "isCopy"> | null;
}

export type Understood =
  | { readonly revision: Revision; readonly trouble: null }
  /** It cannot be said what it runs, or it cannot be rolled out. */
  | { readonly revision: null; readonly trouble: Trouble };

/** Reasons of troubles with configs. */
export const CONFIG_UNREAD = "ConfigUnread";
export const CONFIG_MISSING = "ConfigMissing";
export const CONFIG_IN_THE_WAY = "ConfigInTheWay";

/** What a target runs. `looks` is `null` where configs are not tracked. */
export function revisionOfTarget(record: WorkloadRecord, looks: ConfigLooks | null): Understood {
  if (record.obstacle !== null) return { revision: null, trouble: record.obstacle };
  if (looks === null || record.configs.length === 0) return { revision: record.template, trouble: null };
  const configs: Record<string, string> = {};
  const troubles: Trouble[] = [];
  for (const config of record.configs) {
    const state = looks.state(config);
    const trouble = troubleWith(config, state, looks);
    if (trouble !== null) troubles.push(trouble);
    if (state.kind === "tracked") configs[configKey(config)] = state.checksums.all;
  }
  const [first] = troubles.sort((left, right) => rank(left) - rank(right));
  if (first !== undefined) return { revision: null, trouble: first };
  return { revision: withConfigs(record.template, record.template.hash, configs), trouble: null };
}

/** What somebody has to do comes before what only takes a moment. */
const rank = ({ reason }: Trouble): number => Number(reason === CONFIG_UNREAD);

function troubleWith(config: ConfigReference, state: ConfigState, looks: ConfigLooks): Trouble | null {
  const name = configKey(config);
  switch (state.kind) {
    case "shared":
      return null;
    case "missing":
      return config.optional
        ? null
        : { reason: CONFIG_MISSING, message: `${name}, which its pods need, does not exist` };
    case "unread":
      return { reason: CONFIG_UNREAD, message: `${name} is not known yet: ${state.why}` };
    case "tracked": {
      const copy = { kind: config.kind, name: copyName(config.name) };
      if (looks.record(copy)?.isCopy !== false) return null;
      const message = `${configKey(copy)} exists, but was not made for a canary, and primary's copy needs that name; rename or delete it`;
      return { reason: CONFIG_IN_THE_WAY, message };
    }
  }
}

/**
 * What a primary runs: as noted on it, or, of one that another controller made, worked out from what it looks like. `null`: its
 * configs are not known yet.
 */
export function revisionOfPrimary(
  primary: WorkloadRecord,
  target: { readonly record: WorkloadRecord; readonly revision: Revision | null } | null,
  looks: ConfigLooks | null,
): Revision | null {
  if (primary.copied !== null) return primary.copied;
  const found = looks === null ? { configs: {}, texts: {}, unread: false } : configsBehind(primary, looks);
  if (found.unread) return null;
  const { configs } = found;
  if (target?.revision && primary.likeness === target.record.likeness) {
    if (isSameContent({ target: target.revision.configs, primary: found, looks })) return target.revision;
  }
  return withConfigs(primary.template, primary.likeness, configs);
}

interface Behind {
  /** Checksums by the names of the originals. */
  readonly configs: Readonly<Record<string, string>>;
  /** The same of the text alone. */
  readonly texts: Readonly<Record<string, string>>;
  readonly unread: boolean;
}

/** The configs that a primary refers to, under the names that they were copied from. */
function configsBehind({ configs: references }: WorkloadRecord, looks: ConfigLooks): Behind {
  const configs: Record<string, string> = {};
  const texts: Record<string, string> = {};
  let unread = false;
  for (const config of references) {
    const state = looks.state(config);
    if (state.kind === "unread") unread = true;
    if (state.kind !== "tracked") continue;
    const isCopy = looks.record(config)?.isCopy ?? false;
    const key = configKey(isCopy ? { kind: config.kind, name: originalName(config.name) } : config);
    configs[key] = state.checksums.all;
    texts[key] = state.checksums.text;
  }
  return { configs, texts, unread };
}

/** Other controllers leave binary data out of their copies; that alone makes no other revision. */
function isSameContent({
  target,
  primary,
  looks,
}: {
  readonly target: Revision["configs"];
  readonly primary: Behind;
  readonly looks: ConfigLooks | null;
}): boolean {
  const keys = Object.keys(target);
  if (keys.length !== Object.keys(primary.configs).length) return false;
  return keys.every((key) => {
    if (primary.configs[key] === target[key]) return true;
    const isTextOnly = primary.texts[key] !== undefined && primary.texts[key] === primary.configs[key];
    return isTextOnly && primary.texts[key] === textOf(key, looks);
  });
}

function textOf(key: string, looks: ConfigLooks | null): string | null {
  const slash = key.indexOf("/");
  const kind = key.slice(0, slash);
  if (looks === null || (kind !== "configmap" && kind !== "secret")) return null;
  const state = looks.state({ kind, name: key.slice(slash + 1) });
  return state.kind === "tracked" ? state.checksums.text : null;
}

function withConfigs(template: Revision, hash: string, configs: Revision["configs"]): Revision {
  return { ...template, hash: hashWithConfigs(hash, configs), configs };
}
