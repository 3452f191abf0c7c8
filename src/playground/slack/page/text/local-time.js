// @ts-check
/** Between a moment and what a `datetime-local` field shows in a given zone. */

/** @param {number} epochSeconds @param {string} tz @returns {string} YYYY-MM-DDTHH:mm */
export function toLocal(epochSeconds, tz) {
  const options = /** @type {const} */ ({
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: tz, ...options }).formatToParts(epochSeconds * 1000);
  const of = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return `${of["year"]}-${of["month"]}-${of["day"]}T${of["hour"]}:${of["minute"]}`;
}

/** @param {string} local YYYY-MM-DDTHH:mm @param {string} tz @returns {number | null} seconds; null when it is no date */
export function fromLocal(local, tz) {
  const asUtc = Date.parse(`${local}Z`) / 1000;
  if (Number.isNaN(asUtc)) return null;
  // Twice: the first guess may lie on the other side of a change to or from summer time.
  const guess = asUtc - offset(asUtc, tz);
  return asUtc - offset(guess, tz);
}

/** Seconds that local time is ahead of UTC. @param {number} epochSeconds @param {string} tz */
function offset(epochSeconds, tz) {
  const minute = Math.floor(epochSeconds / 60) * 60;
  return Date.parse(`${toLocal(minute, tz)}Z`) / 1000 - minute;
}
