import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { html } from "../html.js";
import { TextObject } from "../text/text.js";

const asked = signal(null);

/** Asks the question of a confirm object; false means that nothing may be sent. @param {any} question @returns {Promise<boolean>} */
export function confirmed(question) {
  asked.value?.answer(false);
  return new Promise((resolve) => {
    asked.value = { question, answer: resolve };
  });
}

/** The confirm dialog, when there is a question. */
export function ConfirmDialog() {
  const open = asked.value;
  return (
    open &&
    html`<${Dialog}
      key=${open}
      question=${open.question}
      onAnswer=${(yes) => ((asked.value = null), open.answer(yes))}
    />`
  );
}

function Dialog({ question, onAnswer }) {
  const box = useRef(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    box.current.showModal();
    return () => before?.focus?.();
  }, []);
  const style = question.style === "danger" ? "danger" : "primary";
  const cancel = (event) => {
    event.preventDefault();
    onAnswer(false);
  };
  return html`<dialog
    class="modal confirm"
    ref=${box}
    data-testid="confirm"
    aria-labelledby="confirm-title"
    onCancel=${cancel}
  >
    <h2 class="modal-title" id="confirm-title"><${TextObject} of=${question.title} /></h2>
    <div class="confirm-text"><${TextObject} of=${question.text} /></div>
    <div class="modal-foot">
      <button type="button" class="button" data-testid="confirm-no" onClick=${() => onAnswer(false)}>
        <${TextObject} of=${question.deny} />
      </button>
      <button type="button" class="button ${style}" data-testid="confirm-yes" onClick=${() => onAnswer(true)}>
        <${TextObject} of=${question.confirm} />
      </button>
    </div>
  </dialog>`;
}
