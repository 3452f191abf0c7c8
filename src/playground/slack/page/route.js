// @ts-check
/**
 * Where the page is, kept in the address: `#user=ana&channel=deploys&thread=1700000000.000100`.
 * Ids and names both work for user and channel; `channel=home` is the app's home tab; `message` is one to look at.
 *
 * @typedef {{ user: string, channel: string, thread: string, message: string }} Place
 */

/** @param {string} hash @returns {Place} */
export function readPlace(hash) {
  const params = new URLSearchParams(hash.replace(/^#/, ""));
  const read = (/** @type {string} */ key) => params.get(key) ?? "";
  return { user: read("user"), channel: read("channel"), thread: read("thread"), message: read("message") };
}

/** @param {Place} place */
export function writePlace(place) {
  const params = new URLSearchParams(Object.entries(place).filter(([, value]) => value !== ""));
  return `#${params}`;
}

/**
 * The place of a permalink such as `/archives/C…/p1700000000000100?thread_ts=…`; undefined for other addresses.
 * @param {URL} url @returns {Partial<Place> | undefined}
 */
export function placeOfPermalink({ pathname, searchParams }) {
  const match = /^\/archives\/([A-Z0-9]+)(?:\/p(\d+)(\d{6}))?\/?$/.exec(pathname);
  if (!match) return undefined;
  const [, channel = "", whole, part] = match;
  const message = whole === undefined ? "" : `${whole}.${part}`;
  return { channel, thread: searchParams.get("thread_ts") ?? "", message };
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
