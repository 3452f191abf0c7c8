import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ClusterHealth } from "../../../../src/snapshots/snapshots.ts";
import { actionsModal, answerModal, startForm } from "../../../../src/slack/messages/forms.ts";
import { helpMessage } from "../../../../src/slack/messages/help.ts";
import { homeView } from "../../../../src/slack/messages/home.ts";
import { listMessage } from "../../../../src/slack/messages/list.ts";
import { statusMessage } from "../../../../src/slack/messages/status.ts";
import { whyMessage } from "../../../../src/slack/messages/why.ts";
import { VERB_TABLE } from "../../../../src/slack/slash-commands/table.ts";
import { assertPostable, assertShowable } from "../support/check-message.ts";
import { matchesGolden } from "../support/golden.ts";
import { VIEWS, worst } from "../support/every-view.ts";
import { at, failed, progressing, succeeded, waitingForApproval } from "../support/views.ts";

const live: ClusterHealth = { name: "prod-eu", state: "live", lastSeen: at(0), workers: 2 };
const silent: ClusterHealth = { name: "prod-us", state: "silent", lastSeen: at(-600), workers: 0 };
const rebuilding: ClusterHealth = { name: "prod-eu", state: "rebuilding", lastSeen: at(0), workers: 1 };
const link = "https://coalmine.slack.com/archives/C0DEPLOYS1/p1795442526000100";
const many = Array.from({ length: 200 }, (_, index) =>
  waitingForApproval({ name: `canary-${index}`, rollout: `0f5b1c2d-${index}` }),
);

describe("answers to questions", () => {
  it("draws status", () => {
    const message = statusMessage(progressing(), { link, health: live });

    assertPostable(message);
    matchesGolden("status/progressing", message);
  });

  it("says in status that a cluster is being rebuilt", () => {
    const message = statusMessage(progressing(), { link: "", health: rebuilding });

    assertPostable(message);
    matchesGolden("status/rebuilding", message);
  });

  it("draws a list, the urgent ones first, and says what cannot be seen", () => {
    const views = [
      succeeded({ name: "quiet" }),
      failed({ name: "broken" }),
      progressing(),
      waitingForApproval({ name: "checkout" }),
    ];

    const message = listMessage(views, [live, silent]);

    assertPostable(message);
    matchesGolden("list/mixed", message);
  });

  it("says why a list is empty", () => {
    for (const [name, clusters] of Object.entries({ none: [], live: [live], silent: [silent] })) {
      const message = listMessage([], clusters);

      assertPostable(message);
      matchesGolden(`list/empty-${name}`, message);
    }
  });

  it("draws why for every state", () => {
    for (const [name, view] of Object.entries(VIEWS)) {
      const message = whyMessage(view);

      assertPostable(message);
      matchesGolden(`why/${name}`, message);
    }
  });

  it("draws help from the table of verbs", () => {
    const { start, status, list } = VERB_TABLE;
    const message = helpMessage([start, status, list], ["promote", "rollback"]);

    assertPostable(message);
    matchesGolden("help/developer", message);
    assertPostable(helpMessage(Object.values(VERB_TABLE), []));
  });

  it("draws Home with what waits, runs and failed", () => {
    const views = [
      progressing(),
      waitingForApproval({ name: "checkout", rollout: "1-1" }),
      failed({ name: "broken", rollout: "2-1" }),
    ];
    const view = homeView({
      views,
      clusters: [live, silent],
      waitsForMe: (one) => one.gate !== null,
      mayStart: true,
      linkOf: () => link,
    });

    assertShowable(view);
    matchesGolden("home/busy", view);
  });

  it("keeps Home below 100 blocks with hundreds of rollouts", () => {
    const busy = [
      ...many,
      ...many.map((view) => ({ ...view, gate: null, rollout: `${view.rollout}-b` })),
      ...many.map((view) => failed({ rollout: `${view.rollout}-f` })),
    ];
    const view = homeView({
      views: busy,
      clusters: [silent],
      waitsForMe: (one) => one.gate !== null,
      mayStart: true,
      linkOf: () => link,
    });

    assertShowable(view);
    assert.ok(view.blocks.length < 100);
  });

  it("draws the start form and its empty form", () => {
    const view = startForm([progressing(), waitingForApproval({ name: "checkout" })], "C0DEPLOYS1");

    assertShowable(view);
    matchesGolden("form/start", view);
    assertShowable(startForm([], ""));
  });

  it("draws the actions of a message's rollout", () => {
    const view = actionsModal(waitingForApproval(), "C0DEPLOYS1");

    assertShowable(view);
    matchesGolden("form/actions", view);
  });

  it("stays within Slack's limits with the longest texts", () => {
    const view = worst();

    for (const message of [
      statusMessage(view, { link, health: silent }),
      listMessage(Array(300).fill(view), [silent]),
      whyMessage(view),
    ]) {
      assertPostable(message);
      assertShowable(answerModal(message));
    }
    assertShowable(startForm(many.concat(view), "C0DEPLOYS1"));
    assertShowable(actionsModal(view, ""));
    assertShowable(
      homeView({ views: [view], clusters: [], waitsForMe: () => true, mayStart: false, linkOf: () => link }),
    );
  });
});
