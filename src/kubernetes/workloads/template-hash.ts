import { createHash } from "node:crypto";
import { RevisionHash } from "../../units.ts";
import { isObject } from "../object.ts";

/**
 * Names the content of a pod template. Pure. The order of keys, and fields that are null or empty, do not matter: API servers
 * of different versions return the same template with more or fewer of them.
 */
export function hashTemplate(template: unknown): RevisionHash {
  const digest = createHash("sha256")
    .update(canonicalJson(template) ?? "null")
    .digest("hex");
  return RevisionHash.parse(`v1-${digest.slice(0, 16)}`);
}

/**
 * Names a template together with the configs that it mounts or reads, by their checksums. Without configs it is the template's own
 * name, so that whoever has none notices nothing.
 */
export function hashWithConfigs(template: string, configs: Readonly<Record<string, string>>): RevisionHash {
  const lines = Object.entries(configs).map(([key, checksum]) => `${key}=${checksum}`);
  if (lines.length === 0) return RevisionHash.parse(template);
  const digest = createHash("sha256")
    .update([template, ...lines.sort()].join("\n"))
    .digest("hex");
  return RevisionHash.parse(`v1-${digest.slice(0, 16)}`);
}

/** JSON with sorted keys and without null, `{}` and `[]`; `undefined` when nothing is left. */
export function canonicalJson(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) {
    // Places in a list have a meaning, so an empty member stays, as null.
    return value.length === 0 ? undefined : `[${value.map((item) => canonicalJson(item) ?? "null").join(",")}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  const parts: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const text = canonicalJson(value[key]);
    if (text !== undefined) parts.push(`${JSON.stringify(key)}:${text}`);
  }
  return parts.length === 0 ? undefined : `{${parts.join(",")}}`;
}
