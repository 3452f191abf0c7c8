import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { REFUSAL_REASONS, type RolloutCommand } from "../../../../src/rollout/command.ts";
import { refusalMessage } from "../../../../src/slack/messages/refusal.ts";
import { assertPostable } from "../support/check-message.ts";
import { matchesGolden } from "../support/golden.ts";
import { worst } from "../support/every-view.ts";
import { ana, at, NOON, waitingForApproval } from "../support/views.ts";

const command: RolloutCommand = {
  id: "c-12345678",
  verb: "start",
  cluster: "prod-eu",
  namespace: "demo",
  name: "podinfo",
  uid: "",
  rollout: "",
  gate: null,
  revision: null,
  image: "6.1.0",
  reason: "",
  actor: ana,
  roles: ["developers"],
  channel: "C0DEPLOYS1",
  via: "bot-1",
  issuedAt: NOON,
  expiresAt: at(120),
};

describe("refusal", () => {
  for (const reason of REFUSAL_REASONS)
    it(`says ${reason} and what to do next`, () => {
      const message = refusalMessage(command, { reason, facts: {} }, waitingForApproval());

      assertPostable(message);
      matchesGolden(`refusal/${reason}`, message);
    });

  it("shows the present state and controls after a click on an old button", () => {
    const message = refusalMessage(command, { reason: "old-button", facts: {} }, waitingForApproval());

    assert.match(JSON.stringify(message.blocks), /Waiting for promotion.*canary_approve/);
  });

  it("stays within Slack's limits with the longest facts", () => {
    const facts = Object.fromEntries(
      ["label", "path", "problem", "fix", "containers", "group"].map((name) => [name, "<&".repeat(5000)]),
    );

    for (const reason of REFUSAL_REASONS) assertPostable(refusalMessage(command, { reason, facts }, worst()));
  });
});
