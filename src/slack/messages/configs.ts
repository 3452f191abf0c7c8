import type { CanaryView } from "../../rollout/view.ts";
import type { Revision } from "../../rollout/rollout.ts";
import { code, count, inWords } from "./text.ts";

const NAMED = 6;
const KINDS: Readonly<Record<string, string>> = { configmap: "ConfigMap", secret: "Secret" };

/** `ConfigMap app and Secret db`, from names such as `configmap/app`; those that are too many are counted. */
export function configWords(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).map(configWord);
  const more = names.length - shown.length;
  return inWords(more > 0 ? [...shown, count(more, "more config")] : shown);
}

function configWord(name: string): string {
  const [kind = "", ...rest] = name.split("/");
  const title = KINDS[kind];
  return title === undefined ? code(name) : `${title} ${code(rest.join("/"))}`;
}

/** Tracked ConfigMaps and Secrets in which this revision differs from what primary runs. */
export function changedConfigs({ revision, promoted }: CanaryView): readonly string[] {
  if (promoted === null) return [];
  const names = new Set([...Object.keys(revision.configs), ...Object.keys(promoted.configs)]);
  return [...names].filter((name) => revision.configs[name] !== promoted.configs[name]).sort();
}

/** Whether nothing but configs tells this revision from what primary runs. */
export function onlyConfigsChanged(view: CanaryView): boolean {
  const { revision, promoted } = view;
  return promoted !== null && imagesOf(revision) === imagesOf(promoted) && changedConfigs(view).length > 0;
}

const imagesOf = ({ images }: Revision): string =>
  JSON.stringify(images.map(({ container, image }) => [container, image]));
