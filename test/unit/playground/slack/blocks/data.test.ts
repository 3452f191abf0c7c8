import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { validateBlocks } from "../../../../../src/playground/slack/blocks/validate.ts";
import { chars, faults, mrkdwn, plain, section, times } from "./samples.ts";

const cell = () => ({ type: "raw_text", text: "a" });
const table = (rows: number, cells: number) => ({ type: "table", rows: times(rows, () => times(cells, cell)) });

describe("tables", () => {
  it("B10 have at most 100 rows of 20 cells", () => {
    assert.deepEqual(faults([table(100, 20)]), []);
    assert.deepEqual(faults([table(101, 1)]), ["/blocks/0/rows no more than 100 items allowed"]);
    assert.deepEqual(faults([table(1, 21)]), ["/blocks/0/rows/0 no more than 20 items allowed"]);
  });

  it("B10 stand once in a message", () => {
    assert.deepEqual(faults([table(1, 1), table(1, 1)]), ["/blocks/1 only_one_table_allowed"]);
  });

  it("skip a column setting with null", () => {
    assert.deepEqual(faults([{ ...table(1, 2), column_settings: [null, { align: "right", is_wrapped: true }] }]), []);
    assert.deepEqual(faults([{ ...table(1, 2), column_settings: [{ align: "middle" }] }]), [
      "/blocks/0/column_settings/0/align must be a valid enum value",
    ]);
  });

  it("hold 10,000 characters in all", () => {
    const big = (length: number) => [{ type: "table", rows: [[{ type: "raw_text", text: chars(length) }]] }];
    assert.deepEqual(faults(big(10_000)), []);
    assert.deepEqual(faults(big(10_001)), ["/blocks/0/rows must be less than 10001 characters"]);
  });

  it("B10 have rows of equal length when they are data tables", () => {
    const rows = [[cell(), cell()], [cell()]];
    assert.deepEqual(faults([{ type: "data_table", caption: "Steps", rows }]), [
      "/blocks/0/rows/1 all rows must have the same number of cells",
    ]);
  });
});

describe("charts", () => {
  const chart = () => ({
    type: "data_visualization",
    title: "Errors",
    chart: { type: "pie", segments: [{ label: "a", value: 1 }] },
  });

  it("B10 are at most two", () => {
    assert.deepEqual(faults([chart(), chart()]), []);
    assert.deepEqual(faults([chart(), chart(), chart()]), [
      "/blocks/2 no more than 2 data_visualization blocks allowed",
    ]);
  });

  it("have at most six series with names of their own", () => {
    const line = (names: readonly string[]) => {
      const series = names.map((name) => ({ name, data: [{ label: "10:00", value: 0.5 }] }));
      return [
        {
          type: "data_visualization",
          title: "T",
          chart: { type: "line", series, axis_config: { categories: ["10:00"] } },
        },
      ];
    };
    assert.deepEqual(faults(line(["a", "b", "c", "d", "e", "f"])), []);
    assert.deepEqual(faults(line(["a", "b", "c", "d", "e", "f", "g"])), [
      "/blocks/0/chart/series no more than 6 items allowed",
    ]);
    assert.deepEqual(faults(line(["a", "a"])), ["/blocks/0/chart/series/1 series `a` already exists"]);
  });
});

describe("images", () => {
  const image = (more: object) => [{ type: "image", alt_text: "Chart", ...more }];

  it("B9 need an alternative text and exactly one source", () => {
    assert.deepEqual(faults(image({ slack_file: { id: "F1" } })), []);
    assert.deepEqual(faults([{ type: "image", slack_file: { id: "F1" } }]), [
      "/blocks/0 missing required field: alt_text",
    ]);
    const message = "/blocks/0 must define either `image_url` or `slack_file`";
    assert.deepEqual(faults(image({})), [message]);
    assert.deepEqual(faults(image({ image_url: "https://example.com/a.png", slack_file: { id: "F1" } })), [message]);
    assert.equal(faults(image({ slack_file: { id: "F1", url: "https://example.com" } })).length, 1);
  });

  for (const address of [
    "http://example.com/a.png",
    "https://prometheus.monitoring.svc/a.png",
    "https://127.0.0.1/a.png",
    "https://prometheus/a.png",
    "a.png",
  ])
    it(`B9 cannot be fetched from ${address}`, () => {
      assert.deepEqual(faults(image({ image_url: address })), ["/blocks/0/image_url downloading image failed"]);
    });

  it("B9 are refused while the file is not usable", () => {
    const blocks = [section({ accessory: { type: "image", alt_text: "x", slack_file: { id: "F1" } } })];
    const check = (usable: boolean) =>
      validateBlocks(blocks, { surface: "message", pointer: "/blocks", fileUsable: () => usable });
    assert.deepEqual(check(true), []);
    assert.deepEqual(check(false), [{ pointer: "/blocks/0/accessory/slack_file", message: "invalid slack file" }]);
  });
});

describe("rich text", () => {
  const rich = (...elements: object[]) => [{ type: "rich_text", elements }];
  const run = { type: "text", text: "words", style: { bold: true } };

  it("is taken with sections, lists, quotes and code", () => {
    const parts = [
      { type: "rich_text_section", elements: [run, { type: "user", user_id: "U1" }, { type: "emoji", name: "tada" }] },
      {
        type: "rich_text_list",
        style: "bullet",
        indent: 1,
        elements: [{ type: "rich_text_section", elements: [run] }],
      },
      { type: "rich_text_quote", elements: [run] },
      { type: "rich_text_preformatted", elements: [run], language: "json" },
    ];
    assert.deepEqual(faults(rich(...parts)), []);
  });

  it("refuses unknown parts, styles and marks", () => {
    assert.deepEqual(faults(rich({ type: "rich_text_table", elements: [] })), [
      "/blocks/0/elements/0 unsupported element: rich_text_table",
    ]);
    assert.deepEqual(
      faults(rich({ type: "rich_text_list", style: "dash", elements: [{ type: "rich_text_section", elements: [] }] })),
      ["/blocks/0/elements/0/style must be a valid enum value"],
    );
    assert.deepEqual(faults(rich({ type: "rich_text_section", elements: [{ ...run, style: { blink: true } }] })), [
      "/blocks/0/elements/0/elements/0/style invalid additional property: blink",
    ]);
  });
});

describe("context", () => {
  it("holds images and texts only", () => {
    const elements = [
      { type: "image", alt_text: "x", image_url: "https://example.com/x.png" },
      plain("a"),
      mrkdwn("b"),
    ];
    assert.deepEqual(faults([{ type: "context", elements }]), []);
    assert.deepEqual(faults([{ type: "context", elements: [{ type: "button" }] }]), [
      "/blocks/0/elements/0 unsupported element: button",
    ]);
  });
});
