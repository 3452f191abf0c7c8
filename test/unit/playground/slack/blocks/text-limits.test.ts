import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { actions, button, chars, faults, mrkdwn, plain, section, times } from "./samples.ts";

describe("texts of blocks", () => {
  const limits: readonly (readonly [string, (length: number) => object, number, string])[] = [
    ["B1 section text", (n) => section({ text: mrkdwn(chars(n)) }), 3000, "/blocks/0/text/text"],
    ["B1 section field", (n) => ({ type: "section", fields: [mrkdwn(chars(n))] }), 2000, "/blocks/0/fields/0/text"],
    ["B2 header", (n) => ({ type: "header", text: plain(chars(n)) }), 150, "/blocks/0/text/text"],
    ["B2 button text", (n) => actions(button({ text: plain(chars(n)) })), 75, "/blocks/0/elements/0/text/text"],
    ["B2 button value", (n) => actions(button({ value: chars(n) })), 2000, "/blocks/0/elements/0/value"],
    ["B2 button url", (n) => actions(button({ url: chars(n) })), 3000, "/blocks/0/elements/0/url"],
    ["action_id", (n) => actions(button({ action_id: chars(n) })), 255, "/blocks/0/elements/0/action_id"],
    ["block_id", (n) => ({ type: "divider", block_id: chars(n) }), 255, "/blocks/0/block_id"],
    [
      "image alt_text",
      (n) => ({ type: "image", alt_text: chars(n), slack_file: { id: "F1" } }),
      2000,
      "/blocks/0/alt_text",
    ],
    ["markdown", (n) => ({ type: "markdown", text: chars(n) }), 12_000, "/blocks/0/text"],
  ];
  for (const [what, make, max, pointer] of limits)
    it(`takes ${max} characters of ${what} and refuses one more`, () => {
      assert.deepEqual(faults([make(max)]), []);
      assert.deepEqual(faults([make(max + 1)]), [`${pointer} must be less than ${max + 1} characters`]);
    });

  it("B8 counts code points, so that 150 four-byte emoji fit a header and 151 do not", () => {
    const header = (count: number) => ({ type: "header", text: plain("😀".repeat(count)) });
    assert.deepEqual(faults([header(150)]), []);
    assert.deepEqual(faults([header(151)]), ["/blocks/0/text/text must be less than 151 characters"]);
  });

  it("B7 refuses empty and blank texts", () => {
    assert.deepEqual(faults([section({ text: mrkdwn("") })]), ["/blocks/0/text/text must be more than 0 characters"]);
    assert.deepEqual(faults([actions(button({ text: plain("  ") }))]), [
      "/blocks/0/elements/0/text/text must be more than 0 characters",
    ]);
  });

  it("B2 refuses mrkdwn where only plain text is drawn", () => {
    assert.deepEqual(faults([{ type: "header", text: mrkdwn("x") }]), ["/blocks/0/text/type must be plain_text"]);
  });

  it("keeps emoji for plain_text and verbatim for mrkdwn", () => {
    assert.deepEqual(faults([section({ text: { ...mrkdwn("x"), verbatim: true } })]), []);
    assert.deepEqual(faults([section({ text: { ...mrkdwn("x"), emoji: true } })]), [
      "/blocks/0/text invalid additional property: emoji",
    ]);
  });
});

describe("counts in blocks", () => {
  const field = () => mrkdwn("x");
  const counts: readonly (readonly [string, (count: number) => unknown[], number, string])[] = [
    ["B1 section fields", (n) => [{ type: "section", fields: times(n, field) }], 10, "/blocks/0/fields"],
    [
      "B3 actions elements",
      (n) => [actions(...times(n, (i) => button({ action_id: `a${i}` })))],
      25,
      "/blocks/0/elements",
    ],
    ["B3 context elements", (n) => [{ type: "context", elements: times(n, field) }], 10, "/blocks/0/elements"],
    ["B4 message blocks", (n) => times(n, () => ({ type: "divider" })), 50, "/blocks"],
  ];
  for (const [what, make, max, pointer] of counts)
    it(`takes ${max} ${what} and refuses one more`, () => {
      assert.deepEqual(faults(make(max)), []);
      assert.deepEqual(faults(make(max + 1)), [`${pointer} no more than ${max} items allowed`]);
    });

  it("B4 takes 100 blocks on the home tab", () => {
    const dividers = (count: number) => times(count, () => ({ type: "divider" }));
    assert.deepEqual(faults(dividers(100), "home"), []);
    assert.deepEqual(faults(dividers(101), "home"), ["/blocks no more than 100 items allowed"]);
  });

  it("B4 counts a markdown block as the blocks it is stored as", () => {
    const markdown = { type: "markdown", text: times(3, (i) => `paragraph ${i}`).join("\n\n") };
    const dividers = times(48, () => ({ type: "divider" }));
    assert.deepEqual(faults([...dividers, markdown]), ["/blocks no more than 50 items allowed"]);
    assert.deepEqual(faults([...dividers.slice(1), markdown]), []);
  });

  it("adds up the characters of all markdown blocks", () => {
    const half = { type: "markdown", text: chars(6000) };
    assert.deepEqual(faults([half, half]), []);
    assert.deepEqual(faults([half, half, { type: "markdown", text: "x" }]), [
      "/blocks markdown blocks must be less than 12001 characters in total",
    ]);
  });
});
