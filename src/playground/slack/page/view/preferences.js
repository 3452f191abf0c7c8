/** What stays open between visits, kept in this browser. */
import { effect, signal } from "@preact/signals";

/** Whether the playground panel is shown; wide windows begin with it. */
export const panelOpen = kept("coalmine-playground-panel", innerWidth >= 1200);
/** Whether the journal of API calls is shown. */
export const journalOpen = kept("coalmine-playground-journal", false);

function kept(key, first) {
  const value = signal(read(key) ?? first);
  effect(() => write(key, value.value));
  return value;
}

function read(key) {
  try {
    const stored = localStorage.getItem(key);
    return stored === null ? undefined : stored === "true";
  } catch {
    // Storage may be forbidden; then every visit begins the same.
    return undefined;
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, String(value));
  } catch {
    // As above: it then lasts as long as the page.
  }
}
