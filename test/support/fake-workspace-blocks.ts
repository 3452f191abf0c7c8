import type { JsonObject, UiView } from "../../src/playground/slack/ui-protocol.ts";
import { button, md, option, plain } from "./fake-workspace-messages.ts";

const SERVICES = ["podinfo", "checkout", "cart", "search", "billing", "ledger", "mailer", "gateway", "profile"];

const richText = (text: string): JsonObject => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});

/** One of every block that a message may hold. */
export const everyMessageBlock: readonly JsonObject[] = [
  { type: "header", text: plain("Every block :baby_chick:") },
  {
    type: "section",
    block_id: "s1",
    text: md(
      "Section with *bold*, _italic_, ~gone~, `code` and <@U0LEE> in <#C0GENERAL|general>\n> quoted\n```weight: 30\nlimit: 99```",
    ),
    accessory: button({ id: "look", text: "Look" }),
  },
  { type: "divider" },
  {
    type: "rich_text",
    elements: [
      {
        type: "rich_text_section",
        elements: [
          { type: "text", text: "Rich ", style: { bold: true } },
          { type: "emoji", name: "rocket" },
          { type: "text", text: " text for " },
          { type: "user", user_id: "U0ANA" },
          { type: "text", text: " and " },
          { type: "link", url: "https://example.com/x", text: "a link" },
        ],
      },
      {
        type: "rich_text_list",
        style: "bullet",
        elements: [
          { type: "rich_text_section", elements: [{ type: "text", text: "first" }] },
          { type: "rich_text_section", elements: [{ type: "text", text: "second", style: { code: true } }] },
        ],
      },
      {
        type: "rich_text_list",
        style: "ordered",
        indent: 1,
        elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "nested" }] }],
      },
      { type: "rich_text_quote", elements: [{ type: "text", text: "said somebody" }] },
      { type: "rich_text_preformatted", elements: [{ type: "text", text: "kubectl get canaries" }] },
    ],
  },
  {
    type: "actions",
    block_id: "a1",
    elements: [
      {
        type: "static_select",
        action_id: "service",
        placeholder: plain("Choose a service"),
        options: SERVICES.map((name) => option(name, name)),
      },
      { type: "users_select", action_id: "who", placeholder: plain("Choose a person") },
      { type: "datepicker", action_id: "day", initial_date: "2026-11-23" },
      { type: "timepicker", action_id: "hour", initial_time: "14:30" },
      {
        type: "checkboxes",
        action_id: "checks",
        options: [
          option("Mirror first", "mirror"),
          { ...option("Notify", "notify"), description: plain("Posts in #general") },
        ],
      },
      {
        type: "radio_buttons",
        action_id: "speed",
        options: [option("Slow", "slow"), option("Fast", "fast")],
        initial_option: option("Slow", "slow"),
      },
    ],
  },
  { type: "image", title: plain("p99 latency"), alt_text: "p99 of canary and primary", image_url: "/files/chart.svg" },
  { type: "image", alt_text: "a picture from elsewhere", image_url: "https://example.com/picture.png" },
  {
    type: "markdown",
    text: "## Markdown\nWith **bold**, *italic*, `code` and [a link](https://example.com).\n\n1. one\n2. two\n   - deeper\n\n| step | share |\n|---|---|\n| 1 | 10 % |\n| 2 | 30 % |",
  },
  {
    type: "table",
    column_settings: [{}, { align: "right" }],
    rows: [
      ["step", "share"],
      ["first", "10 %"],
      ["second", "30 %"],
    ].map((row) => row.map((text) => ({ type: "raw_text", text }))),
  },
  {
    type: "container",
    title: plain("Container"),
    subtitle: plain("foldable"),
    is_collapsible: true,
    child_blocks: [{ type: "section", text: md("inside") }],
  },
  {
    type: "card",
    title: plain("Card"),
    subtitle: plain("with actions"),
    body: md("Body of a card"),
    actions: [button({ id: "card", text: "Open" })],
  },
  {
    type: "plan",
    title: "Rollout plan",
    tasks: [
      { task_id: "1", title: "Scale up", status: "complete" },
      { task_id: "2", title: "Send 10 %", status: "in_progress", details: richText("3 of 5 checks") },
      { task_id: "3", title: "Promote", status: "pending" },
      { task_id: "4", title: "Notify", status: "error", output: richText("no channel") },
    ],
  },
  { type: "hologram", text: "from the future" },
  {
    type: "context",
    elements: [
      { type: "image", image_url: "/files/chart.svg", alt_text: "chart" },
      md("Context with `code` · "),
      plain("and plain text :hourglass:"),
    ],
  },
];

