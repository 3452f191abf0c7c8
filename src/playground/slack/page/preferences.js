/** What stays as it was between visits, kept in this browser. */
import { effect, signal } from "@preact/signals";

/** Whether the playground panel is shown; wide windows begin with it. */
export const panelOpen = kept("coalmine-playground-panel", globalThis.innerWidth >= 1200);
/** Whether the journal of API calls is shown. */
export const journalOpen = kept("coalmine-playground-journal", false);
/** Id of the person played last. */
export const lastPlayed = kept("coalmine-playground-person", "");

function kept(key, first) {
  const value = signal(read(key) ?? first);
  effect(() => write(key, value.value));
  return value;
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? undefined;
  } catch {
    // Storage may be forbidden or damaged; then every visit begins the same.
    return undefined;
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // As above: it then lasts as long as the page.
  }
}
