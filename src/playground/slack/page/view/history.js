/** What was sent from the composer, newest first, for the arrow-up key. It lasts as long as the browser tab. */
const KEY = "coalmine-playground-sent";
const MOST = 50;

/** @type {string[]} */
let sent = load();

function load() {
  try {
    const stored = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.map(String) : [];
  } catch {
    // Storage may be forbidden or damaged; then the history begins here.
    return [];
  }
}

/** @param {string} text */
export function remember(text) {
  sent = [text, ...sent.filter((other) => other !== text)].slice(0, MOST);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(sent));
  } catch {
    // Without storage it lasts as long as the page.
  }
}

/** The text sent so many sends ago; -1 is the empty line. @param {number} back @returns {string | undefined} */
export function recall(back) {
  return back === -1 ? "" : sent[back];
}
