import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pageModule } from "../../../support/page-module.ts";

const { parseMarkdown } = await pageModule<{ parseMarkdown: (text: string) => { kind: string }[] }>("text/markdown.js");

const text = (value: string) => ({ kind: "text", text: value });

describe("markdown block", () => {
  it("reads headings, paragraphs, rules and fences", () => {
    assert.deepEqual(parseMarkdown("## Plan\nfirst\nsecond\n\n---\n```yaml\na: 1\n```"), [
      { kind: "heading", level: 2, children: [text("Plan")] },
      { kind: "paragraph", children: [text("first"), { kind: "break" }, text("second")] },
      { kind: "rule" },
      { kind: "pre", text: "a: 1" },
    ]);
  });

  it("reads bold, italic, strike, code, links and escapes", () => {
    assert.deepEqual(parseMarkdown("**b** *i* ~~s~~ `c` [l](https://a.example) \\*x\\* snake_case_name"), [
      {
        kind: "paragraph",
        children: [
          { kind: "bold", children: [text("b")] },
          text(" "),
          { kind: "italic", children: [text("i")] },
          text(" "),
          { kind: "strike", children: [text("s")] },
          text(" "),
          { kind: "code", text: "c" },
          text(" "),
          { kind: "link", url: "https://a.example", text: "l" },
          text(" *x* snake_case_name"),
        ],
      },
    ]);
  });

  it("reads lists with depth, numbers and boxes", () => {
    assert.deepEqual(parseMarkdown("1. one\n  - [x] two"), [
      {
        kind: "list",
        items: [
          { indent: 0, ordered: true, checked: undefined, children: [text("one")] },
          { indent: 1, ordered: false, checked: true, children: [text("two")] },
        ],
      },
    ]);
  });

  it("reads tables and quotes", () => {
    assert.deepEqual(parseMarkdown("| a | b |\n|---|--:|\n| 1 | 2 |\n\n> # q"), [
      { kind: "table", head: [[text("a")], [text("b")]], rows: [[[text("1")], [text("2")]]] },
      { kind: "quote", blocks: [{ kind: "heading", level: 1, children: [text("q")] }] },
    ]);
  });

  it("keeps markup and unsafe links as text", () => {
    assert.deepEqual(parseMarkdown("<img onerror=x> [l](javascript:x)"), [
      { kind: "paragraph", children: [text("<img onerror=x> [l](javascript:x)")] },
    ]);
  });
});