/** A modal with every kind of input. */
export const everyInputView: UiView = {
  id: "V0START",
  hash: "1.a",
  errors: {},
  busy: false,
  view: {
    type: "modal",
    callback_id: "start",
    title: plain("Start a rollout"),
    submit: plain("Start"),
    close: plain("Cancel"),
    blocks: [
      {
        type: "section",
        block_id: "intro",
        text: md("It will take *14 minutes* and needs one approval by <!subteam^S0APPROVERS>."),
      },
      {
        type: "input",
        block_id: "image",
        label: plain("Image tag"),
        hint: plain("A tag of ghcr.io/stefanprodan/podinfo"),
        element: {
          type: "plain_text_input",
          action_id: "tag",
          placeholder: plain("6.1.0"),
          min_length: 3,
          max_length: 20,
        },
      },
      {
        type: "input",
        block_id: "canary",
        label: plain("Canary"),
        element: {
          type: "static_select",
          action_id: "pick",
          placeholder: plain("Choose"),
          option_groups: [
            { label: plain("demo"), options: [option("podinfo", "demo/podinfo"), option("checkout", "demo/checkout")] },
          ],
        },
      },
      {
        type: "input",
        block_id: "watchers",
        optional: true,
        label: plain("Who should be told"),
        element: { type: "multi_users_select", action_id: "people", placeholder: plain("Choose people") },
      },
      {
        type: "input",
        block_id: "revision",
        optional: true,
        label: plain("Revision"),
        element: {
          type: "external_select",
          action_id: "rev",
          placeholder: plain("Type to search"),
          min_query_length: 0,
        },
      },
      {
        type: "input",
        block_id: "options",
        optional: true,
        label: plain("Options"),
        element: { type: "checkboxes", action_id: "flags", options: [option("Mirror traffic first", "mirror")] },
      },
      {
        type: "input",
        block_id: "reason",
        optional: true,
        label: plain("Why"),
        element: { type: "plain_text_input", action_id: "text", multiline: true },
      },
      {
        type: "input",
        block_id: "share",
        optional: true,
        label: plain("First share, %"),
        element: {
          type: "number_input",
          action_id: "percent",
          is_decimal_allowed: false,
          min_value: "1",
          max_value: "50",
        },
      },
    ],
  },
};

/** A home tab like the app's. */
export const homeView: UiView = {
  id: "V0HOME",
  hash: "1.h",
  errors: {},
  busy: false,
  view: {
    type: "home",
    blocks: [
      { type: "header", text: plain("Waiting for you") },
      {
        type: "section",
        block_id: "w1",
        text: md("*podinfo 6.1.0* at 30 %, started by <@U0ANA>\nRolled back in 9 minutes unless approved"),
        accessory: button({ id: "approve", text: "Approve", style: "primary" }),
      },
      { type: "divider" },
      { type: "header", text: plain("Running") },
      {
        type: "section",
        text: md("*demo/podinfo* 6.1.0 · 30 % · waiting for approval"),
        accessory: {
          type: "overflow",
          action_id: "more",
          options: [option("Pause", "pause"), option("History", "history")],
        },
      },
      {
        type: "section",
        text: md("*demo/checkout* 2.14.1 · 10 % · progressing"),
        accessory: { type: "overflow", action_id: "more2", options: [option("Pause", "pause")] },
      },
      { type: "divider" },
      { type: "context", elements: [md("As of <!date^1795400000^{time}|now> · type `/canary help` anywhere")] },
    ],
  },
};
