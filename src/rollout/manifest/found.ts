import type { Millis } from "../../units.ts";
import type { ManifestProblem } from "../subject.ts";
import { readDuration } from "./duration.ts";

/** Either what was read or the first problem: manifests are other people's text, so being wrong is an expected outcome. */
export type Found<T> =
  { readonly value: T; readonly problem: null } | { readonly value: null; readonly problem: ManifestProblem };

export const found = <T>(value: T): Found<T> => ({ value, problem: null });
export const wrong = (path: string, problem: string, fix: string): Found<never> => ({
  value: null,
  problem: { path, problem, fix },
});

export interface NumberRule {
  readonly path: string;
  readonly value: number | undefined;
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

/** A whole number within its bounds. `undefined` gives the fallback. */
export function readWhole({ path, value, fallback, min, max }: NumberRule): Found<number> {
  if (value === undefined) return found(fallback);
  if (Number.isInteger(value) && value >= min && value <= max) return found(value);
  return wrong(path, `is ${value}`, `Use a whole number from ${min} to ${max}.`);
}

/** A length of time above zero. A text that is missing or empty gives the fallback. */
export function readInterval(path: string, text: string | undefined, fallback: Millis): Found<Millis> {
  if (text === undefined || text === "") return found(fallback);
  const length = readDuration(text);
  if (length !== null && length > 0) return found(length);
  return wrong(path, `"${text}" is not a length of time`, "Write it like 30s, 1m or 1m30s.");
}
