import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ConflictError } from "../../../src/errors.ts";
import { eventually } from "../../support/eventually.ts";
import { asked } from "../../support/subjects.ts";
import { HANDS, meddle } from "./hands.ts";
import { routerNames, RouterStage } from "./stage.ts";

describe("the routers' suite", () => {
  it("has hands for every router in the registry, and for no other", () => {
    assert.deepEqual(Object.keys(HANDS).sort(), [...routerNames].sort());
  });
});

for (const name of routerNames) {
  describe(`the ${name} router`, () => {
    const stage = new RouterStage(name);
    const { hands, entry } = stage;
    const some = entry.abilities.weights ? 30 : 100;
    beforeEach(() => stage.start());
    afterEach(() => stage.stop());

    const create = () => stage.router.setRoute(stage.canary, asked(0, "r-1/1", null));

    it("says that there is no route yet", () => {
      assert.deepEqual(stage.observe(), { kind: "absent" });
    });

    it("creates the route as the canary's own, and sees it at once", async () => {
      await create();

      const { resourceVersion, ...route } = stage.present();
      assert.deepEqual(route, {
        kind: "present",
        weight: 0,
        mirrored: false,
        audience: "everyone",
        stamp: "r-1/1",
        intact: true,
      });
      const { metadata } = await stage.read();
      assert.equal(metadata.resourceVersion, resourceVersion);
      assert.deepEqual(
        metadata.ownerReferences?.map(({ uid }) => uid),
        [stage.canary.ref.uid],
      );
      assert.ok(stage.changes.includes("demo/shop"));
    });

    it("does not create a route that exists", async () => {
      await create();

      await assert.rejects(create(), ConflictError);
    });

    it("does not create a route that somebody else creates at the same moment", async () => {
      const body = hands.foreign;
      await stage.cluster.client.request({ method: "POST", path: hands.path, body });

      await assert.rejects(create(), ConflictError);
    });

    for (const percent of entry.abilities.weights ? [0, 1, 37, 99, 100] : [0, 100]) {
      it(`sends ${percent} % to the canary in one request`, async () => {
        await create();
        const before = stage.requests();

        await stage.route(percent);

        assert.equal(stage.requests(), before + 1);
        const route = stage.present();
        assert.deepEqual([route.weight, route.stamp, route.intact], [percent, "r-1/2", true]);
        assert.equal(hands.weight(await stage.read()), percent);
      });
    }

    it("writes the same route again, so that whoever looked before comes too late", async () => {
      await create();
      const { resourceVersion } = stage.present();
      await stage.route(0, { stamp: "r-1/2" });

      const late = stage.router.setRoute(stage.canary, asked(some, "r-1/1", resourceVersion));

      await assert.rejects(late, ConflictError);
      assert.deepEqual([stage.present().weight, stage.present().stamp], [0, "r-1/2"]);
    });

    it("refuses to write when somebody changed the route a moment ago, whether the watch has seen it or not", async () => {
      await create();
      const { resourceVersion } = stage.present();
      await meddle(stage.cluster.client, hands, hands.setWeight(100));

      const write = stage.router.setRoute(stage.canary, asked(0, "r-1/2", resourceVersion));

      await assert.rejects(write, ConflictError);
      await eventually(() => assert.equal(stage.present().weight, 100));
    });

    for (const [what, damage] of Object.entries(hands.damages)) {
      it(`sees that somebody changed ${what}, and mends it`, async () => {
        await create();
        await stage.route(some);
        const before = await stage.read();
        await stage.meddle(damage);
        assert.equal(stage.present().intact, false);

        await stage.route(some);

        assert.deepEqual([stage.present().weight, stage.present().intact], [some, true]);
        const after = await stage.read();
        assert.deepEqual(hands.weight(after), hands.weight(before));
      });
    }

    if (hands.respell !== null) {
      it("takes what means the same for the same", async () => {
        await create();

        await stage.meddle(hands.respell ?? []);

        assert.deepEqual([stage.present().weight, stage.present().intact], [0, true]);
      });
    }

    it("says what makes a route unusable, and makes it usable again", async () => {
      await create();
      await stage.meddle(hands.ruin);
      const ruined = stage.observe();
      assert.ok(ruined.kind === "unusable");
      assert.notEqual(ruined.problem, "");

      await stage.route(some);

      assert.equal(hands.weight(await stage.read()), some);
      assert.deepEqual([stage.present().weight, stage.present().intact], [some, true]);
    });

    it("says that a deleted route is gone, and makes it anew", async () => {
      await create();
      await stage.remove();
      await eventually(() => assert.deepEqual(stage.observe(), { kind: "absent" }));

      await create();

      assert.equal(stage.present().intact, true);
    });

    it("calls it a conflict when the route is deleted between looking and writing", async () => {
      await create();
      const { resourceVersion } = stage.present();
      const removing = stage.remove();
      await removing;

      const write = stage.router.setRoute(stage.canary, asked(some, "r-1/2", resourceVersion));

      await assert.rejects(write, ConflictError);
    });

    it("stays within what it owns", async () => {
      await create();
      const before = await stage.meddle(hands.addForeignParts);
      assert.equal(stage.present().intact, true);

      await stage.route(some);

      assert.deepEqual(hands.foreignParts(await stage.read()), hands.foreignParts(before));
      assert.equal(stage.present().weight, some);
    });

    it("leaves one of ours to the garbage collector when the canary goes", async () => {
      await create();
      const before = await stage.read();

      await stage.router.handBack(stage.canary);

      const after = await stage.read();
      assert.deepEqual(after.spec, before.spec);
    });
  });
}
