import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { connectCluster, type ClusterConnection } from "../../../src/kubernetes/cluster-connection.ts";
import { RefusedError } from "../../../src/errors.ts";
import { ROUTERS } from "../../../src/mesh/registry.ts";
import type { RouterParts, RunningRouter, SetRoute } from "../../../src/mesh/router.ts";
import { stringAt } from "../../../src/playground/kubernetes/json.ts";
import type { Canary } from "../../../src/rollout/canary.ts";
import { asked } from "../../support/subjects.ts";
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
const STRATEGIES = [
  {
    name: "an A/B test",
    analysis: {
      stepWeight: undefined,
      iterations: 3,
      match: [{ headers: { "x-user": { exact: "ana" } } }, { queryParams: { beta: { exact: "1" } } }],
    },
    percent: 100,
    wish: { audience: "matched" },
  },
  {
    name: "a mirror",
    analysis: { stepWeight: undefined, iterations: 3, mirror: true, mirrorWeight: 20 },
    percent: 0,
    wish: { mirrored: true },
  },
  {
    name: "session affinity",
    analysis: { sessionAffinity: { cookieName: "canary", primaryCookieName: "primary" } },
    percent: 20,
    wish: { affinity: { cookie: "canary=abc", primaryCookie: "primary=xyz", previousCookie: "canary=old" } },
  },
] as const;
const unasked = (): never => assert.fail("this router has objects of its own");

for (const name of Object.keys(DEFINITIONS_OF) as (keyof typeof DEFINITIONS_OF)[]) {
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
      const apex = { look: unasked, write: unasked } satisfies RouterParts["apex"];
      const { open, needs } = ROUTERS[name];
      router = open({ client: cluster.client, open: cluster.open, apex, onChange: () => {} }, needs.apis[0]);
      await router.synced;
    });
    after(async () => {
      await router?.stop();
      await cluster?.client.close();
    });

    const shop = (service: Shape["service"]): Canary => canaryWith({ name: `shop-${(made += 1)}`, ...service }, uid);

    /** What is stored is what was sent: nothing refused, nothing pruned, nothing added. */
    async function write(canary: Canary, percent: number, wish: Partial<SetRoute> = {}): Promise<void> {
      const seen = router.observe(canary);
      const resourceVersion = seen.kind === "absent" ? null : seen.resourceVersion;
      await router.setRoute(canary, { ...asked(percent, `r-1/${percent}`, resourceVersion), ...wish });
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

    for (const { name: what, analysis, percent, wish } of STRATEGIES) {
      it(`passes ${what}`, async () => {
        const canary = canaryWith({ name: `shop-${(made += 1)}` }, { uid, analysis });

        await write(canary, percent, wish);
        await write(canary, 0);
      });
    }

    it("is refused, with the reason, when a manifest asks for what the mesh does not take", async () => {
      const wrong = shop({ timeout: "soon" });

      const writing = router.setRoute(wrong, asked(0, "r-1/1", null));

      await assert.rejects(writing, (error: unknown) => {
        assert.ok(error instanceof RefusedError);
        assert.match(String((error.cause as Error).message), /timeout/);
        return true;
      });
    });
  });
}
