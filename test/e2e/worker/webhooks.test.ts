import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startFake, type FakeReceiver } from "../../contract/alerts/fake-receivers.ts";
import { say, startReceiver, type Answering, type Receiver } from "../../contract/webhooks/receiver.ts";
import { eventually } from "../../support/eventually.ts";
import { WorkerStage } from "./worker-stage.ts";

const PODINFO = { namespace: "demo", name: "podinfo" };

interface Payload {
  readonly name: string;
  readonly namespace: string;
  readonly phase: string;
  readonly checksum: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

describe("a worker whose canary has webhooks and alerts", () => {
  const stage = new WorkerStage();
  let receiver: Receiver;
  let slack: FakeReceiver;
  let answers: Readonly<Record<string, Answering>> = {};
  before(async () => {
    receiver = await startReceiver((response, request) => (answers[request.path] ?? say(200))(response, request));
    slack = await startFake("slack");
    await stage.start({ spec: withHooks });
    await stage.kubernetes.apply([secret(slack.url), PROVIDER] as never);
    await stage.untilPhase("initialized");
  });
  after(async () => {
    await stage.stop();
    await receiver.stop();
    await slack.stop();
  });

  function withHooks(spec: Record<string, unknown>): void {
    const { targetRef, analysis } = spec as { targetRef: { name: string }; analysis: Record<string, unknown> };
    if (targetRef.name !== "podinfo") return;
    delete (spec["rollout"] as Record<string, unknown> | undefined)?.["approvals"];
    analysis["webhooks"] = [
      { name: "pre", type: "pre-rollout", url: `${receiver.url}/pre` },
      { name: "load", url: `${receiver.url}/load`, retries: 1, metadata: { cmd: "hey" } },
      { name: "gate", type: "confirm-promotion", url: `${stage.loadTester.url}/gate/check` },
      { name: "rollback", type: "rollback", url: `${stage.loadTester.url}/rollback/check` },
      { name: "post", type: "post-rollout", url: `${receiver.url}/post` },
      { name: "events", type: "event", url: `${receiver.url}/events` },
    ];
    analysis["alerts"] = [{ name: "ops", severity: "warn", providerRef: { name: "ops" } }];
  }

  const calls = (path: string) => receiver.received.filter((one) => one.path === path);
  const payloads = (path: string) => calls(path).map(({ body }) => JSON.parse(body) as Payload);
  const told = () =>
    payloads("/events").map(({ metadata }) => `${metadata?.["eventType"]} ${metadata?.["eventMessage"]}`);

  it("calls them on the way, waits at the gate, alerts once, and goes on when the gate is opened", async () => {
    await stage.send(stage.command({ verb: "start", image: "6.1.0" }));
    await stage.untilPhase("waiting-promotion");
    await eventually(() => assert.match(slack.shown.join(), /confirm-promotion waits/));
    const before = (await stage.rollout()).pass;
    await eventually(async () => assert.ok((await stage.rollout()).pass > before + 1), { timeoutMs: 30_000 });

    stage.loadTester.gates.set("gate", PODINFO, true);
    const done = await stage.untilPhase("succeeded");
    stage.loadTester.gates.set("gate", PODINFO, false);

    assert.equal(done.promoted?.label, "6.1.0");
    assert.equal(calls("/pre").length, 1, "once it has passed it is not called again");
    assert.ok(calls("/load").length >= 2);
    for (const { name, namespace, checksum, metadata } of payloads("/load")) {
      assert.deepEqual([name, namespace, metadata], ["podinfo", "demo", { cmd: "hey" }]);
      assert.equal(checksum, done.revision.hash.replace("v1-", ""));
    }
    await eventually(() => assert.equal(payloads("/post")[0]?.phase, "Succeeded"));
    assert.equal(slack.shown.length, 1, slack.shown.join("\n"));
  });

  it("gives every call a key that no other call has", () => {
    const keys = receiver.received.map(({ headers }) => headers["idempotency-key"]);

    assert.ok(keys.length > 5);
    assert.equal(new Set(keys).size, keys.length);
  });

  it("tells every event to whoever asked, in order", async () => {
    const { events } = await stage.rollout();

    await eventually(() => assert.match(told().at(-1) ?? "", /was promoted|post-rollout/));
    assert.ok(events.length > 5);
    const order = [/started the rollout/, /Step 1 of 3/, /Warning confirm-promotion waits/, /was promoted/];
    const places = order.map((words) => told().findIndex((one) => words.test(one)));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
      told().join("\n"),
    );
    assert.ok(!places.includes(-1), told().join("\n"));
  });

  it("takes a rollout back when a webhook fails so often, and quotes it to everybody", async () => {
    answers = { "/load": say(403, "the tests are red") };
    await stage.send(stage.command({ verb: "start", image: "6.1.1" }));

    const failed = await stage.untilPhase("failed");

    assert.equal(failed.rollback?.cause, "failed-checks");
    assert.match(failed.rollback?.detail ?? "", /HTTP 403: the tests are red/);
    await eventually(() => assert.match(slack.shown.at(-1) ?? "", /Rolling back .*the tests are red/));
    await eventually(() => assert.equal(payloads("/post").at(-1)?.phase, "Failed"));
    answers = {};
  });

  it("takes a rollout back when a webhook asks for it", async () => {
    await stage.send(stage.command({ verb: "start", image: "6.1.2" }));
    await stage.untilPhase("progressing");

    stage.loadTester.gates.set("rollback", PODINFO, true);
    const failed = await stage.untilPhase("failed");
    stage.loadTester.gates.set("rollback", PODINFO, false);

    assert.equal(failed.rollback?.cause, "hook-asked");
  });

  it("lets a person's rollback go ahead of a webhook that hangs", async () => {
    answers = { "/pre": () => {} };
    receiver.received.length = 0;
    await stage.send(stage.command({ verb: "start", image: "6.1.1" }));
    await eventually(() => assert.equal(calls("/pre").length, 1), { timeoutMs: 30_000 });
    const rollback = stage.command({ verb: "rollback" });

    await stage.send(rollback);

    await eventually(() => assert.deepEqual(stage.outcomesOf(rollback), ["accepted"]), { timeoutMs: 5_000 });
    assert.equal((await stage.untilPhase("failed")).rollback?.cause, "asked");
    answers = {};
  });

  it("counts what it called and told", async () => {
    const text = await (await fetch(`${stage.workers[0]?.healthUrl}/metrics`)).text();

    assert.match(text, /coalmine_webhook_calls_total\{type="rollout",outcome="failed"\} \d/);
    assert.match(text, /coalmine_webhook_calls_total\{type="event",outcome="ok"\} \d/);
    assert.match(text, /coalmine_webhook_calls_total\{type="pre-rollout",outcome="interrupted"\} \d/);
    assert.match(text, /coalmine_alerts_total\{provider="slack",outcome="sent"\} \d/);
  });

  it("writes neither the Secret nor the address that it holds into its log", async () => {
    const log = JSON.stringify(await Promise.all(stage.workers.map((worker) => stage.logOf(worker))));

    assert.doesNotMatch(log, /services\/T0/);
  });
});

const PROVIDER = {
  apiVersion: "flagger.app/v1beta1",
  kind: "AlertProvider",
  metadata: { name: "ops", namespace: "demo" },
  spec: { type: "slack", channel: "ops", username: "canaries", secretRef: { name: "ops-hook" } },
};

const secret = (address: string) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "ops-hook", namespace: "demo" },
  data: { address: Buffer.from(`${address}\n`).toString("base64") },
});
