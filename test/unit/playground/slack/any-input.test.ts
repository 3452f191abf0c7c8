import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { validateBlocks, validateMessage, validateView } from "../../../../src/playground/slack/blocks/validate.ts";
import { blockTable } from "../../../../src/playground/slack/blocks/block-table.ts";
import { inputErrors, stateOf, valuesFrom } from "../../../../src/playground/slack/interactions/form-state.ts";
import { storedBlocks, storedText } from "../../../../src/playground/slack/text/normalise.ts";
import type { JsonObject, JsonValue } from "../../../../src/playground/slack/ui-protocol.ts";

const names = [
  "type",
  "text",
  "fields",
  "elements",
  "accessory",
  "element",
  "options",
  "action_id",
  "block_id",
  "confirm",
  "rows",
  "chart",
  "child_blocks",
  "blocks",
  "title",
];
const types = [
  ...Object.keys(blockTable),
  "button",
  "static_select",
  "mrkdwn",
  "plain_text",
  "modal",
  "home",
  "rich_text_section",
  "plain_text_input",
];

/** JSON that looks a little like Block Kit, so that checks get past the first level. */
const { value: kit } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(...types),
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc
      .record({ type: fc.constantFrom(...types) })
      .chain((typed) =>
        fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 5 }).map((rest) => ({ ...rest, ...typed })),
      ),
  ),
}));
const words = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "<",
        ">",
        "&",
        "&lt;",
        "<@U1>",
        "<!here>",
        "https://a.example/x?b=1&c",
        "`",
        "```",
        "\n",
        " ",
        ".",
        "<https://a.example|x>",
      ),
      fc.string(),
    ),
  )
  .map((parts) => parts.join(""));

describe("any input", () => {
  it("gets an answer from the validator, never an exception", () => {
    fc.assert(
      fc.property(kit, kit, (one, other) => {
        assert.ok(Array.isArray(validateBlocks(one, { surface: "message", pointer: "/blocks" })));
        assert.ok(Array.isArray(validateView(one)));
        assert.ok(Array.isArray(validateMessage({ blocks: one, attachments: other })));
      }),
      { numRuns: 2000 },
    );
  });

  it("is refused unless it is a list of known blocks", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const known = Array.isArray(value) && value.length === 0;
        assert.equal(validateBlocks(value, { surface: "modal", pointer: "" }).length === 0, known);
      }),
    );
  });

  it("fills a form without an exception", () => {
    fc.assert(
      fc.property(fc.array(kit), kit, (blocks, state) => {
        const objects = blocks.filter(
          (block): block is JsonObject => typeof block === "object" && block !== null && !Array.isArray(block),
        );
        const values = stateOf(objects, valuesFrom(state));
        assert.equal(typeof inputErrors(objects, values), "object");
        assert.deepEqual(stateOf(objects, values), values);
      }),
      { numRuns: 1000 },
    );
  });

  it("is stored in a form that stays the same when stored again", () => {
    fc.assert(
      fc.property(words, (text) => {
        const stored = storedText(text);
        assert.equal(storedText(stored), stored);
        const again = storedBlocks(
          [{ type: "section", block_id: "b", text: { type: "mrkdwn", text: stored } }],
          () => "x",
        );
        assert.deepEqual(
          storedBlocks(again, () => "x"),
          again,
        );
      }),
      { numRuns: 3000 },
    );
  });

  it("makes no mention out of escaped text", () => {
    fc.assert(
      fc.property(words, (text) => {
        const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
        assert.doesNotMatch(storedText(escaped), /<[@#!]/);
      }),
      { numRuns: 3000 },
    );
  });
});
