import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { html } from "../html.js";
import { closeView, isSubmitting, problems, submitView } from "../actions.js";
import { workspace } from "../store.js";
import { Blocks } from "../blocks/blocks.js";
import { TextObject } from "../text/text.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";

/** The uppermost modal of the stack. Escape and Close leave this one, the cross leaves all. */
export function Modal({ views }) {
  const view = views.at(-1);
  const content = view.view;
  const box = useRef(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    box.current.showModal();
    box.current.querySelector(".modal-body :is(input, textarea, [role=combobox])")?.focus();
    return () => before?.isConnected && before.focus();
  }, []);
  const errors = { ...view.errors, ...problems.value.get(view.id) };
  useFirstError(box, errors);
  const waits = view.busy || isSubmitting(view.id);
  const deeper = views.length > 1;
  const close = (all) => void closeView(view, { all });
  const at = { surface: { kind: "view", viewId: view.id }, blocks: content.blocks ?? [], files: [], errors };
  const submit = (event) => {
    event.preventDefault();
    if (!waits && content.submit) void submitView(view);
  };

  return html`<dialog
    class="modal"
    ref=${box}
    data-testid="modal"
    data-view-id=${view.id}
    aria-labelledby="modal-title"
    onCancel=${(event) => (event.preventDefault(), close(false))}
  >
    <form method="dialog" class="modal-form" novalidate onSubmit=${submit}>
      <div class="modal-head">
        ${deeper ? html`<button type="button" class="tool" aria-label="Back" onClick=${() => close(false)}><${Icon} name="back" /></button>` : html`<${Avatar} id=${workspace.value.app.botUser} size="small" />`}
        <h2 class="modal-title" id="modal-title"><${TextObject} of=${content.title} /></h2>
        <button
          type="button"
          class="tool close"
          aria-label="Close"
          data-testid="modal-dismiss"
          onClick=${() => close(true)}
        >
          <${Icon} name="close" />
        </button>
      </div>
      <div class="modal-body">
        ${
          errors[""] &&
          html`<div class="alert alert-error" role="alert">
            <${Icon} name="warning" />
            <div>${errors[""]}</div>
          </div>`
        }
        <${Blocks} blocks=${content.blocks ?? []} at=${at} />
      </div>
      <div class="modal-foot">
        <button type="button" class="button" data-testid="modal-close" onClick=${() => close(false)}>
          ${content.close ? html`<${TextObject} of=${content.close} />` : content.submit ? "Cancel" : "Close"}
        </button>
        ${content.submit && html`<button type="submit" class="button primary" data-testid="modal-submit" aria-busy=${waits} disabled=${waits}>${waits && html`<span class="spinner" aria-hidden="true"></span>`}<${TextObject} of=${content.submit} /></button>`}
      </div>
    </form>
  </dialog>`;
}

/** Brings the first wrong input into view when its error appears. */
function useFirstError(box, errors) {
  const ids = Object.keys(errors).join("\n");
  useEffect(() => {
    if (ids === "") return;
    const wrong = box.current?.querySelector(".input-wrong");
    wrong?.scrollIntoView({ block: "nearest" });
    wrong?.querySelector("input, textarea, button")?.focus({ preventScroll: true });
  }, [ids]);
}
