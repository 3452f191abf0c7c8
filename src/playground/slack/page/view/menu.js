import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../html.js";
import { Popover } from "./popover.js";

/**
 * A button that opens a menu. Arrow keys move, Escape closes.
 * @param {{ label: string, testid?: string, class?: string, align?: "start" | "end", face: unknown, items: MenuItem[], heading?: unknown, onOpen?: (open: boolean) => void, attributes?: object }} props
 * @typedef {{ key: string, face: unknown, run: () => void, testid?: string, danger?: boolean, checked?: boolean, href?: string }} MenuItem
 */
export function MenuButton({
  label,
  testid,
  class: extra = "",
  align = "end",
  face,
  items,
  heading,
  onOpen,
  attributes = {},
}) {
  const [open, setOpen] = useState(false);
  const button = useRef(null);
  const toggle = (next) => {
    setOpen(next);
    onOpen?.(next);
  };
  return html`<button
      type="button"
      class=${extra}
      ref=${button}
      data-testid=${testid}
      aria-label=${label}
      title=${label}
      aria-haspopup="menu"
      aria-expanded=${open}
      onClick=${() => toggle(!open)}
      ...${attributes}
    >
      ${face}
    </button>
    ${
      open &&
      html`<${Popover} anchor=${button} align=${align} label=${label} class="menu-box" onClose=${() => toggle(false)}>
        ${heading && html`<div class="menu-heading">${heading}</div>`}
        <${Menu} label=${label} items=${items} onDone=${() => toggle(false)} />
      <//>`
    }`;
}

/** @param {{ label: string, items: MenuItem[], onDone: () => void }} props */
function Menu({ label, items, onDone }) {
  const list = useRef(null);
  useEffect(() => list.current?.querySelector("[role^=menuitem]")?.focus({ preventScroll: true }), []);
  const keys = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined && event.key !== "Tab") return;
    event.preventDefault();
    const all = [...list.current.querySelectorAll("[role^=menuitem]")];
    const direction = step ?? (event.shiftKey ? -1 : 1);
    all.at((all.indexOf(document.activeElement) + direction) % all.length)?.focus();
  };
  return html`<div role="menu" class="menu" aria-label=${label} ref=${list} onKeyDown=${keys}>
    ${items.map((item) => html`<${Item} key=${item.key} item=${item} onDone=${onDone} />`)}
  </div>`;
}

function Item({ item, onDone }) {
  const run = () => {
    onDone();
    item.run();
  };
  const role = item.checked === undefined ? "menuitem" : "menuitemradio";
  const look = `menu-item${item.danger ? " danger" : ""}`;
  if (item.href) {
    return html`<a role=${role} class=${look} href=${item.href} target="_blank" rel="noopener noreferrer" onClick=${run}
      >${item.face}</a
    >`;
  }
  return html`<button
    type="button"
    role=${role}
    class=${look}
    data-testid=${item.testid}
    aria-checked=${item.checked}
    tabindex="-1"
    onClick=${run}
  >
    ${item.face}
  </button>`;
}
