/** Where a block stands: a message, a modal or the home tab. */
export type Surface = "message" | "modal" | "home";

/** One reason to refuse a payload: JSON pointer of the offending value and what is wrong with it. */
export interface Finding {
  readonly pointer: string;
  readonly message: string;
}

/** What a check knows about the place it looks at. */
export interface Place {
  readonly pointer: string;
  readonly surface: Surface;
  readonly report: (finding: Finding) => void;
  /** Whether a Slack-hosted file may be drawn: processed, shared and visible. Absent: every reference is believed. */
  readonly fileUsable?: (reference: Readonly<Record<string, unknown>>) => boolean;
}

/** Looks at one value and reports every fault it sees; never throws. */
export type Check = (value: unknown, place: Place) => void;

export type Fields = Readonly<Record<string, Check>>;

export type JsonRecord = Readonly<Record<string, unknown>>;

/** True for JSON objects: not null, not an array. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Narrows an unknown array to an array of unknowns. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** Length as Slack counts it: Unicode code points, so that an emoji outside the BMP is one. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The same place, one step down. */
export function below(place: Place, key: string | number): Place {
  return { ...place, pointer: `${place.pointer}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}` };
}

/** Reports a fault at this place. */
export function refuse(place: Place, message: string): void {
  place.report({ pointer: place.pointer, message });
}

/** A string whose length in code points lies within the bounds. `min` defaults to 1: Slack refuses empty strings. */
export function text(max: number, min = 1): Check {
  return (value, place) => {
    if (typeof value !== "string") return refuse(place, "must be a string");
    const length = codePoints(value);
    if (length < min) refuse(place, `must be more than ${min - 1} characters`);
    if (length > max) refuse(place, `must be less than ${max + 1} characters`);
  };
}

/** A string of a given form. */
export function form(pattern: RegExp, what: string): Check {
  return (value, place) => {
    if (typeof value !== "string" || !pattern.test(value)) refuse(place, `must be ${what}`);
  };
}

/** A number within bounds, both inclusive. */
export function number(
  options: { readonly min?: number; readonly max?: number; readonly whole?: boolean } = {},
): Check {
  const { min = -Infinity, max = Infinity, whole = true } = options;
  return (value, place) => {
    if (typeof value !== "number" || (whole && !Number.isInteger(value)))
      return refuse(place, `must be ${whole ? "an integer" : "a number"}`);
    if (value < min) refuse(place, `must be greater than or equal to ${min}`);
    if (value > max) refuse(place, `must be less than or equal to ${max}`);
  };
}

export const flag: Check = (value, place) => {
  if (typeof value !== "boolean") refuse(place, "must be a boolean");
};

/** One of a closed set of strings or numbers. */
export function oneOf(...allowed: readonly (string | number)[]): Check {
  return (value, place) => {
    if ((typeof value !== "string" && typeof value !== "number") || !allowed.includes(value))
      refuse(place, "must be a valid enum value");
  };
}

/** An array of `min` (default 1) to `max` items that each satisfy the check. */
export function list(item: Check, options: { readonly min?: number; readonly max?: number } = {}): Check {
  const { min = 1, max = Infinity } = options;
  return (value, place) => {
    if (!isList(value)) return refuse(place, "must provide an array");
    if (value.length < min) refuse(place, `no less than ${min} items allowed`);
    if (value.length > max) refuse(place, `no more than ${max} items allowed`);
    for (const [index, entry] of value.entries()) item(entry, below(place, index));
  };
}

export interface Shape {
  readonly required?: Fields;
  readonly optional?: Fields;
  /** Rules that concern several fields at once; run only on objects. */
  readonly rules?: readonly ((value: JsonRecord, place: Place) => void)[];
}

/** An object with these fields and no others. */
export function object(shape: Shape): Check {
  const required = shape.required ?? {};
  const optional = shape.optional ?? {};
  return (value, place) => {
    if (!isRecord(value)) return refuse(place, "must provide an object");
    for (const key of Object.keys(required))
      if (!Object.hasOwn(value, key)) refuse(place, `missing required field: ${key}`);
    for (const [key, entry] of Object.entries(value)) {
      const check = Object.hasOwn(required, key)
        ? required[key]
        : Object.hasOwn(optional, key)
          ? optional[key]
          : undefined;
      if (check === undefined) refuse(place, `invalid additional property: ${key}`);
      else check(entry, below(place, key));
    }
    for (const rule of shape.rules ?? []) rule(value, place);
  };
}

/** An object whose `type` picks the check; `noun` is the word Slack uses in the refusal of unknown types. */
export function byType(kinds: Readonly<Record<string, Check>>, noun: "type" | "element"): Check {
  return (value, place) => {
    if (!isRecord(value)) return refuse(place, "must provide an object");
    const type = value["type"];
    if (type === undefined) return refuse(place, "missing required field: type");
    const check = typeof type === "string" && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (check === undefined) return refuse(place, `unsupported ${noun}: ${String(type)}`);
    check(value, place);
  };
}

/** Exactly this string, for `type` fields. */
export function literal(expected: string): Check {
  return (value, place) => {
    if (value !== expected) refuse(place, `must be ${expected}`);
  };
}

/** Two JSON values with the same content, whatever the order of keys. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (isList(one))
    return isList(other) && one.length === other.length && one.every((entry, index) => sameJson(entry, other[index]));
  if (!isRecord(one) || !isRecord(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && sameJson(one[key], other[key]))
  );
}
