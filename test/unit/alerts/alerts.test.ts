import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createAlerts, type AlertsOptions } from "../../../src/alerts/alerts.ts";
import { readProvider, type ReadProvider } from "../../../src/alerts/read-provider.ts";
import type { Delivery } from "../../../src/outbound/outbound.ts";
import type { AlertRule } from "../../../src/rollout/canary.ts";
import type { RolloutEvent } from "../../../src/rollout/event.ts";
import { weight } from "../../../src/units.ts";
import { recordingLog } from "../kubernetes/scripted-server.ts";
import { news } from "./samples.ts";

const INFO: RolloutEvent = { kind: "initialized", label: "6.0.0" };
const WARN: RolloutEvent = { kind: "approval-overdue", gate: "confirm-promotion" };
const ERROR: RolloutEvent = { kind: "promotion-failed", detail: "", weight: weight(100) };

const provider = (spec: object): ReadProvider => readProvider({ spec });
const bySecret = provider({ type: "slack", channel: "ops", secretRef: { name: "hook" } });
const rule = (severity: AlertRule["severity"], name = "ops"): AlertRule => ({
  name: "a",
  severity,
  provider: { namespace: "demo", name },
});

function stage(
  overrides: Partial<AlertsOptions> = {},
  providers: Readonly<Record<string, ReadProvider>> = { ops: bySecret },
) {
  const delivered: Delivery[] = [];
  const outcomes: string[] = [];
  const log = recordingLog();
  const alerts = createAlerts({
    providers: {
      get: (namespace, name) => (namespace === "demo" ? (providers[name] ?? null) : null),
      synced: Promise.resolve(),
      isSynced: () => true,
    },
    readCredentials: async ({ name }) => ({ address: `http://slack.test/${name}`, token: "xoxb-secret" }),
    outbound: {
      deliver: async (delivery) => {
        delivered.push(delivery);
        return { ok: true, problem: "", attempts: 1 };
      },
      close: async () => {},
    },
    userAgent: "coalmine/test",
    onAlert: ({ type, outcome }) => outcomes.push(`${type} ${outcome}`),
    log,
    ...overrides,
  });
  return { alerts, delivered, outcomes, log };
}

describe("alerts", () => {
  it("go to those who asked for something at least so grave", async () => {
    const severities = ["info", "warn", "error"] as const;
    const { alerts, delivered } = stage({}, { info: bySecret, warn: bySecret, error: bySecret });
    const rules = severities.map((severity) => rule(severity, severity));

    const counts: number[] = [];
    for (const event of [INFO, WARN, ERROR]) {
      alerts.tell(news(event, rules));
      await alerts.drained(1_000);
      counts.push(delivered.splice(0).length);
    }

    assert.deepEqual(counts, [1, 2, 3]);
  });

  it("go once to a provider that several entries name", async () => {
    const { alerts, delivered } = stage();

    alerts.tell(news(ERROR, [rule("info"), rule("error")]));
    await alerts.drained(1_000);

    assert.equal(delivered.length, 1);
  });

  it("go nowhere for what is no alert and for canaries that have none", async () => {
    const { alerts, delivered } = stage();

    alerts.tell(news({ kind: "suspended" }, [rule("info")]));
    alerts.tell(news(ERROR));
    alerts.tell({ ...news(ERROR), canary: null });
    await alerts.drained(1_000);

    assert.deepEqual(delivered, []);
  });

  it("use what the Secret holds when they are sent, and say it to nobody", async () => {
    const { alerts, delivered, log } = stage({
      outbound: {
        deliver: async (delivery) => {
          delivered.push(delivery);
          return { ok: false, problem: "no such hook http://slack.test/hook for xoxb-secret", attempts: 6 };
        },
        close: async () => {},
      },
    });

    alerts.tell(news(ERROR, [rule("info")]));
    await alerts.drained(1_000);

    assert.equal(delivered[0]?.url, "http://slack.test/hook");
    assert.equal(delivered[0]?.headers["authorization"], "Bearer xoxb-secret");
    const written = JSON.stringify(log.lines);
    assert.match(written, /no such hook \[hidden\] for \[hidden\]/);
    assert.doesNotMatch(written, /xoxb-secret|slack\.test/);
  });

  it("that cannot be sent are logged and counted, with the reason", async () => {
    const { alerts, outcomes, log } = stage(
      { readCredentials: () => Promise.reject(new Error('the Secret hook has no key "address"')) },
      { ops: bySecret, odd: provider({ type: "pager", address: "http://x.test" }) },
    );

    alerts.tell(news(ERROR, [rule("info"), rule("info", "gone"), rule("info", "odd")]));
    await alerts.drained(1_000);

    assert.deepEqual(outcomes.sort(), ["slack failed", "unknown no-provider", "unknown no-provider"]);
    const written = JSON.stringify(log.lines);
    for (const reason of [/no key/, /does not exist/, /cannot be used: spec\.type/]) assert.match(written, reason);
  });

  it("wait for the first list of providers", async () => {
    const { promise: synced, resolve } = Promise.withResolvers<void>();
    let listed = false;
    const { alerts, delivered } = stage({
      providers: { get: () => (listed ? bySecret : null), synced, isSynced: () => listed },
    });

    alerts.tell(news(ERROR, [rule("info")]));
    await new Promise(setImmediate);
    assert.equal(delivered.length, 0);
    listed = true;
    resolve();
    await alerts.drained(1_000);

    assert.equal(delivered.length, 1);
  });

  it("never keep a pass waiting: a provider that hangs holds up no other", async () => {
    const sent = Promise.withResolvers<void>();
    const { alerts, outcomes } = stage(
      {
        outbound: {
          deliver: async ({ body }, signal) => {
            if (body.includes('"hangs"')) {
              await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
            }
            sent.resolve();
            return { ok: true, problem: "", attempts: 1 };
          },
          close: async () => {},
        },
      },
      {
        hangs: provider({ type: "slack", channel: "hangs", address: "http://x.test" }),
        works: provider({ type: "slack", channel: "works", address: "http://x.test" }),
      },
    );

    for (let count = 0; count < 300; count += 1) alerts.tell(news(ERROR, [rule("info", "hangs")]));
    alerts.tell(news(ERROR, [rule("info", "works")]));

    await sent.promise;
    alerts.stop();
    await alerts.drained(1_000);
    assert.equal(outcomes.filter((outcome) => outcome === "unknown dropped").length, 300 - 1 - 100);
  });
});

describe("an AlertProvider", () => {
  it("has the defaults of the Canary API", () => {
    const { provider: read } = provider({ type: "slack", address: "http://x.test", channel: null });

    assert.deepEqual(read, {
      type: "slack",
      channel: "general",
      username: "coalmine",
      address: "http://x.test",
      secret: "",
      proxy: "",
    });
  });

  it("that cannot be used says which field is to blame", () => {
    const problemOf = (object: unknown) => readProvider(object).problem;

    assert.match(problemOf({ spec: { address: "http://x.test" } }), /^spec\.type/);
    assert.match(problemOf({ spec: { type: "slack" } }), /neither address nor secretRef/);
    assert.match(problemOf({ spec: { type: "slack", secretRef: { name: "../../nodes" } } }), /^spec\.secretRef\.name/);
    assert.match(problemOf({}), /^spec/);
    assert.notEqual(problemOf(null), "");
  });
});
