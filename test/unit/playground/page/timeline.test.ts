import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { UiMessage } from "../../../../src/playground/slack/ui-protocol.ts";
import { message } from "../../../support/fake-workspace-messages.ts";
import { pageModule } from "../../../support/page-module.ts";

interface Row {
  readonly kind: string;
  readonly message?: UiMessage;
  readonly compact?: boolean;
}

const { withMessage, channelMessages, threadMessages, rowsOf, compareTs } = await pageModule<{
  withMessage: (list: readonly UiMessage[], message: UiMessage) => UiMessage[];
  channelMessages: (list: readonly UiMessage[]) => UiMessage[];
  threadMessages: (list: readonly UiMessage[], ts: string) => UiMessage[];
  rowsOf: (question: { messages: readonly UiMessage[]; tz: string; newFrom?: string; days: boolean }) => Row[];
  compareTs: (a: string, b: string) => number;
}>("timeline.js");
const { unreadOf } = await pageModule<{
  unreadOf: (question: object) => { fresh: number; calls: number };
}>("unread.js");

const shape = (rows: readonly Row[]) =>
  rows.map((row) => (row.kind === "message" ? `${row.message?.ts}${row.compact ? " compact" : ""}` : row.kind));

describe("message order", () => {
  it("compares times that a float could not tell apart", () => {
    assert.ok(compareTs("1700000000.000001", "1700000000.000002") < 0);
    assert.ok(compareTs("999999999.000001", "1700000000.000001") < 0);
  });

  it("puts late messages where they belong and replaces redrawn ones", () => {
    const list = withMessage(
      withMessage([message({ ts: "2.0" })], message({ ts: "1.0" })),
      message({ ts: "2.0", text: "new" }),
    );

    assert.deepEqual(
      list.map(({ ts, text }) => [ts, text]),
      [
        ["1.0", ""],
        ["2.0", "new"],
      ],
    );
  });

  it("shows replies in their thread, and in the channel only when they were sent there too", () => {
    const list = [
      message({ ts: "1.0", threadTs: "1.0" }),
      message({ ts: "2.0", threadTs: "1.0" }),
      message({ ts: "3.0", threadTs: "1.0", broadcast: true }),
    ];

    assert.deepEqual(
      channelMessages(list).map(({ ts }) => ts),
      ["1.0", "3.0"],
    );
    assert.deepEqual(
      threadMessages(list, "1.0").map(({ ts }) => ts),
      ["1.0", "2.0", "3.0"],
    );
  });
});

describe("rows", () => {
  it("divide days and join what one person says within five minutes", () => {
    const messages = [
      message({ ts: "1000.0" }),
      message({ ts: "1200.0" }),
      message({ ts: "1201.0", user: "U0LEE" }),
      message({ ts: "90000.0", user: "U0LEE" }),
    ];

    assert.deepEqual(shape(rowsOf({ messages, tz: "UTC", days: true })), [
      "day",
      "1000.0",
      "1200.0 compact",
      "1201.0",
      "day",
      "90000.0",
    ]);
  });

  it("mark where the new messages begin", () => {
    const messages = [message({ ts: "1.0" }), message({ ts: "2.0" })];

    assert.deepEqual(shape(rowsOf({ messages, tz: "UTC", newFrom: "2.0", days: false })), ["1.0", "new", "2.0"]);
  });

  it("keep private messages apart from public ones", () => {
    const messages = [message({ ts: "1.0" }), message({ ts: "2.0", onlyFor: "U0LEE" })];

    assert.deepEqual(shape(rowsOf({ messages, tz: "UTC", days: false })), ["1.0", "2.0"]);
  });
});

describe("unread messages", () => {
  const groups = [{ id: "S0A", handle: "approvers", users: ["U0LEE"] }];
  const count = (messages: readonly UiMessage[], marks: Record<string, string> = {}, direct = false) =>
    unreadOf({
      messages,
      person: "U0LEE",
      direct,
      groups,
      marks: (place: string) => marks[place] ?? "0",
      channel: "C1",
    });

  it("count what is later than the mark and from others", () => {
    assert.deepEqual(
      count([message({ ts: "1.0" }), message({ ts: "2.0" }), message({ ts: "3.0", user: "U0LEE" })], { C1: "1.0" }),
      { fresh: 1, calls: 0 },
    );
  });

  it("count calls by name, by group and to everybody, in text and in blocks", () => {
    const messages = [
      message({ ts: "1.0", text: "<@U0LEE>" }),
      message({ ts: "2.0", blocks: [{ type: "section", text: { type: "mrkdwn", text: "<!subteam^S0A>" } }] }),
      message({ ts: "3.0", text: "<!here>" }),
      message({ ts: "4.0", text: "&lt;!here&gt;" }),
    ];

    assert.deepEqual(count(messages), { fresh: 4, calls: 3 });
  });

  it("count calls in threads until the thread or the channel was read", () => {
    const reply = [message({ ts: "2.0", threadTs: "1.0", text: "<@U0LEE>" })];

    assert.deepEqual(count(reply), { fresh: 0, calls: 1 });
    assert.deepEqual(count(reply, { "C1/1.0": "2.0" }), { fresh: 0, calls: 0 });
    assert.deepEqual(count(reply, { C1: "2.0" }), { fresh: 0, calls: 0 });
  });

  it("count every direct message as a call", () => {
    assert.deepEqual(count([message({ ts: "1.0" })], {}, true), { fresh: 1, calls: 1 });
  });
});
