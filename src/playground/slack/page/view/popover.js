import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { html } from "../html.js";

const GAP = 4;
const EDGE = 8;

/**
 * A floating box beside its anchor, in the browser's top layer so that no scrolling parent clips it.
 * It follows the anchor while it is open: a redraw behind it must not leave it hanging somewhere else.
 * @param {{ anchor: { current: HTMLElement | null }, onClose: () => void, align?: "start" | "end", label: string, children: unknown, class?: string }} props
 */
export function Popover({ anchor, onClose, align = "start", label, children, class: extra = "" }) {
  const box = useRef(null);
  const close = useRef(onClose);
  close.current = onClose;

  useLayoutEffect(() => {
    box.current.showPopover();
    const opener = anchor.current;
    return () => {
      // Only an orphaned focus goes back; somebody who clicked elsewhere keeps their place.
      if (document.activeElement === document.body || box.current?.contains(document.activeElement)) opener?.focus();
    };
  }, []);
  useFollow(anchor, box, align);
  useEffect(() => {
    const outside = ({ target }) => {
      if (!box.current?.contains(target) && !anchor.current?.contains(target)) close.current();
    };
    const keys = (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      close.current();
    };
    document.addEventListener("pointerdown", outside, true);
    document.addEventListener("keydown", keys, true);
    return () => {
      document.removeEventListener("pointerdown", outside, true);
      document.removeEventListener("keydown", keys, true);
    };
  }, []);

  return html`<div class="popover ${extra}" popover="manual" ref=${box} role="presentation" aria-label=${label}>
    ${children}
  </div>`;
}

function useFollow(anchor, box, align) {
  useLayoutEffect(() => {
    let frame = 0;
    let last = "";
    const follow = () => {
      frame = requestAnimationFrame(follow);
      if (!anchor.current || !box.current) return;
      const at = anchor.current.getBoundingClientRect();
      const { offsetWidth: width, offsetHeight: height } = box.current;
      const spot = [at.left, at.right, at.top, at.bottom, width, height, innerWidth, innerHeight].join();
      if (spot === last) return;
      last = spot;
      const below = at.bottom + GAP + height <= innerHeight - EDGE || at.top < innerHeight - at.bottom;
      const left = align === "start" ? at.left : at.right - width;
      box.current.style.minWidth = `${Math.min(at.width, 420)}px`;
      box.current.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
      box.current.style.top = `${Math.max(EDGE, below ? at.bottom + GAP : at.top - GAP - height)}px`;
    };
    follow();
    return () => cancelAnimationFrame(frame);
  }, []);
}
