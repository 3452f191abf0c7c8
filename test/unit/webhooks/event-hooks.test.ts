import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Hook, HookCall } from "../../../src/rollout/hook.ts";
import type { News } from "../../../src/rollout/news.ts";
import { seconds } from "../../../src/units.ts";
import { createEventHooks, type EventHooksOptions } from "../../../src/webhooks/event-hooks.ts";
import type { HookCaller } from "../../../src/webhooks/hook-caller.ts";
import { canary, T0 } from "../../support/subjects.ts";
import { news } from "../alerts/samples.ts";
import { recordingLog } from "../kubernetes/scripted-server.ts";

const hook = (parts: Partial<Hook> = {}): Hook => ({
  name: "audit",
  type: "event",
  url: "http://audit.test/",
  timeout: seconds(10),
  retries: 0,
  insecure: false,
  muteAlert: false,
  metadata: {},
  ...parts,
});

const told = (hooks: readonly Hook[], parts: Partial<News> = {}): News => ({
  ...news({ kind: "suspended" }),
  canary: canary({ analysis: { hooks } }),
  type: "Warning",
  message: "The manifest suspends the canary.",
  ...parts,
});

function stage(overrides: Partial<EventHooksOptions> = {}) {
  const calls: { readonly by: string; readonly call: HookCall }[] = [];
  const log = recordingLog();
  let dropped = 0;
  const callerOf = (by: string): HookCaller => ({
    call: async (call) => {
      calls.push({ by, call });
      return { hook: call.hook.name, type: call.hook.type, ok: true, problem: "" };
    },
  });
  const events = createEventHooks({
    caller: callerOf("manifest"),
    trusted: callerOf("operator"),
    globalUrl: "",
    onDropped: () => (dropped += 1),
    log,
    ...overrides,
  });
  return { events, calls, log, dropped: () => dropped };
}

describe("event webhooks", () => {
  it("are told what happened beside what the manifest says, which cannot replace it", async () => {
    const { events, calls } = stage();

    events.tell(told([hook({ metadata: { team: "shop", eventType: "Normal", timestamp: "never" } })]));
    await events.drained(1_000);

    const { call } = calls[0] ?? assert.fail("nobody was called");
    assert.deepEqual(call.hook.metadata, {
      team: "shop",
      eventMessage: "The manifest suspends the canary.",
      eventType: "Warning",
      timestamp: String(T0),
    });
    assert.deepEqual(
      [call.canary, call.namespace, call.phase, call.checksum],
      ["podinfo", "demo", "Progressing", "0123456789abcdef"],
    );
  });

  it("have a key of their own for each event and receiver", async () => {
    const { events, calls } = stage();

    events.tell(told([hook(), hook({ name: "second" })]));
    events.tell(told([hook()], { key: "uid/8" }));
    await events.drained(1_000);

    assert.equal(new Set(calls.map(({ call }) => call.key)).size, 3);
  });

  it("are only those of type event", async () => {
    const { events, calls } = stage();

    events.tell(told([hook({ type: "rollout" }), hook({ type: "confirm-promotion", name: "gate" })]));
    await events.drained(1_000);

    assert.deepEqual(calls, []);
  });

  it("are the operator's own where a canary has none, and only there", async () => {
    const { events, calls } = stage({ globalUrl: "http://events.test/" });

    events.tell(told([hook()]));
    events.tell(told([hook({ type: "rollout" })]));
    events.tell(told([], { canary: null }));
    await events.drained(1_000);

    assert.deepEqual(
      calls.map(({ by, call }) => `${by} ${call.hook.url}`),
      ["manifest http://audit.test/", "operator http://events.test/", "operator http://events.test/"],
    );
  });

  it("are tried again some times even where the manifest asks for none", async () => {
    const { events, calls } = stage();

    events.tell(told([hook(), hook({ name: "persistent", retries: 9 })]));
    await events.drained(1_000);

    assert.deepEqual(
      calls.map(({ call }) => call.hook.retries),
      [3, 9],
    );
  });

  it("of one canary are told in order, and a receiver that hangs holds up no other", async () => {
    const answered = Promise.withResolvers<void>();
    const seen: string[] = [];
    const { events, dropped } = stage({
      caller: {
        call: async ({ hook: { name }, key }, signal) => {
          seen.push(`${name} ${key}`);
          if (name === "hangs") {
            await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
          }
          if (key.includes("last")) answered.resolve();
          return { hook: name, type: "event", ok: true, problem: "" };
        },
      },
    });

    for (const key of ["first", "second", "last"]) events.tell(told([hook(), hook({ name: "hangs" })], { key }));
    await answered.promise;
    for (let count = 0; count < 100; count += 1) events.tell(told([hook({ name: "hangs" })]));

    assert.deepEqual(
      seen.filter((one) => one.startsWith("audit")),
      ["audit first/audit", "audit second/audit", "audit last/audit"],
    );
    assert.equal(seen.filter((one) => one.startsWith("hangs")).length, 1);
    assert.equal(dropped(), 52, "one runs and fifty wait");
    events.stop();
    await events.drained(1_000);
  });

  it("that fail are logged by name and reason, without their address", async () => {
    const { events, log } = stage({
      caller: { call: async () => ({ hook: "audit", type: "event", ok: false, problem: "HTTP 500" }) },
    });

    events.tell(told([hook({ url: "http://audit.test/?token=s3cret" })]));
    await events.drained(1_000);

    const written = JSON.stringify(log.lines);
    assert.match(written, /demo\/podinfo.*audit.*HTTP 500/);
    assert.doesNotMatch(written, /s3cret/);
  });
});
