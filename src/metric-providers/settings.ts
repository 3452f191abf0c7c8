import type { Millis, Timestamp } from "../units.ts";
import type { TextQuestion } from "./provider.ts";

/** A key of the template's Secret. Throws, naming the key and never its value, when it is missing. */
export function needed(secret: TextQuestion["secret"], key: string): string {
  const value = secret?.[key] ?? "";
  if (value !== "") return value;
  throw new Error(
    secret === null ? `it needs a Secret with ${key}; set provider.secretRef` : `its Secret has no ${key}`,
  );
}

/** `Basic …` when the Secret has a user and a password, else nothing. */
export function basicAuthorization(secret: TextQuestion["secret"]): Readonly<Record<string, string>> {
  const { username = "", password = "" } = secret ?? {};
  if (username === "") return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}

/** Ten windows up to the moment that is asked about: sources of this kind are often some minutes late. */
export function tenWindows({ at, window }: { readonly at: Timestamp; readonly window: Millis }) {
  return { from: at - 10 * window, to: Number(at) };
}

/** The only one of several; `undefined`: there is none. Throws when nobody could say which one is meant. */
export function onlyOne<T>(found: readonly T[], what: string): T | undefined {
  if (found.length <= 1) return found[0];
  throw new Error(`the query has ${found.length} ${what} as its result; let it add them up to one`);
}
