import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { actions, button, chars, faults, input, mrkdwn, plain, section, times, viewFaults, modal } from "./samples.ts";

const card = { type: "card", title: mrkdwn("Card") };

describe("blocks and the places they may stand in", () => {
  it("B1 refuses a section with neither text nor fields", () => {
    assert.deepEqual(faults([{ type: "section" }]), ["/blocks/0 must define either `text` or `fields`"]);
  });

  it("B7 refuses unknown blocks, unknown properties and repeated block ids", () => {
    assert.deepEqual(faults([{ type: "sektion" }]), ["/blocks/0 unsupported type: sektion"]);
    assert.deepEqual(faults([section({ colour: "red" })]), ["/blocks/0 invalid additional property: colour"]);
    assert.deepEqual(faults([section({ block_id: "a" }), section({ block_id: "a" })]), [
      '/blocks/1/block_id `block_id` "a" already exists',
    ]);
    assert.deepEqual(faults([{}, 7]), ["/blocks/0 missing required field: type", "/blocks/1 must provide an object"]);
    assert.deepEqual(faults("blocks"), ["/blocks must provide an array"]);
  });

  it("does not take inherited names for block types", () => {
    assert.deepEqual(faults([{ type: "constructor" }]), ["/blocks/0 unsupported type: constructor"]);
  });

  it("V4 shows alerts in modals only", () => {
    const alert = { type: "alert", text: plain("Careful"), level: "warning" };
    assert.deepEqual(faults([alert], "modal"), []);
    assert.deepEqual(faults([alert], "message"), ["/blocks/0 unsupported type: alert"]);
    assert.deepEqual(faults([alert], "home"), ["/blocks/0 unsupported type: alert"]);
  });

  const task = { type: "task_card", task_id: "t", title: "Task", status: "pending" };
  const messageOnly = [
    task,
    { type: "plan", title: "Plan", tasks: [task] },
    { type: "markdown", text: "# Hi" },
    {
      type: "context_actions",
      elements: [{ type: "icon_button", action_id: "x", icon: "trash", text: plain("Delete") }],
    },
  ];
  for (const block of messageOnly)
    it(`V4 keeps ${block.type} out of views`, () => {
      assert.deepEqual(faults([block], "message"), []);
      assert.deepEqual(faults([block], "modal"), [`/blocks/0 unsupported type: ${block.type}`]);
      assert.deepEqual(faults([block], "home"), [`/blocks/0 unsupported type: ${block.type}`]);
    });

  it("V4 and B10 keep tables and containers out of modals", () => {
    const table = { type: "table", rows: [[{ type: "raw_text", text: "a" }]] };
    const container = { type: "container", title: plain("Box"), child_blocks: [section()] };
    for (const block of [table, container]) {
      assert.deepEqual(faults([block], "home"), []);
      assert.deepEqual(faults([block], "modal"), [`/blocks/0 unsupported type: ${block.type}`]);
    }
  });

  it("refuses file and video blocks", () => {
    assert.deepEqual(faults([{ type: "file", external_id: "1", source: "remote" }]), [
      "/blocks/0 unsupported type: file",
    ]);
    assert.deepEqual(faults([{ type: "video" }]), ["/blocks/0 Video validation failed: Bot scopes missing"]);
  });

  it("B10 refuses a card without content and a container of the wrong children", () => {
    assert.deepEqual(faults([card]), []);
    assert.equal(faults([{ type: "card", subtitle: mrkdwn("x") }]).length, 1);
    assert.deepEqual(faults([{ type: "container", title: plain("Box"), child_blocks: [card] }]), [
      "/blocks/0/child_blocks/0 unsupported type: card",
    ]);
  });
});

describe("views", () => {
  it("V1 limits title, blocks, private_metadata and callback_id", () => {
    assert.deepEqual(
      viewFaults(modal({ title: plain(chars(24)), private_metadata: chars(3000), callback_id: chars(255) })),
      [],
    );
    assert.deepEqual(
      viewFaults(modal({ title: plain(chars(25)), private_metadata: chars(3001), callback_id: chars(256) })),
      [
        "/view/title/text must be less than 25 characters",
        "/view/private_metadata must be less than 3001 characters",
        "/view/callback_id must be less than 256 characters",
      ],
    );
    assert.deepEqual(viewFaults(modal({ blocks: times(101, () => ({ type: "divider" })) })), [
      "/view/blocks no more than 100 items allowed",
    ]);
  });

  it("V1 wants a submit button as soon as there is an input", () => {
    const { submit: _submit, ...without } = modal({ blocks: [input({ type: "plain_text_input", action_id: "a" })] });
    assert.deepEqual(viewFaults(without), ["/view must define `submit` to use an `input` block in modals"]);
  });

  it("V3 gives the home tab no title and no submit", () => {
    assert.deepEqual(viewFaults({ type: "home", blocks: [section(), actions(button())] }), []);
    assert.deepEqual(viewFaults({ ...modal(), type: "home" }), [
      "/view invalid additional property: title",
      "/view invalid additional property: submit",
    ]);
  });

  it("refuses what is not a view", () => {
    assert.deepEqual(viewFaults({ type: "dialog" }), ["/view/type unsupported type: dialog"]);
    assert.deepEqual(viewFaults([]), ["/view must provide an object"]);
  });

  it("points into the view", () => {
    assert.deepEqual(viewFaults(modal({ blocks: [{ type: "section" }] })), [
      "/view/blocks/0 must define either `text` or `fields`",
    ]);
  });
});
