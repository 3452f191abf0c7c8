import { useState } from "preact/hooks";
import { html } from "../html.js";
import { messagesByChannel } from "../store.js";
import { Link } from "../text/text.js";
import { loadable } from "../text/safe-url.js";
import { Icon } from "../view/icons.js";

/**
 * An image of a block: by address or as an uploaded file. An outside address is named instead of loaded.
 * @param {{ image: any, at: import("./blocks.js").At, look: "full" | "thumb" | "tiny" }} props
 */
export function Picture({ image, at, look }) {
  const [broken, setBroken] = useState("");
  const url = image.slack_file ? fileOf(image.slack_file, at)?.url : image.image_url;
  const alt = String(image.alt_text ?? "");
  if (!loadable(url, location.origin) || broken === url) {
    const why = image.slack_file
      ? "file not found"
      : broken === url
        ? "could not be loaded"
        : "outside picture, not loaded here";
    if (look === "tiny")
      return html`<span class="picture-missing-tiny" title=${`${alt} (${why})`}
        ><${Icon} name="file" size=${16}
      /></span>`;
    return html`<span class="picture-missing ${look}"
      ><${Icon} name="file" size=${20} />
      <span
        >${alt || "Image"}<small
          >${why}${typeof url === "string" && html`: <${Link} url=${url}>${url}<//>`}</small
        ></span
      ></span
    >`;
  }
  return html`<img
    class="picture ${look}"
    src=${url}
    alt=${alt}
    title=${look === "tiny" ? alt : undefined}
    loading="lazy"
    onError=${() => setBroken(url)}
  />`;
}

/** @param {{ id?: string, url?: string }} wanted @param {import("./blocks.js").At} at */
function fileOf(wanted, at) {
  const same = (file) => file.id === wanted.id || (wanted.url !== undefined && file.url === wanted.url);
  const known = [...messagesByChannel.value.values()].flatMap((messages) =>
    messages.flatMap((message) => message.files),
  );
  return at.files.find(same) ?? known.find(same) ?? (wanted.url === undefined ? undefined : { url: wanted.url });
}
