import { millis, type Millis } from "../../units.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const WHOLE = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;

/** Reads a length of time such as `30s`, `1m30s` or `1h`. `null` when the text is not one. */
export function readDuration(text: string): Millis | null {
  if (!WHOLE.test(text)) return null;
  let total = 0;
  for (const [, figure = "0", unit = "s"] of text.matchAll(PART)) total += Number(figure) * (UNITS[unit] ?? 0);
  return millis(total);
}
