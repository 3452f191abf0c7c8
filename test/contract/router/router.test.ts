import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ConflictError } from "../../../src/errors.ts";
import { ROUTERS } from "../../../src/mesh/registry.ts";
import type { RunningRouter } from "../../../src/mesh/router.ts";
import { identify } from "../../../src/kubernetes/object.ts";
import type { Canary } from "../../../src/rollout/canary.ts";
import type { RouteObservation } from "../../../src/rollout/observation.ts";
import { eventually } from "../../support/eventually.ts";
import { canaryWith } from "../../unit/mesh/samples.ts";
import { startCluster } from "../store/harness.ts";
import { canaryObject } from "../store/samples.ts";
import { DEFINITIONS, HANDS } from "./hands.ts";
import { asked } from "../../support/subjects.ts";

for (const [name, { open }] of Object.entries(ROUTERS)) {
  describe(`the ${name} router`, () => {
    let canary: Canary;
    const hands = HANDS[name];
    let cluster: Awaited<ReturnType<typeof startCluster>>;
    let router: RunningRouter;
    const changes: string[] = [];
    beforeEach(async () => {
      cluster = await startCluster(DEFINITIONS);
      // The garbage collector deletes what belongs to a canary that does not exist.
      const path = "/apis/flagger.app/v1beta1/namespaces/demo/canaries";
      const made = await cluster.client.request({ method: "POST", path, body: canaryObject() });
      canary = canaryWith({ timeout: "5s" }, identify(made).uid);
      router = open({
        client: cluster.client,
        open: cluster.open,
        onChange: (namespace, object) => void changes.push(`${namespace}/${object}`),
      });
      await router.synced;
    });
    afterEach(async () => {
      await router.stop();
      await cluster.stop();
    });

    const present = (): Extract<RouteObservation, { kind: "present" }> => {
      const route = router.observe(canary);
      assert.ok(route.kind === "present", JSON.stringify(route));
      return route;
    };
    const create = () => router.setRoute(canary, asked(0, "r-1/1", null));

    it("has hands in this suite that meddle with its objects", () => assert.ok(hands));

    it("says that there is no route yet", () => {
      assert.deepEqual(router.observe(canary), { kind: "absent" });
    });

    it("creates the route, and sees it at once", async () => {
      await create();

      const { resourceVersion, ...route } = present();
      assert.deepEqual(route, {
        kind: "present",
        weight: 0,
        mirrored: false,
        audience: "everyone",
        stamp: "r-1/1",
        intact: true,
      });
      assert.notEqual(resourceVersion, "");
      assert.ok(changes.includes("demo/shop"));
    });

    it("does not create a route that exists", async () => {
      await create();

      await assert.rejects(create(), ConflictError);
    });

    it("does not create a route that somebody else creates at the same moment", async () => {
      await hands?.create(cluster.client);

      await assert.rejects(create(), ConflictError);
    });

    for (const percent of [0, 1, 37, 100]) {
      it(`sends ${percent} % to the canary in one request`, async () => {
        await create();
        const before = cluster.requests();

        const { resourceVersion } = present();
        await router.setRoute(canary, asked(percent, "r-1/2", resourceVersion));

        assert.equal(cluster.requests(), before + 1);
        const route = present();
        assert.deepEqual([route.weight, route.stamp, route.intact], [percent, "r-1/2", true]);
        assert.equal(await hands?.weight(cluster.client), percent);
      });
    }

    it("refuses to write on top of another version than was looked at", async () => {
      await create();
      const { resourceVersion } = present();
      await router.setRoute(canary, asked(20, "r-1/2", resourceVersion));

      const late = router.setRoute(canary, asked(90, "r-0/9", resourceVersion));

      await assert.rejects(late, ConflictError);
      assert.equal(present().weight, 20);
    });

    it("refuses to write when somebody changed the route a moment ago, whether the watch has seen it or not", async () => {
      await create();
      const { resourceVersion } = present();
      await hands?.setWeight(cluster.client, 66);

      const write = router.setRoute(canary, asked(20, "r-1/2", resourceVersion));

      await assert.rejects(write, ConflictError);
      await eventually(() => assert.equal(present().weight, 66));
    });

    it("sees changes by others, and mends them", async () => {
      await create();
      await hands?.damage(cluster.client);
      const damaged = await eventually(() => {
        const route = present();
        assert.equal(route.intact, false);
        return route;
      });

      await router.setRoute(canary, asked(10, "r-1/2", damaged.resourceVersion));

      assert.deepEqual([present().weight, present().intact], [10, true]);
    });

    it("says what makes a route unusable, and makes it usable again", async () => {
      await create();
      await hands?.ruin(cluster.client);
      const ruined = await eventually(() => {
        const route = router.observe(canary);
        assert.ok(route.kind === "unusable");
        return route;
      });
      assert.notEqual(ruined.problem, "");

      await router.setRoute(canary, asked(30, "r-1/2", ruined.resourceVersion));

      assert.equal(await hands?.weight(cluster.client), 30);
      assert.deepEqual([present().weight, present().intact], [30, true]);
    });

    it("says that a deleted route is gone, and makes it anew", async () => {
      await create();
      await hands?.remove(cluster.kubernetes.url);
      await eventually(() => assert.deepEqual(router.observe(canary), { kind: "absent" }));

      await create();

      assert.equal(present().intact, true);
    });

    it("calls it a conflict when the route is deleted between looking and writing", async () => {
      await create();
      const { resourceVersion } = present();
      const removing = hands?.remove(cluster.kubernetes.url);
      await removing;

      const write = router.setRoute(canary, asked(30, "r-1/2", resourceVersion));

      await assert.rejects(write, ConflictError);
    });

    it("stays within what it owns", async () => {
      await create();
      const before = await hands?.addForeignParts(cluster.client);
      const seen = await eventually(() => {
        const route = present();
        assert.notEqual(route.resourceVersion, "");
        assert.ok(hands?.version(before) === route.resourceVersion);
        return route;
      });
      assert.equal(seen.intact, true);

      await router.setRoute(canary, asked(55, "r-1/2", seen.resourceVersion));

      assert.deepEqual(await hands?.foreignParts(cluster.client), hands?.partsOf(before));
    });
  });
}
