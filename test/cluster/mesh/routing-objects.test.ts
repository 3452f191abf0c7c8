import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { connectCluster, type ClusterConnection } from "../../../src/kubernetes/cluster-connection.ts";
import { RefusedError } from "../../../src/errors.ts";
import { ROUTERS, type RouterName } from "../../../src/mesh/registry.ts";
import type { RunningRouter } from "../../../src/mesh/router.ts";
import { stringAt } from "../../../src/playground/kubernetes/json.ts";
import type { Canary } from "../../../src/rollout/canary.ts";
import { weight } from "../../../src/units.ts";
import { recordingLog } from "../../unit/kubernetes/scripted-server.ts";
import { canaryWith } from "../../unit/mesh/samples.ts";
import { canaryObject } from "../../contract/store/samples.ts";
import type { ControlPlane } from "../support/control-plane.ts";
import { installDefinitions, skipWithoutDefinitions } from "../support/definitions.ts";
import { namespace } from "../support/objects.ts";
import { skipWithout } from "../support/programs.ts";
import { sharedControlPlane } from "../support/shared.ts";
import { DEFINITIONS_OF, PAIRS, PLAIN, type Shape } from "./shapes.ts";

const CANARIES = "/apis/flagger.app/v1beta1/namespaces/demo/canaries";
const AT_ONCE = 8;

for (const name of Object.keys(ROUTERS) as RouterName[]) {
  describe(`what the ${name} router writes`, { skip: skipWithout() || skipWithoutDefinitions() }, () => {
    let plane: ControlPlane;
    let cluster: ClusterConnection;
    let router: RunningRouter;
    let uid = "";
    let made = 0;
    before(async () => {
      plane = await sharedControlPlane();
      await installDefinitions(plane.admin, "ours", DEFINITIONS_OF[name]);
      await plane.admin.apply(namespace("demo"));
      // What belongs to a canary that does not exist is collected.
      uid = stringAt(await plane.admin.create(CANARIES, canaryObject()), "metadata", "uid") ?? "";
      const log = recordingLog();
      cluster = await connectCluster({ kubeconfig: { path: plane.kubeconfig }, namespaces: ["demo"], log });
      router = ROUTERS[name]({ client: cluster.client, open: cluster.open, onChange: () => {} });
      await router.synced;
    });
    after(async () => {
      await router?.stop();
      await cluster?.client.close();
    });

    const shop = (service: Shape["service"]): Canary => canaryWith({ name: `shop-${(made += 1)}`, ...service }, uid);

    /** What is stored is what was sent: nothing refused, nothing pruned, nothing added. */
    async function write(canary: Canary, percent: number): Promise<void> {
      const seen = router.observe(canary);
      const resourceVersion = seen.kind === "absent" ? null : seen.resourceVersion;
      await router.setRoute(canary, { weight: weight(percent), stamp: `r-1/${percent}`, resourceVersion });
      const route = router.observe(canary);
      assert.ok(route.kind === "present", JSON.stringify(route));
      assert.deepEqual([route.weight, route.intact], [percent, true]);
    }

    for (const { name: what, service } of PLAIN) {
      it(`passes at every weight with ${what}`, async () => {
        const canary = shop(service);

        for (const percent of [0, 35, 100]) await write(canary, percent);
      });
    }

    it("passes with every two values at once", async () => {
      const waiting = [...PAIRS];
      const failures: string[] = [];
      const work = async (): Promise<void> => {
        for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
          const { name: what, service } = pair;
          await write(shop(service), 35).catch((error: unknown) => failures.push(`${what}: ${String(error)}`));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));

      assert.deepEqual(failures, []);
    });

    it("passes when a manifest changes from one shape to the next", async () => {
      const name = "shop-changing";
      for (const [index, { service }] of PLAIN.entries()) await write(shop({ name, ...service }), index % 101);
    });

    it("is refused, with the reason, when a manifest asks for what the mesh does not take", async () => {
      const wrong = shop({ timeout: "soon" });

      const writing = router.setRoute(wrong, { weight: weight(0), stamp: "r-1/1", resourceVersion: null });

      await assert.rejects(writing, (error: unknown) => {
        assert.ok(error instanceof RefusedError);
        assert.match(String((error.cause as Error).message), /timeout/);
        return true;
      });
    });
  });
}
