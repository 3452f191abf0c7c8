import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { ApiException, AppsV1Api, CoreV1Api, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { eventually } from "../../support/eventually.ts";
import type { KubernetesEmulator } from "../../../src/playground/kubernetes/server.ts";
import { ask, configMap } from "./http.ts";
import type { Parsed } from "./http.ts";
import { deployment, kubeConfigOf, startCluster } from "./support.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";

describe("objects through @kubernetes/client-node", () => {
  let emulator: KubernetesEmulator;
  let apps: AppsV1Api;
  let core: CoreV1Api;

  before(async () => {
    emulator = await startCluster();
    apps = kubeConfigOf(emulator).makeApiClient(AppsV1Api);
    core = kubeConfigOf(emulator).makeApiClient(CoreV1Api);
    await eventually(async () => assert.equal((await ask(emulator, { path: `${MAPS}/kube-root-ca.crt` })).status, 200));
  });
  after(() => emulator.stop());

  it("come back with the defaults of a real cluster", async () => {
    await emulator.apply([deployment("defaulted", "repo/app", { replicas: null })]);

    const { json } = await ask(emulator, { path: "/apis/apps/v1/namespaces/default/deployments/defaulted" });

    const { replicas, revisionHistoryLimit, progressDeadlineSeconds, strategy, template } = json.spec;
    assert.deepEqual([replicas, revisionHistoryLimit, progressDeadlineSeconds], [1, 10, 600]);
    assert.deepEqual(strategy, { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } });
    assert.equal(template.spec.containers[0].imagePullPolicy, "Always");
    assert.deepEqual(template.spec.containers[0].ports[0], { name: "http", containerPort: 9898, protocol: "TCP" });
    assert.equal(template.spec.terminationGracePeriodSeconds, 30);
  });

  it("count generations by their spec only", async () => {
    await emulator.apply([deployment("counted", "app:1.0.0", { replicas: 0 })]);
    const generation = async (): Promise<number | undefined> =>
      (await apps.readNamespacedDeployment({ name: "counted", namespace: "default" })).metadata?.generation;
    const merge = (body: object) =>
      apps.patchNamespacedDeployment(
        { name: "counted", namespace: "default", body },
        setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
      );

    const first = await generation();
    await merge({ metadata: { annotations: { note: "x" } } });
    const afterNote = await generation();
    await merge({ spec: { minReadySeconds: 3 } });

    assert.deepEqual([first, afterNote, await generation()], [1, 1, 2]);
  });

  it("begin without the status that their manifest brings along", async () => {
    await emulator.apply([
      { ...deployment("eager", "app:1.0.0", { replicas: 0, paused: true }), status: { availableReplicas: 9 } },
    ]);

    const { json } = await ask(emulator, { path: "/apis/apps/v1/namespaces/default/deployments/eager" });

    assert.equal(json.status?.availableReplicas, undefined);
  });

  it("refuse a write that is meant for a former object of the same name", async () => {
    await emulator.apply([configMap("reborn")]);

    const body = { metadata: { uid: "former" }, data: { a: "1" } };
    const { status, json } = await ask(emulator, {
      method: "PATCH",
      path: `${MAPS}/reborn`,
      type: "application/merge-patch+json",
      body,
    });

    assert.deepEqual([status, json.reason], [422, "Invalid"]);
  });

  it("keep their status from writes to the object, and their spec from writes to the status", async () => {
    await emulator.apply([deployment("split", "app:1.0.0", { replicas: 1, paused: true })]);
    const path = "/apis/apps/v1/namespaces/default/deployments/split";
    const merge = (to: string, body: object) =>
      ask(emulator, { method: "PATCH", path: to, type: "application/merge-patch+json", body });

    const main = await merge(path, { status: { replicas: 7 }, spec: { minReadySeconds: 2 } });
    const status = await merge(`${path}/status`, { status: { collisionCount: 7 }, spec: { minReadySeconds: 9 } });

    assert.notEqual(main.json.status?.replicas, 7);
    assert.equal(status.json.status.collisionCount, 7);
    assert.equal(status.json.spec.minReadySeconds, 2);
  });

  it("meet a conflict as an ApiException with code 409", async () => {
    await emulator.apply([configMap("raced")]);
    const mine = await core.readNamespacedConfigMap({ name: "raced", namespace: "default" });
    const theirs = await core.readNamespacedConfigMap({ name: "raced", namespace: "default" });
    await core.replaceNamespacedConfigMap({
      name: "raced",
      namespace: "default",
      body: { ...theirs, data: { who: "them" } },
    });

    const late = core.replaceNamespacedConfigMap({
      name: "raced",
      namespace: "default",
      body: { ...mine, data: { who: "me" } },
    });

    await assert.rejects(
      late,
      (error) => error instanceof ApiException && error.code === 409 && JSON.parse(error.body).reason === "Conflict",
    );
  });

  it("do not get a new version from a write that changes nothing", async () => {
    await emulator.apply([configMap("still", {}, { a: "1" })]);
    const before = (await ask(emulator, { path: `${MAPS}/still` })).json.metadata.resourceVersion;

    const patched = await ask(emulator, {
      method: "PATCH",
      path: `${MAPS}/still`,
      type: "application/merge-patch+json",
      body: { data: { a: "1" } },
    });

    assert.equal(patched.json.metadata.resourceVersion, before);
  });

  it("get generated names", async () => {
    const create = () =>
      core.createNamespacedConfigMap({ namespace: "default", body: { metadata: { generateName: "made-" } } });

    const [first, second] = [await create(), await create()];

    assert.match(first.metadata?.name ?? "", /^made-[a-z0-9]{5}$/);
    assert.notEqual(first.metadata?.name, second.metadata?.name);
  });

  it("are not stored by a dry run", async () => {
    const { status, json } = await ask(emulator, {
      method: "POST",
      path: `${MAPS}?dryRun=All`,
      body: configMap("dry"),
    });

    assert.deepEqual([status, json.metadata.name], [201, "dry"]);
    assert.equal((await ask(emulator, { path: `${MAPS}/dry` })).status, 404);
  });

  it("come in pages of one revision, whatever happens in between", async () => {
    await emulator.apply(["p1", "p2", "p3", "p4", "p5"].map((name) => configMap(name, { paged: "yes" })));
    const names = (page: Parsed): string[] => page.items.map((item: Parsed) => item.metadata.name);

    const first = (await ask(emulator, { path: `${MAPS}?labelSelector=paged&limit=2` })).json;
    await ask(emulator, { method: "DELETE", path: `${MAPS}/p3` });
    await emulator.apply([configMap("p35", { paged: "yes" })]);
    const second = (
      await ask(emulator, { path: `${MAPS}?labelSelector=paged&limit=2&continue=${first.metadata.continue}` })
    ).json;
    const third = (
      await ask(emulator, { path: `${MAPS}?labelSelector=paged&limit=2&continue=${second.metadata.continue}` })
    ).json;

    assert.deepEqual([names(first), names(second), names(third)], [["p1", "p2"], ["p3", "p4"], ["p5"]]);
    assert.equal(second.metadata.resourceVersion, first.metadata.resourceVersion);
    assert.equal(third.metadata.continue, undefined);
  });

  it("cannot be paged on after the history was compacted", async () => {
    const first = (await ask(emulator, { path: "/api/v1/namespaces?limit=1" })).json;
    await emulator.apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: "newer" } }]);
    emulator.faults.expireHistory();

    const second = await ask(emulator, { path: `/api/v1/namespaces?limit=1&continue=${first.metadata.continue}` });

    assert.deepEqual([second.status, second.json.reason], [410, "Expired"]);
  });

  it("can be selected by labels and fields", async () => {
    await emulator.apply([
      configMap("red", { colour: "red", n: "1" }),
      configMap("green", { colour: "green" }),
      configMap("plain"),
    ]);
    const select = async (query: string): Promise<string[]> => {
      const { json } = await ask(emulator, { path: `${MAPS}?${query}` });
      return json.items
        .map((item: Parsed) => item.metadata.name)
        .filter((name: string) => ["red", "green", "plain"].includes(name));
    };

    assert.deepEqual(await select("labelSelector=colour"), ["green", "red"]);
    assert.deepEqual(await select(`labelSelector=${encodeURIComponent("colour in (red,blue),n=1")}`), ["red"]);
    assert.deepEqual(await select(`labelSelector=${encodeURIComponent("colour notin (red)")}`), ["green", "plain"]);
    assert.deepEqual(await select(`labelSelector=${encodeURIComponent("!colour")}`), ["plain"]);
    assert.deepEqual(await select("fieldSelector=metadata.name%3Dgreen"), ["green"]);
    assert.equal((await ask(emulator, { path: `${MAPS}?fieldSelector=data.a%3Db` })).status, 400);
    assert.equal((await ask(emulator, { path: `${MAPS}?labelSelector=a%3D%3D%3Db%21` })).status, 400);
  });

  it("with finalizers stay, marked, until the last one is gone", async () => {
    await emulator.apply([{ ...configMap("held"), metadata: { name: "held", finalizers: ["example.com/hold"] } }]);
    const patch = (finalizers: string[] | null) =>
      ask(emulator, {
        method: "PATCH",
        path: `${MAPS}/held`,
        type: "application/merge-patch+json",
        body: { metadata: { finalizers } },
      });

    const removed = await ask(emulator, { method: "DELETE", path: `${MAPS}/held` });
    const added = await patch(["example.com/hold", "example.com/more"]);
    await patch(null);

    assert.ok(removed.json.metadata.deletionTimestamp);
    assert.equal(added.status, 422);
    assert.equal((await ask(emulator, { path: `${MAPS}/held` })).status, 404);
  });

  it("are deleted only when the preconditions hold", async () => {
    await emulator.apply([configMap("guarded")]);
    const remove = (uid: string) =>
      ask(emulator, {
        method: "DELETE",
        path: `${MAPS}/guarded`,
        body: { kind: "DeleteOptions", apiVersion: "v1", preconditions: { uid } },
      });
    const { uid } = (await ask(emulator, { path: `${MAPS}/guarded` })).json.metadata;

    assert.equal((await remove("another")).status, 409);
    assert.deepEqual((await remove(uid)).json.details, { name: "guarded", kind: "configmaps", uid });
  });

  it("of Secrets show stringData as data", async () => {
    await emulator.apply([{ apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, stringData: { a: "b" } }]);

    const secret = await core.readNamespacedSecret({ name: "s", namespace: "default" });

    assert.deepEqual([secret.data, secret.stringData, secret.type], [{ a: "Yg==" }, undefined, "Opaque"]);
  });
});
