import { z } from "zod";
import type { Affinity } from "../rollout/rollout.ts";

const texts = z.string().default("");
const Stored = z.object({
  affinity: z.object({ cookie: texts, primaryCookie: texts, previousCookie: texts }).optional(),
  variants: z.array(z.object({ name: z.string(), when: z.unknown() })).default([]),
});

export const NO_AFFINITY: Affinity = { cookie: "", primaryCookie: "", previousCookie: "" };

/** What has to be remembered of our rules beside the weights, since it cannot be read from them. */
export interface RouteNote {
  readonly affinity: Affinity;
  /** The rules that we derived from others by what they take, for where rules cannot have lasting names. */
  readonly variants: readonly { readonly name: string; readonly when: unknown }[];
}

const NOTHING: RouteNote = { affinity: NO_AFFINITY, variants: [] };

/** Reads the annotation; one that is missing or that somebody garbled says nothing. */
export function readNote(text: string | undefined): RouteNote {
  if (text === undefined) return NOTHING;
  try {
    const { affinity = NO_AFFINITY, variants } = Stored.parse(JSON.parse(text));
    return { affinity, variants };
  } catch {
    return NOTHING;
  }
}

/** The annotation; `undefined` when there is nothing to remember. */
export function writeNote({ affinity, variants }: RouteNote): string | undefined {
  const used = Object.values(affinity).some((cookie) => cookie !== "");
  if (!used && variants.length === 0) return undefined;
  return JSON.stringify({ ...(used ? { affinity } : {}), ...(variants.length > 0 ? { variants } : {}) });
}
