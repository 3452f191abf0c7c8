import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { actionFor, findElement } from "../../../../src/playground/slack/driver/action-for.ts";
import { inputErrors, stateOf } from "../../../../src/playground/slack/interactions/form-state.ts";
import type { JsonObject } from "../../../../src/playground/slack/ui-protocol.ts";

const input = (element: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: "input",
  block_id: "b",
  label: { type: "plain_text", text: "L" },
  element: { action_id: "a", ...element },
  ...more,
});
const problem = (block: JsonObject, value: JsonObject) => {
  const element = block["element"] as JsonObject;
  return inputErrors([block], { b: { a: { type: String(element["type"]), ...value } } })["b"];
};

describe("inputs", () => {
  const number = { type: "number_input", is_decimal_allowed: false, min_value: "1", max_value: "100" };
  const cases: readonly (readonly [string, JsonObject, JsonObject, RegExp | undefined])[] = [
    ["an empty required text", { type: "plain_text_input" }, { value: null }, /required/],
    ["an empty choice of many", { type: "multi_users_select" }, { selected_users: [] }, /required/],
    ["a text that is long enough", { type: "plain_text_input", min_length: 2 }, { value: "ab" }, undefined],
    ["a text that is too long", { type: "plain_text_input", max_length: 2 }, { value: "abc" }, /too long/],
    ["a word as a number", number, { value: "ten" }, /number/],
    ["a fraction where none may be", number, { value: "1.5" }, /whole/],
    ["a number below the least", number, { value: "0" }, /at least 1/],
    ["a number above the most", number, { value: "101" }, /at most 100/],
    ["a number in between", number, { value: "100" }, undefined],
    ["an address without a domain", { type: "email_text_input" }, { value: "a@b" }, /email/],
    ["an address", { type: "email_text_input" }, { value: "a@b.example" }, undefined],
    ["no link", { type: "url_text_input" }, { value: "nowhere" }, /URL/],
  ];
  for (const [what, element, value, expected] of cases)
    it(`${expected === undefined ? "take" : "complain about"} ${what}`, () => {
      const said = problem(input(element), value);
      if (expected === undefined) assert.equal(said, undefined);
      else assert.match(said ?? "", expected);
    });

  it("may be left empty when optional", () => {
    assert.equal(problem(input({ type: "plain_text_input" }, { optional: true }), { value: null }), undefined);
  });
});

describe("state of a form", () => {
  const text = (id: string, more: JsonObject = {}) => ({
    ...input({ type: "plain_text_input", ...more }),
    block_id: id,
  });

  it("begins with the initial values", () => {
    assert.deepEqual(stateOf([text("b", { initial_value: "x" }), text("c")]), {
      b: { a: { type: "plain_text_input", value: "x" } },
      c: { a: { type: "plain_text_input", value: null } },
    });
  });

  it("forgets values of other types and of blocks that are gone", () => {
    const old = {
      b: { a: { type: "number_input", value: "1" } },
      gone: { a: { type: "plain_text_input", value: "x" } },
    };
    assert.deepEqual(stateOf([text("b")], old), { b: { a: { type: "plain_text_input", value: null } } });
  });
});

describe("the driver's choices", () => {
  const select = {
    type: "static_select",
    action_id: "pick",
    options: [{ text: { type: "plain_text", text: "One" }, value: "1" }],
  };
  const blocks: JsonObject[] = [{ type: "actions", block_id: "b", elements: [select] }];

  it("are found by action_id and made by value or label", () => {
    const found = findElement(blocks, "pick");
    assert.deepEqual(actionFor(found, "One"), actionFor(found, "1"));
    assert.deepEqual(actionFor(found, "1"), {
      type: "static_select",
      action_id: "pick",
      block_id: "b",
      selected_option: select.options[0],
    });
  });

  it("fail with what there is instead", () => {
    assert.throws(() => findElement(blocks, "nothing"), /there is pick/);
    assert.throws(() => actionFor(findElement(blocks, "pick"), "2"), /there is 1/);
  });
});
