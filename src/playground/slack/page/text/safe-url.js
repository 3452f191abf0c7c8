// @ts-check
/** Which addresses the page may follow or load. Messages come from outside, so everything else is refused. */

const LINKS = new Set(["http:", "https:", "mailto:", "tel:"]);
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** True when a click may open it. @param {unknown} url @returns {url is string} */
export function linkable(url) {
  const parsed = parse(url);
  return parsed !== undefined && LINKS.has(parsed.protocol);
}

/**
 * True when the page may load it as an image: from this machine only, since the playground makes no outside requests.
 * @param {unknown} url @param {string} origin the page's own origin
 * @returns {url is string}
 */
export function loadable(url, origin) {
  const parsed = parse(url, origin);
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) return false;
  return parsed.origin === origin || LOOPBACK.has(parsed.hostname);
}

/** @param {unknown} url @param {string} [base] */
function parse(url, base) {
  return typeof url === "string" && URL.canParse(url, base) ? new URL(url, base) : undefined;
}
