import type { Check, Surface } from "./check.ts";
import { alert, card, carousel, container, plan, taskCard } from "./composed-blocks.ts";
import { dataTable, dataVisualization, table } from "./data-blocks.ts";
import { imageBlock } from "./images.ts";
import { actions, context, contextActions, divider, header, input, markdown, section, video } from "./layout-blocks.ts";
import { richText } from "./rich-text.ts";

interface BlockKind {
  readonly surfaces: readonly Surface[];
  readonly check: Check;
}

const everywhere: readonly Surface[] = ["message", "modal", "home"];

/** Every block that may be sent, and where. `file` is missing on purpose: Slack only reads it back. */
export const blockTable: Readonly<Record<string, BlockKind>> = {
  section: { surfaces: everywhere, check: section },
  header: { surfaces: everywhere, check: header },
  divider: { surfaces: everywhere, check: divider },
  context: { surfaces: everywhere, check: context },
  actions: { surfaces: everywhere, check: actions },
  image: { surfaces: everywhere, check: imageBlock },
  input: { surfaces: everywhere, check: input },
  rich_text: { surfaces: everywhere, check: richText },
  video: { surfaces: everywhere, check: video },
  markdown: { surfaces: ["message"], check: markdown },
  table: { surfaces: ["message", "home"], check: table },
  data_table: { surfaces: ["message", "home"], check: dataTable },
  data_visualization: { surfaces: ["message"], check: dataVisualization },
  container: { surfaces: ["message", "home"], check: container },
  card: { surfaces: everywhere, check: card },
  carousel: { surfaces: ["message"], check: carousel },
  alert: { surfaces: ["modal"], check: alert },
  plan: { surfaces: ["message"], check: plan },
  task_card: { surfaces: ["message"], check: taskCard },
  context_actions: { surfaces: ["message"], check: contextActions },
};
