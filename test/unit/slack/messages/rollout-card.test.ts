import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rolloutCard } from "../../../../src/slack/messages/rollout-card.ts";
import { PHASES } from "../../../../src/rollout/rollout.ts";
import { assertPostable } from "../support/check-message.ts";
import { matchesGolden } from "../support/golden.ts";
import { VIEWS, worst } from "../support/every-view.ts";
import { progressing } from "../support/views.ts";

describe("rollout card", () => {
  for (const [name, view] of Object.entries(VIEWS))
    it(`draws ${name} as its golden shows`, () => {
      const card = rolloutCard(view);

      assertPostable(card);
      matchesGolden(`rollout-card/${name}`, card);
    });

  it("has a golden for every phase", () => {
    const drawn = new Set(Object.values(VIEWS).map((view) => view.phase));

    assert.deepEqual([...drawn].sort(), [...PHASES].sort());
  });

  it("stays within Slack's limits with the longest and most hostile texts", () => {
    const card = rolloutCard(worst(), { misplacedFrom: "C0DEPLOYS1" });

    assertPostable(card);
  });

  it("cannot be made to notify a channel by words from outside", () => {
    const card = rolloutCard(worst());

    assert.doesNotMatch(JSON.stringify(card), /<!(?:channel|here|everyone)|<@|<!subteam/);
  });

  it("says where it belongs when it stands elsewhere", () => {
    const card = rolloutCard(progressing(), { misplacedFrom: "C0RANDOM01" });

    assert.match(JSON.stringify(card.blocks), /belongs in <#C0RANDOM01>/);
  });
});
