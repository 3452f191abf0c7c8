import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { meddle } from "./hands.ts";
import { routerNames, RouterStage } from "./stage.ts";

for (const name of routerNames) {
  describe(`the ${name} router with an object that somebody else made`, () => {
    const stage = new RouterStage(name);
    const { hands, entry } = stage;
    const some = entry.abilities.weights ? 30 : 100;
    beforeEach(() => stage.start());
    afterEach(() => stage.stop());

    it("takes it over as it is, without becoming its owner", async () => {
      await stage.apply(hands.foreign);

      await stage.route(0, { stamp: "r-1/1" });

      const { weight, stamp, intact } = stage.present();
      assert.deepEqual({ weight, stamp, intact }, { weight: 0, stamp: "r-1/1", intact: true });
      assert.equal((await stage.read()).metadata.ownerReferences, undefined);
      assert.equal(hands.weight(await stage.read()), 0);
    });

    it("gives it back as it was after all that a run does to it", async () => {
      const before = await stage.apply(hands.foreign);
      for (const [index, percent] of [0, some, 100, 0].entries()) await stage.route(percent, { stamp: `r-1/${index}` });

      await stage.router.handBack(stage.canary);

      assert.deepEqual(hands.belongings(await stage.read()), hands.belongings(before));
    });

    it("gives it back once only", async () => {
      await stage.apply(hands.foreign);
      await stage.route(some);
      await stage.router.handBack(stage.canary);
      const { metadata } = await stage.read();

      await stage.router.handBack(stage.canary);

      assert.equal((await stage.read()).metadata.resourceVersion, metadata.resourceVersion);
    });

    it("does not take what it wrote itself for the original, however often the manifest changes", async () => {
      const before = await stage.apply(hands.foreign);
      await stage.route(0);
      const metadata = { apex: { labels: { tier: "web" } } };
      await stage.route(some, {}, stage.canaryWith(metadata));
      await stage.route(0, {}, stage.canaryWith(metadata));

      await stage.router.handBack(stage.canary);

      assert.deepEqual(hands.belongings(await stage.read()), hands.belongings(before));
    });

    it("gives back what its owner made of it meanwhile", async () => {
      await stage.apply(hands.foreign);
      await stage.route(some);
      await stage.remove();
      const changed = await stage.apply(hands.foreignChanged);
      await stage.route(some);

      await stage.router.handBack(stage.canary);

      assert.deepEqual(hands.belongings(await stage.read()), hands.belongings(changed));
    });

    it("keeps what others wrote a moment ago when it gives it back", async () => {
      await stage.apply(hands.foreign);
      await stage.route(some);
      const late = { op: "add", path: "/metadata/annotations/example.com~1late", value: "yes" };
      await meddle(stage.cluster.client, hands, [late]);

      await eventually(() => stage.router.handBack(stage.canary));

      const { annotations = {} } = (await stage.read()).metadata;
      assert.deepEqual([annotations["example.com/late"], annotations["coalmine.dev/stamp"]], ["yes", undefined]);
    });

    it("has nothing to give back where there is nothing", async () => {
      await stage.router.handBack(stage.canary);

      assert.deepEqual(stage.observe(), { kind: "absent" });
    });
  });
}
