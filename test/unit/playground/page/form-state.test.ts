import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pageModule } from "../../../support/page-module.ts";

type Entry = Record<string, unknown>;
type Touched = (blockId: string, actionId: string) => Entry | undefined;

const { collectState, firedAction, problemsOf } = await pageModule<{
  collectState: (blocks: unknown[], touched: Touched) => { values: Record<string, Record<string, Entry>> };
  firedAction: (fired: { block: unknown; element: unknown; entry?: Entry }) => Entry;
  problemsOf: (blocks: unknown[], touched: Touched) => Record<string, string>;
}>("form-state.js");

const untouched: Touched = () => undefined;
const plain = (text: string) => ({ type: "plain_text", text, emoji: true });
const option = (value: string) => ({ text: plain(value), value });
const input = (id: string, element: Entry, rest: Entry = {}) => ({
  type: "input",
  block_id: id,
  label: plain(id),
  element: { action_id: "a", ...element },
  ...rest,
});
const values =
  (id: string, entry: Entry): Touched =>
  (blockId) =>
    blockId === id ? entry : undefined;

describe("state.values", () => {
  it("has the empty or initial state of every kind of element", () => {
    const blocks = [
      {
        type: "actions",
        block_id: "row",
        elements: [
          { type: "button", action_id: "go" },
          { type: "datepicker", action_id: "day", initial_date: "2026-11-23" },
          { type: "overflow", action_id: "more" },
        ],
      },
      {
        type: "section",
        block_id: "acc",
        accessory: { type: "multi_static_select", action_id: "many", initial_options: [option("x")] },
      },
      input("text", { type: "plain_text_input" }),
      input("pick", { type: "static_select", initial_option: option("y") }),
      input("who", { type: "multi_users_select" }),
      input("where", { type: "conversations_select" }),
      { type: "container", block_id: "box", child_blocks: [input("deep", { type: "checkboxes" })] },
    ];

    assert.deepEqual(collectState(blocks, untouched), {
      values: {
        row: { day: { type: "datepicker", selected_date: "2026-11-23" } },
        acc: { many: { type: "multi_static_select", selected_options: [option("x")] } },
        text: { a: { type: "plain_text_input", value: null } },
        pick: { a: { type: "static_select", selected_option: option("y") } },
        who: { a: { type: "multi_users_select", selected_users: [] } },
        where: { a: { type: "conversations_select", selected_conversation: null } },
        deep: { a: { type: "checkboxes", selected_options: [] } },
      },
    });
  });

  it("prefers what was typed, unless the element has become another kind", () => {
    const typed = values("b", { type: "plain_text_input", value: "hi" });

    assert.deepEqual(collectState([input("b", { type: "plain_text_input" })], typed).values["b"], {
      a: { type: "plain_text_input", value: "hi" },
    });
    assert.deepEqual(collectState([input("b", { type: "number_input" })], typed).values["b"], {
      a: { type: "number_input", value: null },
    });
  });

  it("keeps ids that mean something to JavaScript as plain keys", () => {
    const { values: state } = collectState(
      [input("__proto__", { type: "plain_text_input", action_id: "constructor" })],
      untouched,
    );

    assert.deepEqual(Object.keys(state), ["__proto__"]);
    assert.deepEqual(JSON.parse(JSON.stringify(state))["__proto__"], {
      constructor: { type: "plain_text_input", value: null },
    });
  });
});

describe("actions[]", () => {
  it("carries text and value of a pressed button", () => {
    const element = {
      type: "button",
      action_id: "go",
      text: plain("Go"),
      value: "v1",
      style: "primary",
      confirm: { title: plain("?") },
    };

    assert.deepEqual(firedAction({ block: { block_id: "row" }, element }), {
      type: "button",
      action_id: "go",
      block_id: "row",
      text: plain("Go"),
      value: "v1",
      style: "primary",
    });
  });

  it("carries the choice and echoes the placeholder and the initial choice", () => {
    const element = {
      type: "static_select",
      action_id: "pick",
      placeholder: plain("Choose"),
      initial_option: option("a"),
      options: [option("a"), option("b")],
    };

    assert.deepEqual(firedAction({ block: { block_id: "b" }, element, entry: { selected_option: option("b") } }), {
      type: "static_select",
      action_id: "pick",
      block_id: "b",
      placeholder: plain("Choose"),
      initial_option: option("a"),
      selected_option: option("b"),
    });
  });
});

describe("problems before a modal is sent", () => {
  const problem = (element: Entry, value: string | null, rest: Entry = {}) =>
    problemsOf([input("b", element, rest)], values("b", { type: element["type"], value }))["b"];

  it("asks for required inputs and lets optional ones be empty", () => {
    assert.equal(problem({ type: "plain_text_input" }, null), "Please complete this required field.");
    assert.equal(problem({ type: "plain_text_input" }, "  "), "Please complete this required field.");
    assert.equal(problem({ type: "plain_text_input" }, null, { optional: true }), undefined);
    assert.deepEqual(problemsOf([input("c", { type: "checkboxes" })], untouched), {
      c: "Please complete this required field.",
    });
  });

  it("counts characters as Slack does, by code points", () => {
    assert.equal(problem({ type: "plain_text_input", max_length: 3 }, "🐤🐤🐤"), undefined);
    assert.equal(
      problem({ type: "plain_text_input", max_length: 3 }, "🐤🐤🐤🐤"),
      "Please enter at most 3 characters.",
    );
    assert.equal(problem({ type: "plain_text_input", min_length: 2 }, "🐤"), "Please enter at least 2 characters.");
  });

  it("checks numbers, email addresses and URLs", () => {
    const number = { type: "number_input", is_decimal_allowed: false, min_value: "1", max_value: "50" };
    assert.deepEqual(
      ["x", "1.5", "0", "51", "50"].map((value) => problem(number, value)),
      [
        "Please enter a number.",
        "Please enter a whole number.",
        "Please enter 1 or more.",
        "Please enter 50 or less.",
        undefined,
      ],
    );
    assert.equal(problem({ type: "email_text_input" }, "ana"), "Please enter a valid email address.");
    assert.equal(problem({ type: "url_text_input" }, "not a url"), "Please enter a valid URL.");
  });
});
