import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventReply } from "../../../../src/slack/messages/event-reply.ts";
import type { RolloutEvent } from "../../../../src/rollout/event.ts";
import { assertPostable } from "../support/check-message.ts";
import { EVENTS } from "../support/events.ts";
import { matchesGolden } from "../support/golden.ts";
import { worst } from "../support/every-view.ts";
import { cluster, failed, NOON, progressing, waitingForApproval } from "../support/views.ts";

const audience = { approvers: () => ["<!subteam^S0APPROVER>"] };
const recorded = (event: RolloutEvent) => ({ sequence: 13, at: NOON, rollout: "0f5b1c2d-3", event });
const asGate = ["approval-wanted", "approval-overdue", "approved"];
const viewFor = (kind: RolloutEvent["kind"]) =>
  asGate.includes(kind) ? waitingForApproval() : kind === "rolled-back" ? failed() : progressing();

describe("event reply", () => {
  for (const event of Object.values(EVENTS))
    it(`says ${event.kind} as its golden shows`, () => {
      const reply = eventReply(recorded(event), viewFor(event.kind), audience);

      assertPostable(reply);
      matchesGolden(`event-reply/${event.kind}`, reply);
    });

  it("notifies only when a person is needed, it failed, it finished, or it is stuck", () => {
    const telling = Object.values(EVENTS)
      .filter((event) => /<@|<!subteam/.test(eventReply(recorded(event), viewFor(event.kind), audience).text))
      .map((event) => event.kind);

    assert.deepEqual(telling, [
      "revision-waiting",
      "human-needed",
      "approval-wanted",
      "approval-overdue",
      "succeeded",
      "rollback-started",
      "promotion-failed",
      "manifest-invalid",
      "undo-started",
      "undone",
      "undo-failed",
    ]);
  });

  it("tells the approvers when the cluster started it, and that it did", () => {
    const event = { ...EVENTS["rollout-started"], by: cluster };

    const reply = eventReply(recorded(event), progressing({ startedBy: cluster }), audience);

    assert.match(reply.text, /^<!subteam\^S0APPROVER> A change in the cluster, not a person in chat,/);
  });

  it("mentions the approvers of a failed rollout that the cluster started", () => {
    const reply = eventReply(recorded(EVENTS["rollback-started"]), progressing({ startedBy: cluster }), audience);

    assert.match(reply.text, /^<!subteam\^S0APPROVER> Rolling back/);
  });

  it("draws no buttons for an event of an earlier rollout", () => {
    const reply = eventReply(
      { ...recorded(EVENTS["approval-wanted"]), rollout: "0f5b1c2d-2" },
      waitingForApproval(),
      audience,
    );

    assert.equal(
      reply.blocks.some((block) => block.type === "actions"),
      false,
    );
  });

  it("stays within Slack's limits with the longest texts", () => {
    const view = worst();
    const detail = `${"<".repeat(3000)} <!channel>`;
    const reply = eventReply(recorded({ ...EVENTS["rollback-started"], detail, figures: view.evidence }), view, {
      approvers: () => Array.from({ length: 50 }, () => "<!subteam^S0APPROVER>"),
    });

    assertPostable(reply);
    assert.doesNotMatch(reply.text, /<!channel/);
  });
});
