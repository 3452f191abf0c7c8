import { createHash } from "node:crypto";
import { textsAt } from "../object.ts";

/** Pure: names the content of a ConfigMap or Secret. Nothing of the content can be read off it. */

/** 16 hex digits each. */
export interface Checksums {
  /** Of all that the object holds. */
  readonly all: string;
  /** Of `data` alone: other controllers know no more, and copy no more. Equal to `all` without binary data. */
  readonly text: string;
}

export function checksumsOf(object: unknown): Checksums {
  const data = textsAt(object, "data");
  const binary = textsAt(object, "binaryData");
  const text = digest(sortedJson(data));
  if (Object.keys(binary).length === 0) return { all: text, text };
  return { all: digest(`{"binaryData":${sortedJson(binary)},"data":${sortedJson(data)}}`), text };
}

function digest(json: string): string {
  return createHash("sha256").update(json).digest("hex").slice(0, 16);
}

const ESCAPED = /[<>&\u2028\u2029]/g;
const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** As Go writes a map, so that `status.trackedConfigs` stays what it was when a canary is taken over. */
function sortedJson(texts: Readonly<Record<string, string>>): string {
  const keys = Object.keys(texts);
  if (keys.length === 0) return "null";
  const members = keys
    .sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(texts[key])}`);
  return `{${members.join(",")}}`.replace(ESCAPED, escape);
}
