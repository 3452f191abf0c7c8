import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RolloutEvent } from "../../../../src/rollout/event.ts";
import type { CanaryView } from "../../../../src/rollout/view.ts";
import { buttonsFor } from "../../../../src/slack/buttons/table.ts";
import { earlierCard } from "../../../../src/slack/messages/earlier-card.ts";
import { eventReply } from "../../../../src/slack/messages/event-reply.ts";
import { refusalMessage } from "../../../../src/slack/messages/refusal.ts";
import { weight } from "../../../../src/units.ts";
import { sampleCommand } from "../../../contract/queue/samples.ts";
import { EVENTS } from "../support/events.ts";
import { abTest, blueGreen, STRATEGY_VIEWS } from "../support/strategy-views.ts";
import { failed, NOON, progressing, succeeded, waitingForApproval } from "../support/views.ts";

const audience = { approvers: () => ["<!subteam^S0APPROVER>"] };
const recorded = (event: RolloutEvent) => ({ sequence: 13, at: NOON, rollout: "0f5b1c2d-3", event });
const said = (event: RolloutEvent, view: CanaryView): string => eventReply(recorded(event), view, audience).text;
const labels = (view: CanaryView | undefined): readonly string[] =>
  buttonsFor(view ?? progressing()).map(({ text }) => text.text);

describe("what an event says in a run by iterations", () => {
  it("names whose requests an A/B test is about when it begins", () => {
    const event = { ...EVENTS["iteration-started"], iteration: 1 };

    assert.match(said(event, abTest()), /^Iteration \*1 of 10\*: \*all requests that match\* now go to the canary/);
  });

  it("says that users stay on primary when a blue/green run begins", () => {
    const event = { ...EVENTS["iteration-started"], iteration: 1 };

    assert.match(said(event, blueGreen()), /^Iteration \*1 of 10\*: users stay on primary/);
  });

  it("gives no share of the traffic where there is none", () => {
    const event = { ...EVENTS["checks-failed"], weight: weight(100) };

    assert.match(said(event, abTest()), /^Failed check 1 of 3 with all requests that match\./);
    assert.match(
      said({ ...event, weight: weight(0) }, blueGreen()),
      /^Failed check 1 of 3 with users still on primary\./,
    );
  });

  it("says who changes version in a rollback", () => {
    const event = EVENTS["rollback-started"];

    assert.match(said({ ...event, weight: weight(100) }, abTest()), /The requests that match go back to `6\.0\.0`/);
    assert.match(said({ ...event, weight: weight(0) }, blueGreen()), /`6\.0\.0` serves everybody, as before\./);
  });

  it("says how many requests are mirrored", () => {
    const event = { ...EVENTS["mirroring-started"], percent: weight(20) };

    assert.match(said(event, blueGreen()), /^Mirroring: \*20 %\* of the requests is now copied/);
  });
});

describe("what an event says of webhooks that hold a gate", () => {
  const wanted = { ...EVENTS["approval-wanted"], hooks: ["load-test"], until: null };

  it("names them beside the people, when both must agree", () => {
    const text = said(wanted, waitingForApproval());

    assert.match(text, /1 approval of promotion by group `release-approvers`, and webhook `load-test` to let it pass/);
    assert.match(text, /asked again at every check/);
  });

  it("names them before the people, when either is enough", () => {
    const text = said({ ...wanted, group: "", either: true }, waitingForApproval());

    assert.match(text, /waits for webhook `load-test` to let it pass, or 1 approval of promotion by anyone/);
  });

  it("notifies nobody when the manifest asks for that", () => {
    assert.doesNotMatch(said({ ...wanted, muted: true }, waitingForApproval()), /<!subteam/);
  });

  it("says that they opened it", () => {
    const event = { kind: "hook-passed", hook: "load-test, freeze", type: "confirm-promotion" } as const;

    assert.equal(said(event, waitingForApproval()), "Webhooks `load-test` and `freeze` let it pass: promotion.");
  });
});

