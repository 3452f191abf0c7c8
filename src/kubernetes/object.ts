import { z } from "zod";

/** A Kubernetes object (or any part of one) as raw JSON, so that fields we do not know survive every copy. */
export type KubernetesObject = { readonly [key: string]: unknown };

export const isObject = (value: unknown): value is KubernetesObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value under a path of keys; `undefined` as soon as one is missing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) {
    if (!isObject(here)) return undefined;
    here = here[key];
  }
  return here;
}

export function objectAt(value: unknown, ...path: readonly string[]): KubernetesObject {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

export function numberAt(value: unknown, ...path: readonly string[]): number {
  const found = at(value, ...path);
  return typeof found === "number" ? found : 0;
}

/** The string values of a map such as labels. */
export function textsAt(value: unknown, ...path: readonly string[]): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [key, text] of Object.entries(objectAt(value, ...path))) if (typeof text === "string") texts[key] = text;
  return texts;
}

const Identity = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().default(""),
    uid: z.string().default(""),
    resourceVersion: z.string(),
  }),
});
export type Identity = z.infer<typeof Identity>["metadata"];

/** What every stored object says about itself. Throws a ZodError for something else. */
export const identify = (object: unknown): Identity => Identity.parse(object).metadata;

/** Two JSON values are equal; the order of keys does not matter, `undefined` counts as absent. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => sameJson(item, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  for (const key of keys) if (!sameJson(left[key], right[key])) return false;
  return true;
}

/** A copy without members that are `undefined`, as JSON would write it. */
export function compact(object: KubernetesObject): KubernetesObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
