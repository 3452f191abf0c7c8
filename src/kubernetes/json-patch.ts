/** Pure: operations of a JSON patch. */

/** One operation; the bodies of our writes are lists of them. */
export interface Operation {
  readonly op: "add" | "replace" | "remove";
  readonly path: string;
  readonly value?: unknown;
}

/** Binds a patch to one version of its object: as part of the object it is a precondition (409), as a "test" it would be a 422. */
export const onlyVersion = (resourceVersion: string): Operation => ({
  op: "replace",
  path: "/metadata/resourceVersion",
  value: resourceVersion,
});

/** A key as a step of a path. */
export const escapeKey = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");

/** Sets or, where the value is `undefined`, removes one key of a map that exists. */
export function setKey(map: string, key: string, value: unknown): Operation {
  const path = `${map}/${escapeKey(key)}`;
  return value === undefined ? { op: "remove", path } : { op: "add", path, value };
}

/** Sets keys of a map that may not exist yet (`present` is `null` or `undefined` then); none for what is so already. */
export function setKeys(
  map: string,
  present: Readonly<Record<string, unknown>> | null | undefined,
  wanted: Readonly<Record<string, unknown>>,
): readonly Operation[] {
  const differing = Object.entries(wanted).filter(([key, value]) => present?.[key] !== value);
  if (differing.length === 0) return [];
  const missing = present === null || present === undefined;
  const made: readonly Operation[] = missing ? [{ op: "add", path: map, value: {} }] : [];
  return [...made, ...differing.map(([key, value]) => setKey(map, key, value))];
}
