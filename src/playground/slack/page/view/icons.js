/** Line icons drawn for this page, 20×20. */
import { html } from "../html.js";

const PATHS = {
  hash: "M8 3.5 6.5 16.5M13.5 3.5 12 16.5M4 7.5h12.5M3.5 12.5H16",
  lock: "M5.5 9h9v7h-9zM7.5 9V6.5a2.5 2.5 0 0 1 5 0V9",
  home: "M3.5 9.5 10 4l6.5 5.5M5.5 8.5V16h9V8.5",
  reply: "M4 5.5h12v8H9l-3 2.8v-2.8H4z",
  more: "M10 5v.01M10 10v.01M10 15v.01",
  close: "m5 5 10 10M15 5 5 15",
  chevron: "m5.5 8 4.5 4.5L14.5 8",
  back: "M12 5 7 10l5 5",
  send: "M3.5 4 17 10 3.5 16l2-6zM5.5 10H11",
  plus: "M10 4v12M4 10h12",
  bolt: "M11 3 5 11.5h4.5L9 17l6-8.5h-4.5z",
  menu: "M3.5 6h13M3.5 10h13M3.5 14h13",
  panel: "M3.5 4.5h13v11h-13zM12.5 4.5v11",
  journal: "M4.5 4h11v12h-11zM7 7.5h6M7 10h6M7 12.5h3.5",
  bell: "M5.5 13.5V9a4.5 4.5 0 0 1 9 0v4.5l1 1h-11zM8.5 16.5h3",
  check: "m4.5 10.5 3.5 3.5 7.5-8",
  warning: "M10 3.5 17.5 16h-15zM10 8v4M10 14v.01",
  down: "M10 4v12M5 11l5 5 5-5",
  eye: "M2.5 10s3-5 7.5-5 7.5 5 7.5 5-3 5-7.5 5-7.5-5-7.5-5zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  link: "M8.5 11.5a3 3 0 0 0 4.2 0l2.4-2.4a3 3 0 0 0-4.2-4.2l-1 1M11.5 8.5a3 3 0 0 0-4.2 0l-2.4 2.4a3 3 0 0 0 4.2 4.2l1-1",
  external: "M8 5H5v10h10v-3M11 4.5h4.5V9M15 5l-6 6",
  file: "M5.5 3.5h6l3 3v10h-9zM11.5 3.5v3h3",
  flask: "M8 3.5h4M8.7 3.5v4.8L4.8 15a1 1 0 0 0 .9 1.5h8.6a1 1 0 0 0 .9-1.5l-3.9-6.7V3.5M7 12h6",
};

/** @param {{ name: keyof typeof PATHS, size?: number }} props */
export function Icon({ name, size = 18 }) {
  const points = name === "more" ? 2.4 : 1.5;
  return html`<svg
    class="icon"
    width=${size}
    height=${size}
    viewBox="0 0 20 20"
    aria-hidden="true"
    fill="none"
    stroke="currentColor"
    stroke-width=${points}
    stroke-linecap="round"
    stroke-linejoin="round"
  >
    <path d=${PATHS[name]} />
  </svg>`;
}

/** The canary: mark of the workspace and picture of the app. */
export function Bird({ size = 24 }) {
  return html`<svg class="bird" width=${size} height=${size} viewBox="0 0 32 32" aria-hidden="true">
    <path d="M26.5 10.2 31 11.6l-4.3 2z" fill="#f28c1b" />
    <path
      d="M4 27.5c2.6-1 3.9-3 4.4-5.2C8 14 12.6 5 20.3 5c4.2 0 6.9 3 6.9 7.2 0 7.6-5.4 13.3-12.4 13.3-2 0-3.6-.4-5-1.1-1.4 1.7-3.4 2.8-5.8 3.1z"
      fill="#ffd23f"
    />
    <path d="M10.6 18.6c3.6 1 7.5-.9 8.8-5 2.1 4.6-2.4 9.7-8.8 8.6-1-.2-1.3-3.8 0-3.6z" fill="#eda20c" />
    <circle cx="22.4" cy="10.6" r="1.5" fill="#33212f" />
    <path d="m14 25.4-.7 3.1M17 25l.4 3.2" stroke="#c97a10" stroke-width="1.4" stroke-linecap="round" />
  </svg>`;
}
