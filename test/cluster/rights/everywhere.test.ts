// Needs a process of its own: its API server keeps an audit log and guards owner references.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { stringAt } from "../../../src/playground/kubernetes/json.ts";
import { patiently } from "../support/patiently.ts";
import type { Api } from "../support/api.ts";
import { skipWithoutDefinitions } from "../support/definitions.ts";
import { namespace } from "../support/objects.ts";
import { skipWithout } from "../support/programs.ts";
import { startGrantedWorker, WORKER, type GrantedWorker } from "./granted-worker.ts";
import { baselineOf, grantUser, isAllowed, reject, usedRights } from "./judging.ts";
import { rightsIn, rightsOf, rulesInDeploy, textOf } from "./rights.ts";

const RULES = [...rulesInDeploy("coalmine-worker"), ...rulesInDeploy("coalmine-cluster-identity")];
const GRANTED = rightsOf(RULES);
/** Asked by the API server on the worker's behalf, when something is made that blocks its Canary's deletion. */
const IMPLIED = "update canaries/finalizers.flagger.app";
/**
 * Needed by canaries of other kinds than this one: with configs, scalers, other targets or meshes, or with deletion that gives back.
 * `test/e2e/kubernetes/rights.test.ts` makes each of their requests.
 */
const OF_OTHERS =
  /^patch canaries\.flagger\.app$| (?:daemonsets|controllerrevisions|configmaps|secrets|horizontalpodautoscalers|scaledobjects|httproutes)\b|^get services$/;
const CANARY = "/apis/flagger.app/v1beta1/namespaces/demo/canaries/podinfo";

describe("a worker with the rights of deploy/base alone", { skip: skipWithout() || skipWithoutDefinitions() }, () => {
  let stage: GrantedWorker;
  let admin: Api;
  before(async () => {
    stage = await startGrantedWorker("base");
    admin = stage.plane.admin;
    await admin.apply(namespace("elsewhere"));
  });
  after(() => stage?.stop());

  it("brings one version to primary and takes another back", async () => {
    await stage.untilPhase("initialized");
    await stage.start("6.1.0");
    assert.equal((await stage.untilPhase("succeeded")).promoted?.label, "6.1.0");

    await admin.patch(CANARY, { spec: { service: { trafficPolicy: { tls: { mode: "ISTIO_MUTUAL" } } } } });
    await stage.start("6.1.1-crash");
    assert.equal((await stage.untilPhase("failed")).promoted?.label, "6.1.0");
  });

  it("is refused nothing, and uses every right that a canary of this kind needs", async () => {
    const unused = (): readonly string[] => {
      const used = new Set(usedRights(stage.asked(), GRANTED).map(textOf));
      return GRANTED.map(textOf).filter((right) => !used.has(right) && right !== IMPLIED && !OF_OTHERS.test(right));
    };
    // The same fact once more, so that its Event is counted up.
    await stage.start("6.1.1-crash");

    await patiently(() => assert.deepEqual(unused(), []));

    assert.deepEqual(
      stage.asked().filter(({ status }) => status === 401 || status === 403),
      [],
    );
  });

  it("would be refused something that it did, without any one of them", async () => {
    const used = usedRights(stage.asked(), GRANTED);
    const users = await Promise.all(
      GRANTED.map(async (missing, index) => {
        const user = `without-${index}`;
        await grantUser(
          admin,
          user,
          GRANTED.filter((right) => right !== missing),
        );
        return { user, missing };
      }),
    );

    for (const { user, missing } of users) {
      if (!used.some((right) => textOf(right) === textOf(missing))) continue;
      await patiently(async () => {
        const answers = await Promise.all(used.map((right) => isAllowed(admin, user, { ...right, namespace: "demo" })));
        const refused = used.filter((_, index) => answers[index] === false);
        assert.deepEqual(refused.map(textOf), [textOf(missing)]);
      });
    }
  });

  it("could own nothing for a canary without the right to block its deletion", async () => {
    const without = GRANTED.filter((right) => textOf(right) !== IMPLIED);
    await Promise.all([grantUser(admin, "free", GRANTED), grantUser(admin, "blocked", without)]);
    const uid = stringAt(await admin.get(CANARY), "metadata", "uid");
    const owner = { apiVersion: "flagger.app/v1beta1", kind: "Canary", name: "podinfo", uid, blockOwnerDeletion: true };
    const create = async (user: string): Promise<number> => {
      const { status } = await admin.ask("POST", "/api/v1/namespaces/demo/services?dryRun=All", {
        headers: { "impersonate-user": user },
        body: {
          apiVersion: "v1",
          kind: "Service",
          metadata: { name: "x", ownerReferences: [owner] },
          spec: { ports: [{ port: 1 }] },
        },
      });
      return status;
    };

    await patiently(async () => assert.equal(await create("free"), 201));
    assert.equal(await create("blocked"), 403);
  });

  it("has no other right, wherever", async () => {
    const worker = stage.plane.apiAs(await stage.plane.tokenFor(WORKER));
    const everybodys = await baselineOf(stage.plane);

    for (const home of ["demo", "elsewhere", "coalmine", "kube-system"]) {
      const own = (await rightsIn(worker, home)).filter((right) => !everybodys.has(right));
      assert.deepEqual(own, GRANTED.map(textOf).sort(), home);
    }
  });

  it("is refused what would hurt most", async () => {
    const worker = stage.plane.apiAs(await stage.plane.tokenFor(WORKER));

    await reject(worker, [
      ["GET", "/api/v1/nodes"],
      ["GET", "/api/v1/namespaces/demo"],
      ["DELETE", CANARY],
      ["DELETE", "/api/v1/namespaces/demo/secrets/any"],
      ["DELETE", "/api/v1/namespaces/demo/configmaps/any"],
      ["DELETE", "/apis/apps/v1/namespaces/demo/deployments/podinfo"],
      ["DELETE", "/api/v1/namespaces/demo/pods"],
      ["POST", "/api/v1/namespaces/demo/pods"],
      ["POST", "/api/v1/namespaces/demo/serviceaccounts/default/token"],
      ["PATCH", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/canaries.flagger.app"],
      ["POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"],
    ]);
  });

  it("is alone in having any: the bot has none", async () => {
    const bot = stage.plane.apiAs(await stage.plane.tokenFor({ namespace: "coalmine", name: "coalmine-bot" }));

    assert.deepEqual(new Set(await rightsIn(bot, "coalmine")), await baselineOf(stage.plane));
  });
});
