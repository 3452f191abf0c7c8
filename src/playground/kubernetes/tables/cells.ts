import type { JsonValue } from "../json.ts";

/** A span of time as kubectl shows it: `42s`, `3m10s`, `5h`, `3d4h`, `2y10d`. Negative spans are `<invalid>`. */
export function humanDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return pair(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return pair(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return pair(days, "d", hours % 24, "h");
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return years < 8 ? pair(years, "y", days % 365, "d") : `${years}y`;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

/** Age of a timestamp, or `<unknown>` when there is none. */
export function age(since: JsonValue | undefined, now: number): string {
  const start = typeof since === "string" ? Date.parse(since) : Number.NaN;
  return Number.isNaN(start) ? "<unknown>" : humanDuration(now - start);
}

/** A text, or kubectl's word for nothing. */
export function orNone(text: string | undefined): string {
  return text === undefined || text === "" ? "<none>" : text;
}

/** `a=1,b=2`, or `<none>`. */
export function mapText(map: Record<string, string>): string {
  return orNone(
    Object.entries(map)
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(","),
  );
}
