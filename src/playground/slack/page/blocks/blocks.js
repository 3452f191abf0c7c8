/** The registry of block kinds. A kind that is missing here is drawn as a visible box, never left out. */
import { html } from "../html.js";
import { Actions, Context, Divider, Header, ImageBlock, Input, Section } from "./basic.js";
import { Alert, Card, Carousel, Container, ContextActions, Plan, TaskCard } from "./rich.js";
import { DataTable, Table } from "./table.js";
import { RichText } from "./rich-text.js";
import { Markdown } from "./markdown-block.js";

const KINDS = {
  section: Section,
  header: Header,
  divider: Divider,
  context: Context,
  actions: Actions,
  image: ImageBlock,
  input: Input,
  rich_text: RichText,
  markdown: Markdown,
  table: Table,
  data_table: DataTable,
  alert: Alert,
  container: Container,
  card: Card,
  carousel: Carousel,
  plan: Plan,
  task_card: TaskCard,
  context_actions: ContextActions,
};

/**
 * Draws blocks. `at` says where they stand, for presses and inputs.
 * Keys count blocks of a kind instead of using block_id: a bot that renews its ids must not cost focus or an open menu.
 * @param {{ blocks: readonly any[], at: At }} props
 * @typedef {{ surface: import("../actions.js").Surface, blocks: readonly any[], files: readonly import("../../ui-protocol.ts").UiFile[], errors: Readonly<Record<string, string>> }} At
 */
export function Blocks({ blocks, at }) {
  const seen = new Map();
  return blocks.map((block) => {
    const kind = String(block?.type);
    const count = seen.get(kind) ?? 0;
    seen.set(kind, count + 1);
    const Kind = Object.hasOwn(KINDS, kind) ? KINDS[kind] : Unsupported;
    return html`<${Kind} key=${`${kind} ${count}`} block=${block} at=${at} nested=${Blocks} />`;
  });
}

/** A block this page cannot draw, with what it holds, so that nothing vanishes. @param {{ block: any }} props */
export function Unsupported({ block }) {
  return html`<details class="unsupported" data-testid="unsupported-block">
    <summary>Unsupported block: <code class="code">${String(block?.type)}</code></summary>
    <pre class="pre">${JSON.stringify(block, null, 2)}</pre>
  </details>`;
}
