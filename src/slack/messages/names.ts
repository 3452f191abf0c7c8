import type { CanaryView } from "../../rollout/view.ts";
import type { Revision } from "../../rollout/rollout.ts";
import { onlyConfigsChanged } from "./configs.ts";
import { code } from "./text.ts";

/** What identifies a canary for people. */
export interface CanaryName {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
}

/** `prod-eu:demo/podinfo`: never ambiguous, and accepted by every command. */
export const fullName = ({ cluster, namespace, name }: CanaryName): string => `${cluster}:${namespace}/${name}`;

/** `prod-eu / demo` */
export const place = ({ cluster, namespace }: CanaryName): string => `${cluster} / ${namespace}`;

/** Version for people: the image's tag, else the start of the revision's hash. */
export const label = (revision: Revision): string =>
  revision.label === "" ? `revision ${revision.hash.slice(3, 11)}` : revision.label;

/** What primary serves now; told apart from this revision where only configs differ. */
export function promotedLabel(view: CanaryView): string {
  if (view.promoted === null) return "the version before";
  return onlyConfigsChanged(view) ? `${label(view.promoted)} (configs before)` : label(view.promoted);
}

/** `podinfo` `6.1.0` */
export const subject = (view: CanaryView): string => `${code(view.name)} ${code(label(view.revision))}`;