describe("undo", () => {
  it("is offered after a promotion, when something whole is kept", () => {
    assert.ok(labels(succeeded()).includes("Undo 6.1.0…"));
    assert.ok(labels(STRATEGY_VIEWS["undoable-after-a-failed-promotion"]).includes("Undo 6.2.0-bad…"));
  });

  it("is not offered while a rollout runs, nor when nothing whole is kept", () => {
    const kept = [{ label: "6.0.0", missing: "" }];
    const without = [
      progressing({ kept }),
      failed({ kept }),
      succeeded({ kept: [] }),
      STRATEGY_VIEWS["undo-incomplete"],
    ];

    for (const view of without) assert.doesNotMatch(labels(view).join(), /Undo/);
  });

  it("is confirmed by what happens: from, to and the configs", () => {
    const [undo] = buttonsFor(STRATEGY_VIEWS["succeeded-with-configs"] ?? succeeded(), ["undo"]);

    const text = undo?.confirm?.text.text ?? "";

    assert.match(text, /from 6\.1\.0 to 6\.0\.0 at once, with the configs that it used then/);
    assert.match(text, /configmap\/app, secret\/db/);
    assert.ok([...text].length <= 300);
  });

  it("tells versions of the same name apart", () => {
    const [undo] = buttonsFor(succeeded({ kept: [{ label: "6.1.0", missing: "" }] }), ["undo"]);

    assert.match(undo?.confirm?.text.text ?? "", /from 6\.1\.0 to 6\.1\.0 as it was before/);
    assert.match(
      said({ ...EVENTS["undo-started"], to: "6.1.0" }, succeeded()),
      /to `6\.1\.0` as it was before at once/,
    );
  });

  it("is a rollback while the promotion is under way", () => {
    const view = STRATEGY_VIEWS["blue-green-promoting"];

    assert.ok(labels(view).includes("Roll back…"));
    assert.ok(!labels(view && { ...view, kept: [] }).includes("Roll back…"));
  });

  it("is refused with the name of what is missing", () => {
    const command = sampleCommand({ verb: "undo", image: "" });
    const facts = { label: "6.0.0", missing: "secret/db-1a2b3c" };

    const { text } = refusalMessage(command, { reason: "undo-incomplete", facts }, null);

    assert.match(text, /the copy of `6\.0\.0` lacks Secret `db-1a2b3c`.*`\/canary start podinfo 6\.0\.0`/);
  });

  it("is named after a failed promotion as a way back", () => {
    const view = failed({ kept: [{ label: "6.0.0", missing: "" }] });

    assert.match(said(EVENTS["promotion-failed"], view), /or put it back to `6\.0\.0` with `\/canary undo podinfo`/);
  });
});

describe("controls", () => {
  it("are only the way back while the manifest suspends the canary", () => {
    assert.deepEqual(labels(STRATEGY_VIEWS["suspended"]), ["Roll back…", "Why?"]);
  });

  it("ask for no approval that is not missing", () => {
    const approval = {
      gate: "confirm-promotion",
      user: "U0LEE00001",
      name: "lee",
      roles: [],
      at: NOON,
      command: "c-1",
    };
    const view = waitingForApproval();
    const have = [{ ...approval, gate: "confirm-promotion" as const, revision: view.revision.hash }];
    const held = { ...view, gate: view.gate && { ...view.gate, have, hooks: ["load-test"] } };

    assert.deepEqual(labels(held), ["Pause", "Roll back…", "Why?"]);
  });
});

describe("the last word of an earlier rollout", () => {
  it("mentions nobody, whoever asked for it", () => {
    const card = earlierCard(failed({ rollout: "0f5b1c2d-4" }), recorded(EVENTS["undone"]));

    assert.doesNotMatch(JSON.stringify(card), /<@|<!subteam/);
  });
});
