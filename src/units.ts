import { z } from "zod";

/** Traffic share of the canary, in whole percent, 0 to 100. */
export const Weight = z.int().min(0).max(100).brand<"Weight">();
export type Weight = z.infer<typeof Weight>;
/** Checks and brands a weight. Throws a ZodError outside 0 to 100 or for a fraction. */
export const weight = (percent: number): Weight => Weight.parse(percent);

/** A length of time in milliseconds, never negative. */
export const Millis = z.number().min(0).brand<"Millis">();
export type Millis = z.infer<typeof Millis>;
/** Checks and brands a length of time. Throws a ZodError for a negative or non-finite one. */
export const millis = (length: number): Millis => Millis.parse(length);
export const seconds = (length: number): Millis => Millis.parse(length * 1000);

/** A moment: whole milliseconds since 1970-01-01T00:00:00Z. */
export const Timestamp = z.int().min(0).brand<"Timestamp">();
export type Timestamp = z.infer<typeof Timestamp>;
/** Checks and brands a moment; fractions are rounded. Throws a ZodError for a negative one. */
export const timestamp = (sinceEpoch: number): Timestamp => Timestamp.parse(Math.round(sinceEpoch));
/** `moment` plus `length`. */
export const later = (moment: Timestamp, length: Millis): Timestamp => timestamp(moment + length);

/**
 * Identifies the content of a pod template: `v1-` and 16 hex digits of the SHA-256 of its canonical JSON.
 * The prefix names the recipe, so that a new recipe never looks like a new revision.
 */
export const RevisionHash = z
  .string()
  .regex(/^v\d+-[0-9a-f]{16}$/)
  .brand<"RevisionHash">();
export type RevisionHash = z.infer<typeof RevisionHash>;
