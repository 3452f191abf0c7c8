import type { Timestamp } from "../../units.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A moment in the reader's own time zone: time of day with seconds. */
export const clock = (at: Timestamp): string => token(at, "{time_secs}");

/** A moment in the reader's own time zone: day and time, beginning with a capital letter for the start of a line. */
export const dayAndClock = (at: Timestamp): string => token(at, "{date_short_pretty} at {time}");

/** `at 2:05 PM` when that is within half a day of `from`, else with the date: for the middle of a sentence. */
export const when = (at: Timestamp, from: Timestamp): string =>
  Math.abs(at - from) < 12 * HOUR ? token(at, "at {time}", "at ") : token(at, "on {date_short} at {time}", "on ");

/** A moment as the distance to now, kept current by the reader's client. */
export const ago = (at: Timestamp): string => token(at, "{ago}");

function token(at: Timestamp, format: string, before = ""): string {
  return `<!date^${Math.floor(at / SECOND)}^${format}|${before}${utc(at)}>`;
}

/** `2026-11-23 14:02:05 UTC`, worked out from the number alone. */
export function utc(at: Timestamp): string {
  const days = Math.floor(at / DAY);
  const rest = at - days * DAY;
  const parts = [Math.floor(rest / HOUR), Math.floor(rest / MINUTE) % 60, Math.floor(rest / SECOND) % 60];
  return `${civil(days)} ${parts.map((part) => String(part).padStart(2, "0")).join(":")} UTC`;
}

/** Days since 1970-01-01 as a date of the Gregorian calendar (Hinnant's algorithm: eras of 400 years that begin in March). */
function civil(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** A length of time in its two largest units: `45 s`, `6 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function duration(millis: number): string {
  const units: readonly (readonly [number, string])[] = [
    [DAY, "d"],
    [HOUR, "h"],
    [MINUTE, "min"],
    [SECOND, "s"],
  ];
  const start = units.findIndex(([size]) => millis >= size);
  if (start === -1) return `${Math.round(millis)} ms`;
  let rest = millis;
  const parts = units.slice(start, start + 2).map(([size, name]) => {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    return amount === 0 ? "" : `${amount} ${name}`;
  });
  return parts.filter((part) => part !== "").join(" ");
}
