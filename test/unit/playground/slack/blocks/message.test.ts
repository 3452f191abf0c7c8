import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  blockTextLength,
  validateAttachments,
  validateMessage,
} from "../../../../../src/playground/slack/blocks/validate.ts";
import { chars, mrkdwn, section, times } from "./samples.ts";

const faults = (message: Record<string, unknown>) =>
  validateMessage(message).map((finding) => `${finding.pointer} ${finding.message}`);

describe("messages", () => {
  it("need something to show", () => {
    assert.deepEqual(faults({ text: "hello" }), []);
    assert.deepEqual(faults({}), [" no_text"]);
    assert.deepEqual(faults({ text: "", blocks: [] }), [" no_text"]);
  });

  it("have to fit an update too: 4,000 characters of text", () => {
    assert.deepEqual(faults({ text: chars(4000) }), []);
    assert.deepEqual(faults({ text: chars(4001) }), ["/text must be less than 4001 characters"]);
  });

  it("B12 hold about 13,200 characters over all blocks", () => {
    const blocks = times(5, () => section({ text: mrkdwn(chars(2640)) }));
    assert.equal(blockTextLength(blocks), 13_200);
    assert.deepEqual(faults({ text: "t", blocks }), []);
    assert.deepEqual(faults({ text: "t", blocks: [...blocks, section({ text: mrkdwn("x") })] }), [
      "/blocks msg_blocks_too_long",
    ]);
  });

  it("M6 carry metadata as a name and an object", () => {
    assert.deepEqual(faults({ text: "t", metadata: { event_type: "rollout", event_payload: { seq: 1 } } }), []);
    assert.deepEqual(faults({ text: "t", metadata: { event_type: "rollout", event_payload: "x" } }), [
      "/metadata invalid_metadata_format",
    ]);
  });

  it("are checked inside attachments too", () => {
    const findings = validateAttachments([
      { color: "#36a64f", blocks: [{ type: "section" }] },
      { color: "greenish", text: "x" },
    ]);
    assert.deepEqual(
      findings.map((finding) => finding.pointer),
      ["/attachments/0/blocks/0", "/attachments/1/color"],
    );
  });

  it("have at most 100 attachments", () => {
    assert.equal(validateAttachments(times(100, () => ({ text: "x" }))).length, 0);
    assert.equal(validateAttachments(times(101, () => ({ text: "x" }))).length, 1);
  });
});
