import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ConflictError, NotFoundError, SchemaError } from "../../../src/errors.ts";
import type { Subject } from "../../../src/rollout/subject.ts";
import { eventually } from "../../support/eventually.ts";
import { HARNESSES, type Harness } from "./harness.ts";
import { canaryObject, fullRecord, KEY, NOW, statusOf } from "./samples.ts";

for (const [name, start] of Object.entries(HARNESSES)) {
  describe(`a canary store in ${name}`, () => {
    let harness: Harness;
    beforeEach(async () => {
      harness = await start();
    });
    afterEach(() => harness.stop());

    const present = (): Promise<Subject> =>
      eventually(() => {
        const subject = harness.store.get(KEY);
        assert.ok(subject);
        return subject;
      });
    const applied = async (spec: object = {}): Promise<Subject> => {
      await harness.apply(canaryObject(spec));
      return present();
    };

    it("answers a canary that nobody has looked at without a record", async () => {
      const subject = await applied();

      assert.equal(subject.rollout, null);
      assert.equal(subject.problem, null);
      assert.equal(subject.canary?.target.name, "shop");
      const affinity = { cookie: "", primaryCookie: "", previousCookie: "" };
      assert.deepEqual(subject.peer, {
        phase: "",
        lastAppliedSpec: "",
        lastPromotedSpec: "",
        affinity,
        conditions: [],
      });
      assert.equal(subject.deleting, false);
      assert.equal(harness.store.list().length, 1);
    });

    it("refuses the later of two canaries on one target, until the other is gone", async () => {
      const second = { namespace: KEY.namespace, name: "shop-again" };
      const inTheWay = () => harness.store.get(second)?.problem ?? null;
      await applied();
      const spec = { service: { port: 80, name: "other" } };
      await harness.apply({ ...canaryObject(spec), metadata: { ...second } });

      const problem = await eventually(() => inTheWay() ?? assert.fail("not refused"));

      assert.equal(problem.path, "spec.targetRef.name");
      assert.match(problem.problem, /Deployment shop, which the older canary shop works on/);
      const refused = harness.store.get(second);
      assert.equal(refused?.canary, null);
      assert.equal(refused.retreat?.ref.name, "shop-again");
      assert.equal((await present()).problem, null);
      await harness.remove(KEY);
      await eventually(() => assert.equal(inTheWay(), null));
      assert.equal(harness.store.get(second)?.canary?.target.name, "shop");
    });

    it("answers null for a canary that does not exist", () => {
      assert.equal(harness.store.get(KEY), null);
    });

    it("gives back the whole record, and the fields that others read", async () => {
      const subject = await applied();
      const status = statusOf(subject, fullRecord());

      const saved = await harness.store.save(subject, status);

      assert.deepEqual(saved.rollout, status.rollout);
      assert.equal(saved.peer.phase, "Progressing");
      assert.equal(saved.peer.lastAppliedSpec, "v1-0123456789abcdef");
      assert.deepEqual(saved.peer.conditions, status.conditions);
      assert.notEqual(saved.resourceVersion, subject.resourceVersion);
    });

    it("lets the next look see at least what was saved", async () => {
      const subject = await applied();

      const saved = await harness.store.save(subject, statusOf(subject, { pass: 9 }));

      assert.deepEqual(harness.store.get(KEY), saved);
    });

    it("saves again on top of its own answer, in one request each", async () => {
      const first = await harness.store.save(await applied(), statusOf(await present()));
      const before = harness.requests();

      const second = await harness.store.save(first, statusOf(first, { pass: 2 }));

      assert.equal(second.rollout?.pass, 2);
      if (before !== null) assert.equal(harness.requests(), before + 1);
    });

    it("refuses a save on top of an older version", async () => {
      const subject = await applied();
      await harness.store.save(subject, statusOf(subject, { pass: 1 }));

      await assert.rejects(harness.store.save(subject, statusOf(subject, { pass: 2 })), ConflictError);

      assert.equal(harness.store.get(KEY)?.rollout?.pass, 1);
    });

    it("refuses a save after somebody changed the manifest", async () => {
      const subject = await applied();
      await harness.apply(canaryObject({ suspend: true }));

      await assert.rejects(harness.store.save(subject, statusOf(subject)), ConflictError);
    });

    it("says when the canary is gone", async () => {
      const subject = await applied();
      await harness.remove(KEY);

      await assert.rejects(harness.store.save(subject, statusOf(subject)), NotFoundError);
      await eventually(() => assert.equal(harness.store.get(KEY), null));
    });

    it("keeps the record when the manifest changes, and counts the generation", async () => {
      const saved = await harness.store.save(await applied(), statusOf(await present()));

      await harness.apply(canaryObject({ suspend: true }));

      const after = await eventually(() => {
        const subject = harness.store.get(KEY);
        assert.equal(subject?.canary?.suspended, true);
        return subject;
      });
      assert.deepEqual(after?.rollout, saved.rollout);
      assert.equal(after?.canary?.generation, 2);
      assert.deepEqual(after?.ref, saved.ref);
    });

    it("tells a recreated canary by its uid", async () => {
      const subject = await applied();
      await harness.remove(KEY);
      await eventually(() => assert.equal(harness.store.get(KEY), null));

      const again = await applied();

      assert.notEqual(again.ref.uid, subject.ref.uid);
      assert.equal(again.rollout, null);
    });

    it("carries a manifest that is not understood, with its problem", async () => {
      const subject = await applied({ suspend: true, rollout: { judge: {} } });

      assert.equal(subject.canary, null);
      assert.equal(subject.problem?.path, "spec.rollout.judge");
      assert.equal((await harness.store.save(subject, statusOf(subject))).rollout?.recordVersion, 1);
    });

    it("takes a status that the peer wrote for a canary without a record", async () => {
      const status = { phase: "Succeeded", lastPromotedSpec: "5d9f8c7b6", trackedConfigs: { "configmap/a": "0011" } };
      await applied();
      await harness.writeStatus(status);

      const subject = await eventually(() => {
        const seen = harness.store.get(KEY);
        assert.equal(seen?.peer.phase, "Succeeded");
        return seen;
      });

      assert.equal(subject?.rollout, null);
      assert.equal(subject?.peer.lastPromotedSpec, "5d9f8c7b6");
    });

    it("says when another CRD does not keep the record", async () => {
      const saved = await harness.store.save(await applied(), statusOf(await present()));
      await harness.forgetRecords();

      await assert.rejects(harness.store.save(saved, statusOf(saved, { pass: 3 })), SchemaError);
    });

    it("drops the oldest events of a record that is too long", async () => {
      const subject = await applied();
      const events = Array.from({ length: 120 }, (_, index) => ({
        sequence: index + 1,
        at: NOW,
        rollout: "a-1",
        event: { kind: "initialized" as const, label: "x".repeat(500) },
      }));

      const saved = await harness.store.save(subject, statusOf(subject, { events, announcedThrough: 120 }));

      const kept = saved.rollout?.events ?? [];
      assert.ok(kept.length > 10 && kept.length < 120, `${kept.length}`);
      assert.equal(kept.at(-1)?.sequence, 120);
    });
  });
}
