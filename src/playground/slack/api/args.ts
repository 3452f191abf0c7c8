import { z } from "zod";
import { isArray, isObject, objectsOf, parseJson } from "../json.ts";
import type { JsonObject, JsonValue } from "../ui-protocol.ts";
import { ApiError } from "./api-error.ts";

/** Arguments come as form fields (strings) or as JSON: these accept both. */
export const text = z.string();

export const flag = z.preprocess(
  (value) => (value === "true" || value === "1" ? true : value === "false" || value === "0" ? false : value),
  z.boolean(),
);

export const count = z.preprocess(
  (value) => (typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value),
  z.int(),
);

/** A JSON value, as a string in forms. What is no JSON stays a string. */
export const json = z.preprocess(
  (value) => (typeof value === "string" ? (parseJson(value) ?? value) : value),
  z.json(),
);

/** A list of ids, separated by commas in forms. */
export const ids = z.preprocess(
  (value) => (typeof value === "string" ? value.split(",").filter((id) => id !== "") : value),
  z.array(z.string()),
);

/** The objects of an array argument. Throws `code` when it is not an array of objects. */
export function objectList(value: JsonValue | undefined, code: string): readonly JsonObject[] | undefined {
  if (value === undefined || value === "") return undefined;
  if (!isArray(value) || objectsOf(value).length !== value.length) throw new ApiError(code);
  return objectsOf(value);
}

/** An object argument. Throws `code` when it is something else. */
export function objectArg(value: JsonValue | undefined, code: string): JsonObject | undefined {
  if (value === undefined || value === "") return undefined;
  if (!isObject(value)) throw new ApiError(code);
  return value;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly response_metadata: { readonly next_cursor: string };
}

/** One page of a list; the cursor says where the next begins. Throws `invalid_cursor`. */
export function page<Item>(
  all: readonly Item[],
  wanted: { readonly cursor?: string | undefined; readonly limit: number },
): Page<Item> {
  const from =
    wanted.cursor === undefined || wanted.cursor === ""
      ? 0
      : Number(/^next:(\d+)$/.exec(Buffer.from(wanted.cursor, "base64").toString())?.[1] ?? NaN);
  if (Number.isNaN(from)) throw new ApiError("invalid_cursor");
  const end = from + wanted.limit;
  const next = end < all.length ? Buffer.from(`next:${end}`).toString("base64") : "";
  return { items: all.slice(from, end), response_metadata: { next_cursor: next } };
}
