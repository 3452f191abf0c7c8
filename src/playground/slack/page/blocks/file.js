import { html } from "../html.js";
import { loadable } from "../text/safe-url.js";
import { Icon } from "../view/icons.js";

/** A shared file: pictures are shown, others offered. @param {{ file: import("../../ui-protocol.ts").UiFile }} props */
export function SharedFile({ file }) {
  const own = loadable(file.url, location.origin);
  if (own && /^image\/(?:png|jpe?g|gif|webp)$/.test(file.mimetype)) {
    return html`<figure class="image-block">
      <figcaption>${file.title || file.name}</figcaption>
      <a href=${file.url} target="_blank" rel="noopener noreferrer"
        ><img class="picture full" src=${file.url} alt=${file.title || file.name} loading="lazy"
      /></a>
    </figure>`;
  }
  const face = html`<${Icon} name="file" size=${24} /><span class="file-text"
      ><strong>${file.title || file.name}</strong><small>${file.name} · ${file.mimetype}</small></span
    >`;
  return own
    ? html`<a class="file" href=${file.url} target="_blank" rel="noopener noreferrer">${face}</a>`
    : html`<span class="file">${face}</span>`;
}
