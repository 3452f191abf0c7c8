import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { weight } from "../../../src/units.ts";
import { announcing, never, viewWith } from "./support/announcing.ts";
import { EVENTS } from "./support/events.ts";
import { at, failed, progressing, waitingForApproval } from "./support/views.ts";

const ROLLOUT = progressing().rollout;
const started = EVENTS["rollout-started"];
const step = EVENTS["step-started"];

describe("announcer", () => {
  it("posts a root message and a reply for each event, and reports them", async () => {
    const { slack, reports, bot } = announcing();

    await bot().announce(viewWith([started, step]), never);

    assert.deepEqual(slack.sequences(), [0, 1, 2]);
    const root = slack.root(ROLLOUT);
    assert.equal(root.channel, "C0DEPLOYS1");
    assert.deepEqual(
      slack.messages.slice(1).map((one) => one.threadTs),
      [root.ts, root.ts],
    );
    assert.deepEqual(
      reports.map(({ rollout, root: where, through }) => ({ rollout, where, through })),
      [{ rollout: ROLLOUT, where: { channel: root.channel, ts: root.ts }, through: 2 }],
    );
  });

  it("posts nothing twice when the worker sends what is said already", async () => {
    const { slack, bot } = announcing();
    const announcer = bot();

    await announcer.announce(viewWith([started]), never);
    await announcer.announce(viewWith([started, step]), never);
    await announcer.announce(viewWith([started, step]), never);

    assert.deepEqual(slack.sequences(), [0, 1, 2]);
  });

  it("redraws the root in place only when it looks different", async () => {
    const { slack, bot } = announcing();
    const announcer = bot();
    await announcer.announce(viewWith([started]), never);

    await announcer.announce(viewWith([], { madeAt: at(500) }), never);
    assert.equal(slack.root(ROLLOUT).edits, 0);

    await announcer.announce(viewWith([], { weight: weight(20) }), never);
    assert.equal(slack.root(ROLLOUT).edits, 1);
    assert.match(slack.root(ROLLOUT).message.text, /20 % of the traffic/);
  });

  it("broadcasts a rollback to the channel and tells who started it", async () => {
    const { slack, bot } = announcing();

    await bot().announce({ ...viewWith([EVENTS["rollback-started"]]), ...failedParts() }, never);

    const reply = slack.messages.find((one) => one.mark.sequence === 1);
    assert.equal(reply?.broadcast, true);
    assert.match(reply.message.text, /<@U0ANA00001>/);
  });

  it("runs jobs of one canary one after the other", async () => {
    const { slack, bot } = announcing();
    const announcer = bot();

    await Promise.all([
      announcer.announce(viewWith([started]), never),
      announcer.announce(viewWith([started, step]), never),
    ]);

    assert.deepEqual(slack.sequences(), [0, 1, 2]);
  });

  it("posts in the default channel when its own is closed to it, and says so in the card", async () => {
    const { slack, bot } = announcing();
    slack.closed.add("C0DEPLOYS1");

    await bot().announce(viewWith([started]), never);

    assert.equal(slack.root(ROLLOUT).channel, "C0GENERAL1");
    assert.match(JSON.stringify(slack.root(ROLLOUT).message.blocks), /belongs in <#C0DEPLOYS1>/);
  });

  it("finds a channel by name, and uses the default for one that does not exist", async () => {
    const { slack, bot } = announcing();

    await bot().announce(viewWith([started], { channel: "#random" }), never);
    await bot().announce(viewWith([started], { channel: "#nowhere", rollout: "b-1", uid: "b" }), never);

    assert.equal(slack.root(ROLLOUT).channel, "C0RANDOM01");
    assert.equal(slack.root("b-1").channel, "C0GENERAL1");
  });

  it("rejects when no channel can be posted in, so that it is tried again", async () => {
    const { slack, bot } = announcing();
    slack.closed.add("C0DEPLOYS1").add("C0GENERAL1");

    await assert.rejects(bot().announce(viewWith([started]), never), /invite the bot/);
  });

  it("announces nothing where no channel is configured at all", async () => {
    const { slack, reports, bot } = announcing({ defaultChannel: "" });

    await bot().announce(viewWith([started], { channel: "" }), never);

    assert.deepEqual([slack.messages.length, reports.length], [0, 0]);
  });

  it("moves to the default channel when its channel closes in mid-run", async () => {
    const { slack, bot } = announcing();
    const announcer = bot();
    await announcer.announce(viewWith([started]), never);
    slack.closed.add("C0DEPLOYS1");

    await announcer.announce(viewWith([started, step]), never);

    assert.deepEqual(
      slack.messages.map((one) => [one.channel, one.mark.sequence]),
      [
        ["C0DEPLOYS1", 0],
        ["C0DEPLOYS1", 1],
        ["C0GENERAL1", 0],
        ["C0GENERAL1", 2],
      ],
    );
  });

  it("posts another root when somebody deleted it", async () => {
    const { slack, bot } = announcing();
    const announcer = bot();
    await announcer.announce(viewWith([started]), never);
    slack.remove(slack.root(ROLLOUT).ts);

    await announcer.announce(viewWith([started, step]), never);

    assert.deepEqual(slack.sequences(), [0, 2]);
  });

  it("says the last words of an earlier rollout in its own thread, and closes its card", async () => {
    const { slack, reports, bot } = announcing();
    const announcer = bot();
    const earlier = viewWith([started], { rollout: "e-1" });
    await announcer.announce(earlier, never);
    const old = slack.root("e-1");
    const root = { rollout: "e-1", channel: old.channel, ts: old.ts };
    const unsaid = { sequence: 2, at: at(9), rollout: "e-1", event: EVENTS["rolled-back"] };

    const next = {
      ...viewWith([], { rollout: "e-2", announcedThrough: 1, earlierRoots: [root] }),
      events: [unsaid, { sequence: 3, at: at(10), rollout: "e-2", event: started }],
    };
    await announcer.announce(next, never);

    assert.deepEqual(slack.sequences("e-1"), [0, 1, 2]);
    assert.deepEqual(slack.sequences("e-2"), [0, 3]);
    assert.equal(slack.messages.find((one) => one.mark.sequence === 2)?.threadTs, old.ts);
    assert.match(slack.root("e-1").message.text, /this rollout is over/);
    assert.deepEqual(
      reports.map(({ rollout, through }) => [rollout, through]),
      [
        ["e-1", 1],
        ["e-1", 2],
        ["e-2", 3],
      ],
    );
  });

  it("says them in the present thread when the earlier rollout never got one", async () => {
    const { slack, bot } = announcing();
    const unsaid = { sequence: 1, at: at(9), rollout: "e-1", event: EVENTS["rolled-back"] };
    const view = {
      ...viewWith([], { rollout: "e-2" }),
      events: [unsaid, { sequence: 2, at: at(10), rollout: "e-2", event: started }],
    };

    await bot().announce(view, never);

    assert.deepEqual(
      slack.messages.map((one) => [one.mark.rollout, one.mark.sequence]),
      [
        ["e-2", 0],
        ["e-1", 1],
        ["e-2", 2],
      ],
    );
  });

  it("takes the buttons off a question once it is decided", async () => {
    const { slack, bot } = announcing();
    const announcer = bot();
    await announcer.announce({ ...viewWith([EVENTS["approval-wanted"]]), ...gateParts() }, never);
    const question = slack.messages.find((one) => one.mark.sequence === 1);
    assert.match(JSON.stringify(question?.message), /canary_approve/);

    await announcer.announce({ ...viewWith([EVENTS.approved], { announcedThrough: 1 }), ...gateParts() }, never);
    assert.equal(question?.edits, 0);
    await announcer.announce(viewWith([], { announcedThrough: 2, phase: "promoting" }), never);

    assert.doesNotMatch(JSON.stringify(question?.message), /canary_approve/);
    assert.match(JSON.stringify(question?.message), /Decided: it is now \*Promoting\*/);
    assert.equal(question?.edits, 1);
  });

  it("waits for a bot that holds the canary, and gives up so that it is tried again", async () => {
    const { slack, memory, bot } = announcing();
    const view = viewWith([started]);
    memory.taken.add(`${view.cluster}/${view.uid}`);
    const stopped = new AbortController();

    const waiting = bot().announce(view, stopped.signal);
    stopped.abort();

    await assert.rejects(waiting);
    assert.deepEqual(slack.sequences(), []);
  });

  it("draws approval buttons bound to rollout, gate and revision, with ids only", async () => {
    const { slack, bot } = announcing();

    await bot().announce({ ...viewWith([EVENTS["approval-wanted"]]), ...gateParts() }, never);

    const values = [...JSON.stringify(slack.messages).matchAll(/"value":"((?:[^"\\]|\\.)*)"/g)].map(([, value]) =>
      JSON.parse(JSON.parse(`"${value}"`)),
    );
    assert.ok(values.length >= 4);
    for (const value of values)
      assert.deepEqual(Object.keys(value), [
        "cluster",
        "namespace",
        "name",
        "uid",
        "rollout",
        "gate",
        "revision",
        "mark",
      ]);
  });
});

function failedParts() {
  const { phase, rollback } = failed();
  return { phase, rollback };
}

function gateParts() {
  const { phase, gate } = waitingForApproval();
  return { phase, gate };
}
