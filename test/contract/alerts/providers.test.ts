import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { createAlerts } from "../../../src/alerts/alerts.ts";
import { readProvider } from "../../../src/alerts/read-provider.ts";
import { PROVIDER_TYPES } from "../../../src/alerts/registry.ts";
import { createOutbound } from "../../../src/outbound/outbound.ts";
import { CLUSTER_ACTOR } from "../../../src/rollout/record.ts";
import { weight } from "../../../src/units.ts";
import { news } from "../../unit/alerts/samples.ts";
import { recordingLog } from "../../unit/kubernetes/scripted-server.ts";
import { LOOPBACK, say } from "../webhooks/receiver.ts";
import { startFake, type FakeReceiver } from "./fake-receivers.ts";

const STARTED = {
  kind: "rollout-started",
  label: "6.1.0",
  from: "6.0.0",
  by: CLUSTER_ACTOR,
  attempt: 1,
} as const;
const FAILED = { kind: "promotion-failed", detail: "", weight: weight(100) } as const;
const HOSTILE = 'said <!channel> & <https://evil.test|log in> @here @everyone <b>x</b> "q" _*~`';

for (const type of PROVIDER_TYPES) {
  describe(`the alert provider ${type}`, () => {
    let fake: FakeReceiver;
    let pauses: number[] = [];
    before(async () => {
      fake = await startFake(type);
    });
    after(() => fake.stop());
    beforeEach(() => {
      fake.shown.length = 0;
      fake.faults.length = 0;
      pauses = [];
    });

    /** Raises one alert and answers how it ended. */
    async function raise(event: Parameters<typeof news>[0], message: string, token = "") {
      const outbound = createOutbound({ policy: LOOPBACK, pause: async (length) => void pauses.push(length) });
      const outcomes: string[] = [];
      const log = recordingLog();
      const alerts = createAlerts({
        providers: {
          get: () =>
            readProvider({ spec: { type, channel: "ops", username: "canaries", secretRef: { name: "hook" } } }),
          synced: Promise.resolve(),
          isSynced: () => true,
        },
        readCredentials: async () => ({ address: fake.url, token }),
        outbound,
        userAgent: "coalmine/test",
        onAlert: ({ outcome }) => outcomes.push(outcome),
        log,
      });
      alerts.tell(
        news(event, [{ name: "a", severity: "info", provider: { namespace: "demo", name: "ops" } }], message),
      );
      await alerts.drained(10_000);
      await outbound.close();
      return { outcomes, written: JSON.stringify(log.lines) };
    }

    it("shows title, text and all facts", async () => {
      const { outcomes, written } = await raise(STARTED, "The rollout of 6.1.0 began.");

      assert.deepEqual(outcomes, ["sent"], written);
      assert.deepEqual(fake.shown, [
        "podinfo.demo | The rollout of 6.1.0 began. | Cluster | test | Target | Deployment/podinfo.demo | " +
          "Failed checks threshold | 2 | Progress deadline | 600s | Traffic routing | Weight steps: 20%, 40%, 60%",
      ]);
    });

    it("makes an error look like one", async () => {
      await raise(STARTED, "It began.");
      await raise(FAILED, "It failed.");

      const [calm, alarming] = fake.received.slice(-2).map(({ body }) => body);
      assert.notEqual(calm?.replace("It began.", ""), alarming?.replace("It failed.", ""));
      assert.match(alarming ?? "", /danger|FF0000|error/);
    });

    it("shows words of strangers as words: no link, no mention, no markup", async () => {
      const { outcomes, written } = await raise(FAILED, HOSTILE);

      assert.deepEqual(outcomes, ["sent"], written);
      assert.equal(fake.shown[0]?.replaceAll("\u200b", ""), `podinfo.demo | ${HOSTILE} | Cluster | test`);
    });

    it("is tried again when the receiver is busy or broken, and waits as long as it asks", async () => {
      fake.faults.push(say(429, "", { "retry-after": "3" }), say(500, "oops"), (response) => response.destroy());

      const { outcomes } = await raise(FAILED, "It failed.");

      assert.deepEqual(outcomes, ["sent"]);
      assert.deepEqual(pauses, [3_000, 2_000, 4_000]);
      assert.equal(fake.shown.length, 1);
    });

    it("is given up when the receiver refuses it, and says why without the address", async () => {
      fake.faults.push(say(404, `no_service ${fake.url}`));

      const { outcomes, written } = await raise(FAILED, "It failed.");

      assert.deepEqual([outcomes, pauses], [["failed"], []]);
      assert.match(written, /HTTP 404: no_service \[hidden\]/);
      assert.doesNotMatch(written, /secret/);
    });

    it("is given up in the end", async () => {
      fake.faults.push(...Array.from({ length: 6 }, () => say(503)));

      assert.deepEqual((await raise(FAILED, "It failed.")).outcomes, ["failed"]);
      assert.equal(pauses.length, 5);
    });
  });
}
