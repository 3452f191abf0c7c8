import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { spread } from "../../../src/controller/news.ts";
import { checksumOf } from "../../../src/rollout/hook.ts";
import type { News } from "../../../src/rollout/news.ts";
import { tell } from "../../../src/rollout/record.ts";
import type { RolloutEvent } from "../../../src/rollout/event.ts";
import { weight } from "../../../src/units.ts";
import { REF, revision, rollout, subject, T0 } from "../../support/subjects.ts";

const STARTED: RolloutEvent = { kind: "step-started", step: 1, of: 3, weight: weight(20), figures: [] };
const FAILED: RolloutEvent = { kind: "promotion-failed", detail: "no pod is ready", weight: weight(100) };

function spreadAll(...events: readonly RolloutEvent[]) {
  const before = tell(rollout({ revision: revision("6.1.0") }), T0, { kind: "initialized", label: "6.0.0" });
  const after = events.reduce((record, event) => tell(record, T0, event), before);
  const said: News[] = [];
  const written: string[] = [];
  const peer = { ...subject().peer, phase: "Progressing" };
  spread(
    {
      tell: (news) => void said.push(news),
      recorder: { record: (_, { type, reason }) => void written.push(`${type} ${reason}`) },
    },
    subject({ rollout: before }),
    subject({ rollout: after, peer }),
  );
  return { said, written, before };
}

describe("what a save added", () => {
  it("is told to everybody, in order, each event once, and nothing that was there before", () => {
    const { said, written } = spreadAll(STARTED, FAILED);

    assert.deepEqual(written, ["Normal StepStarted", "Warning PromotionFailed"]);
    assert.deepEqual(
      said.map(({ event, type }) => `${type} ${event.kind}`),
      ["Normal step-started", "Warning promotion-failed"],
    );
  });

  it("comes with words, phase, revision and a key that no other event has", () => {
    const { said, before } = spreadAll(STARTED, FAILED);

    const [first, second] = said;
    assert.equal(first?.message, "Step 1 of 3: 20 % of traffic to the canary.");
    assert.equal(first?.phase, "Progressing");
    assert.equal(first?.checksum, checksumOf(before.revision));
    assert.match(first?.checksum ?? "", /^[0-9a-f]{16}$/);
    assert.equal(first?.canary?.target.name, "podinfo");
    assert.deepEqual([first?.key, second?.key], [`${REF.uid}/2`, `${REF.uid}/3`]);
  });

  it("is nothing when nothing was added", () => {
    const { said, written } = spreadAll();

    assert.deepEqual([said, written], [[], []]);
  });
});
