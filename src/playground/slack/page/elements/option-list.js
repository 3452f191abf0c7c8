import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../html.js";
import { suggest } from "../actions.js";
import { TextObject } from "../text/text.js";
import { Icon } from "../view/icons.js";
import { Avatar } from "../view/avatar.js";
import { groupsOf, labelOf, searchText, selectionOf } from "./selection.js";

/** Below this many options a search field is only in the way. */
const SEARCH_FROM = 8;
const ASK_AFTER_MS = 150;

/** The open list of a select: search on top, groups below; arrows move, Enter chooses. */
export function OptionList({ element, block, at, chosen, many, onChoose }) {
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const external = element.type.includes("external_");
  const found = useSuggestions({ element, block, at, typed, external });
  const groups = (external ? found.groups : groupsOf(element)).map((group) => ({
    ...group,
    options: external
      ? group.options
      : group.options.filter((option) => searchText(element, option).includes(typed.toLowerCase())),
  }));
  const flat = groups.flatMap(({ options }) => options);
  const list = useRef(null);
  const start = useRef(null);
  useEffect(() => start.current?.focus({ preventScroll: true }), []);
  useEffect(() => list.current?.querySelector("[data-active=true]")?.scrollIntoView({ block: "nearest" }), [active]);

  const keys = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && flat.length > 0) {
      event.preventDefault();
      setActive((active + step + flat.length) % flat.length);
    } else if (event.key === "Enter" || (event.key === " " && event.target === list.current)) {
      event.preventDefault();
      if (flat[active] !== undefined) onChoose(flat[active]);
    }
  };
  const search = external || flat.length >= SEARCH_FROM || typed !== "";
  const isChosen = (option) => chosen.some((other) => selectionOf(other) === selectionOf(option));

  return html`<div class="option-box" onKeyDown=${keys}>
    ${
      search &&
      html`<input
        class="option-search"
        ref=${start}
        type="text"
        value=${typed}
        placeholder="Search"
        aria-label="Search options"
        autocomplete="off"
        onInput=${(event) => (setTyped(event.currentTarget.value), setActive(0))}
      />`
    }
    <div
      role="listbox"
      class="option-list"
      aria-multiselectable=${many}
      tabindex="0"
      ref=${(node) => ((list.current = node), !search && (start.current = node))}
    >
      ${groups.map(
        (group, index) =>
          html`<div key=${index} role="group">
            ${group.label && group.options.length > 0 && html`<div class="option-group"><${TextObject} of=${group.label} /></div>`}
            ${group.options.map(
              (option) =>
                html`<div
                  key=${selectionOf(option)}
                  role="option"
                  class="option"
                  data-value=${selectionOf(option)}
                  data-active=${flat[active] === option}
                  aria-selected=${isChosen(option)}
                  onClick=${() => onChoose(option)}
                  onPointerMove=${() => setActive(flat.indexOf(option))}
                >
                  ${element.type.includes("users_") && html`<${Avatar} id=${option} size="small" />`}
                  <span class="option-text"
                    >${labelOf(element, option)}${option.description && html`<small><${TextObject} of=${option.description} /></small>`}</span
                  >
                  ${isChosen(option) && html`<${Icon} name="check" size=${16} />`}
                </div>`,
            )}
          </div>`,
      )}
      ${flat.length === 0 && html`<div class="option-none">${external ? found.hint : "Nothing found"}</div>`}
    </div>
  </div>`;
}

/** Asks the app while one types; answers that come late are dropped. */
function useSuggestions({ element, block, at, typed, external }) {
  const [found, setFound] = useState({ groups: [], hint: "Loading…" });
  useEffect(() => {
    if (!external) return undefined;
    const least = element.min_query_length ?? 3;
    if ([...typed].length < least) {
      setFound({ groups: [], hint: `Type at least ${least} characters` });
      return undefined;
    }
    let current = true;
    const timer = setTimeout(
      async () => {
        const answer = await suggest({ surface: at.surface, block, element, value: typed });
        if (!current) return;
        const groups = answer.ok ? (answer.option_groups ?? [{ options: answer.options ?? [] }]) : [];
        setFound({ groups, hint: answer.ok ? "Nothing found" : `The app did not answer: ${answer.error}` });
      },
      typed === "" ? 0 : ASK_AFTER_MS,
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [typed, external]);
  return found;
}
