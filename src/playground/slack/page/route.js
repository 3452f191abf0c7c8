// @ts-check
/**
 * Where the page is, kept in the address: `#user=ana&channel=deploys&thread=1700000000.000100`.
 * Ids and names both work for user and channel; `channel=home` is the app's home tab.
 *
 * @typedef {{ user: string, channel: string, thread: string }} Place
 */

/** @param {string} hash @returns {Place} */
export function readPlace(hash) {
  const params = new URLSearchParams(hash.replace(/^#/, ""));
  return { user: params.get("user") ?? "", channel: params.get("channel") ?? "", thread: params.get("thread") ?? "" };
}

/** @param {Place} place */
export function writePlace(place) {
  const params = new URLSearchParams(Object.entries(place).filter(([, value]) => value !== ""));
  return `#${params}`;
}

/**
 * Finds what a name or id in the address means.
 * @template {{ readonly id: string, readonly name: string }} T
 * @param {readonly T[]} list @param {string} wanted @returns {T | undefined}
 */
export function named(list, wanted) {
  const name = wanted.replace(/^[#@]/, "").toLowerCase();
  return (
    list.find((item) => item.id === wanted) ??
    list.find((item) => firstWord(item.name) === name || item.name.toLowerCase() === name)
  );
}

/** @param {string} name */
function firstWord(name) {
  return name.toLowerCase().split(" ")[0];
}
