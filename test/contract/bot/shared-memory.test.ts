import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "../../../src/playground/services/log.ts";
import { startRedis, type PrivateRedis } from "../../../src/playground/services/redis.ts";
import type { Receipt } from "../../../src/queue/jobs.ts";
import { createReceiptBoard } from "../../../src/queue/receipts.ts";
import { createNoteKeeper } from "../../../src/queue/thread-notes.ts";
import { timestamp } from "../../../src/units.ts";
import { eventually } from "../../support/eventually.ts";
import { memoryLog } from "../../unit/slack/support/log.ts";

const receipt = (via: string): Receipt => ({
  command: {
    id: "c-12345678",
    verb: "pause",
    cluster: "prod-eu",
    namespace: "demo",
    name: "podinfo",
    uid: "",
    rollout: "",
    gate: null,
    revision: null,
    image: "",
    reason: "",
    actor: { kind: "slack", user: "U0ANA00001", name: "ana" },
    roles: [],
    channel: "C0DEPLOYS1",
    via,
    issuedAt: timestamp(1),
    expiresAt: timestamp(2),
  },
  outcome: { kind: "accepted", rollout: "r-1", label: "" },
});

describe("what bots share in Redis", () => {
  let directory = "";
  let redis: PrivateRedis;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "coalmine-shared-"));
    redis = await startRedis({ directory, log: silentLog });
  });
  after(async () => {
    await redis.stop();
    await rm(directory, { recursive: true, force: true });
  });
  const { log } = memoryLog();
  const keepers = () =>
    [createNoteKeeper({ redisUrl: redis.url, log }), createNoteKeeper({ redisUrl: redis.url, log })] as const;

  it("lets one process hold a name, and the next one when it lets go", async () => {
    const [a, b] = keepers();
    try {
      const held = await a.hold("x");
      assert.ok(held);
      assert.equal(await b.hold("x"), null);
      await held.write("note", "one");
      await held.release();

      const next = await b.hold("x");
      assert.equal(await next?.read("note"), "one");
      assert.equal(await held.keep(), false);
      await assert.rejects(held.write("note", "two"), /another process has taken over/);
      assert.equal(await next?.read("note"), "one");
      await held.release();
      assert.equal(await next?.keep(), true);
    } finally {
      await Promise.all([a.close(), b.close()]);
    }
  });

  it("stops a holder whose Redis was emptied, and tells the next one that it was", async () => {
    const [a, b] = keepers();
    try {
      const held = await a.hold("y");
      await redis.flushAll();

      const next = await b.hold("y");
      assert.equal(next?.emptied, true);
      await assert.rejects(held?.write("note", "late") ?? Promise.resolve(), /taken over/);
      assert.equal(await next.read("note"), null);
    } finally {
      await Promise.all([a.close(), b.close()]);
    }
  });

  it("passes a receipt to the bot that keeps the command, and says when that bot is gone", async () => {
    const [a, b] = [createReceiptBoard({ redisUrl: redis.url, log }), createReceiptBoard({ redisUrl: redis.url, log })];
    const heard: Receipt[] = [];
    try {
      await a.listen("bot-a", async (one) => void heard.push(one));

      await eventually(async () => assert.equal(await b.pass(receipt("bot-a")), true));
      await eventually(() => assert.deepEqual(heard.at(-1), receipt("bot-a")));
      assert.equal(await b.pass(receipt("bot-z")), false);
    } finally {
      await Promise.all([a.close(), b.close()]);
    }
  });

  it("gives a claim to one, and remembers what was told", async () => {
    const [a, b] = [createReceiptBoard({ redisUrl: redis.url, log }), createReceiptBoard({ redisUrl: redis.url, log })];
    try {
      assert.deepEqual((await Promise.all([a.claim("c", 5_000), b.claim("c", 5_000)])).sort(), [false, true]);
      await a.release("c");
      assert.equal(await b.claim("c", 5_000), true);
      assert.equal(await a.wasTold("c-1"), false);
      await a.noteTold("c-1");
      assert.equal(await b.wasTold("c-1"), true);
    } finally {
      await Promise.all([a.close(), b.close()]);
    }
  });
});
