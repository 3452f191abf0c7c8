import { html } from "../html.js";
import { people, workspace } from "../store.js";
import { Bird } from "./icons.js";

/** A person's coloured initials, or the bird for the app. @param {{ id: string, size?: "small" | "medium" | "large" }} props */
export function Avatar({ id, size = "medium" }) {
  const person = people.value.get(id);
  if (id === workspace.value?.app.botUser) {
    return html`<span class="avatar avatar-app ${size}" aria-hidden="true"><${Bird} size="70%" /></span>`;
  }
  const color = /^#[0-9a-f]{6}$/i.test(person?.color ?? "") ? person.color : "#6b6472";
  return html`<span class="avatar ${size}" style=${{ backgroundColor: color }} aria-hidden="true"
    >${initials(person?.name ?? "?")}</span
  >`;
}

/** @param {string} name */
function initials(name) {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters
    .map((word) => [...word][0] ?? "")
    .join("")
    .toUpperCase();
}
