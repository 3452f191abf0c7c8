import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Canary } from "../rollout/canary.ts";
import type { Part } from "./json-patch.ts";
import { NOTE, ORIGINAL, STAMP } from "./ownership.ts";

const former = z.record(z.string(), z.string().nullable());
const Rules = z.array(z.record(z.string(), z.unknown()).nullable());

/** What an object that somebody else made said before us, in the places that we changed. */
export const Original = z.object({
  /** Former values by key; `null`: there was none. */
  labels: former.default({}),
  annotations: former.default({}),
  /** Our rules as they were, in their order, by list; `null`: we added it. */
  rules: z.record(z.string(), Rules).default({}),
});
export type Original = z.infer<typeof Original>;

export function readOriginal(text: string | undefined): Original | null {
  if (text === undefined) return null;
  try {
    return Original.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

interface Present {
  readonly labels: Readonly<Record<string, string>> | null;
  readonly annotations: Readonly<Record<string, string>> | null;
  readonly original: Original | null;
}

interface Kept {
  /** Annotations that we set; the labels are those of the apex Service. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly list: string;
  readonly rules: readonly (Part | null)[];
}

/** The annotation that keeps the original. What was kept before is never overwritten. */
export function keepOriginal({ service }: Canary, present: Present, { annotations, list, rules }: Kept): string {
  const { original } = present;
  const kept: Original = {
    labels: { ...formerOf(service.metadata.apex.labels, present.labels), ...original?.labels },
    annotations: { ...formerOf(annotations, present.annotations), ...original?.annotations },
    rules: { ...original?.rules, [list]: [...rules] },
  };
  const written = present.annotations?.[ORIGINAL];
  return written !== undefined && isDeepStrictEqual(kept, original) ? written : JSON.stringify(kept);
}

function formerOf(
  wanted: Readonly<Record<string, string>>,
  present: Readonly<Record<string, string>> | null,
): Record<string, string | null> {
  return Object.fromEntries(Object.keys(wanted).map((key) => [key, present?.[key] ?? null]));
}

/** Labels and annotations to go back to, our own marks among them; `undefined`: to be removed. */
export function formerMetadata(original: Original | null) {
  const back = (values: Original["labels"]) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value ?? undefined]));
  return {
    labels: back(original?.labels ?? {}),
    annotations: {
      ...back(original?.annotations ?? {}),
      [STAMP]: undefined,
      [NOTE]: undefined,
      [ORIGINAL]: undefined,
    },
  };
}
