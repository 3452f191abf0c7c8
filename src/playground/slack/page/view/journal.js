import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { html } from "../html.js";
import { journal } from "../store.js";
import { Icon } from "./icons.js";
import { journalOpen } from "../preferences.js";

/** The last API calls between the bot and the workspace, newest at the end. */
export function Journal() {
  const [onlyTrouble, setOnlyTrouble] = useState(false);
  const box = useRef(null);
  const lines = journal.value.filter(({ outcome }) => !onlyTrouble || !isFine(outcome));
  useLayoutEffect(() => {
    box.current.scrollTop = box.current.scrollHeight;
  }, [lines.length, onlyTrouble]);
  return html`<section class="journal" aria-label="Journal of API calls" data-testid="journal">
    <div class="journal-head">
      <h2>Journal</h2>
      <span>${lines.length} ${lines.length === 1 ? "line" : "lines"}</span>
      <label class="choice"
        ><input
          type="checkbox"
          checked=${onlyTrouble}
          onChange=${(event) => setOnlyTrouble(event.currentTarget.checked)}
        /><span>only refusals</span></label
      >
      <button type="button" class="tool close" aria-label="Close journal" onClick=${() => (journalOpen.value = false)}>
        <${Icon} name="close" size=${16} />
      </button>
    </div>
    <div class="journal-lines" ref=${box} tabindex="0">
      ${lines.length === 0 && html`<p class="panel-none">Nothing yet. Every call of the bot, and every payload it gets, is listed here as it happens.</p>`}
      ${lines.map(
        (line, index) =>
          html`<div class="journal-line" key=${`${line.at} ${index}`}>
            <time>${new Date(line.at).toLocaleTimeString("en-GB")}</time
            ><span class="journal-method">${line.method}</span>
            <span class=${isFine(line.outcome) ? "journal-ok" : "journal-bad"}>${line.outcome}</span
            ><span class="journal-note">${line.note}</span>
          </div>`,
      )}
    </div>
  </section>`;
}

/** @param {string} outcome */
function isFine(outcome) {
  return /^(?:ok|sent|shown|answered|\d+ open)$/i.test(outcome.trim());
}
