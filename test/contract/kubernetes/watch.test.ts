import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { Watch } from "@kubernetes/client-node";
import { eventually } from "../../support/eventually.ts";
import type { KubernetesEmulator } from "../../../src/playground/kubernetes/server.ts";
import { ask, configMap, RawWatch } from "./http.ts";
import { kubeConfigOf, startCluster } from "./support.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";

describe("watches", () => {
  let emulator: KubernetesEmulator;

  before(async () => {
    emulator = await startCluster({ bookmarkEveryMs: 30, watchHistory: 20 });
    await eventually(async () => assert.equal((await ask(emulator, { path: `${MAPS}/kube-root-ca.crt` })).status, 200));
  });
  after(() => emulator.stop());

  const revision = async (): Promise<string> => (await ask(emulator, { path: MAPS })).json.metadata.resourceVersion;
  const label = (name: string, value: string | null): Promise<unknown> =>
    ask(emulator, {
      method: "PATCH",
      path: `${MAPS}/${name}`,
      type: "application/merge-patch+json",
      body: { metadata: { labels: { app: value } } },
    });

  it("begin with the objects that are there, when no version is given", async () => {
    await emulator.apply([configMap("first", { set: "initial" })]);

    const watch = await RawWatch.open(emulator, `${MAPS}?watch=true&labelSelector=set%3Dinitial`);

    await eventually(() => assert.deepEqual(watch.told, ["ADDED first"]));
    watch.close();
  });

  it("go on from a version without losing or repeating a change", async () => {
    const from = await revision();
    await emulator.apply([configMap("resumed", { set: "resume" })]);
    await ask(emulator, { method: "DELETE", path: `${MAPS}/resumed` });

    const watch = await RawWatch.open(
      emulator,
      `${MAPS}?watch=true&labelSelector=set%3Dresume&resourceVersion=${from}`,
    );
    await emulator.apply([configMap("later", { set: "resume" })]);

    await eventually(() => assert.deepEqual(watch.told, ["ADDED resumed", "DELETED resumed", "ADDED later"]));
    const versions = watch.events.map(({ object }) => Number(object.metadata.resourceVersion));
    assert.deepEqual(
      versions,
      versions.toSorted((left, right) => left - right),
    );
    watch.close();
  });

  it("tell an object that leaves the selection as deleted, and one that enters it as added", async () => {
    const from = await revision();
    await emulator.apply([configMap("moving", { app: "in" })]);
    await label("moving", "out");
    await label("moving", "in");
    await ask(emulator, {
      method: "PATCH",
      path: `${MAPS}/moving`,
      type: "application/merge-patch+json",
      body: { data: { a: "1" } },
    });

    const watch = await RawWatch.open(emulator, `${MAPS}?watch=true&labelSelector=app%3Din&resourceVersion=${from}`);

    await eventually(() =>
      assert.deepEqual(watch.told, ["ADDED moving", "DELETED moving", "ADDED moving", "MODIFIED moving"]),
    );
    watch.close();
  });

  it("carry bookmarks only for those who ask, with a version to go on from", async () => {
    const from = await revision();
    const asked = await RawWatch.open(emulator, `${MAPS}?watch=true&allowWatchBookmarks=true&resourceVersion=${from}`);
    const silent = await RawWatch.open(emulator, `${MAPS}?watch=true&resourceVersion=${from}`);

    await eventually(() => assert.ok(asked.events.length >= 2));
    const bookmark = asked.events[0];
    assert.equal(bookmark?.type, "BOOKMARK");
    assert.deepEqual([bookmark?.object.kind, bookmark?.object.apiVersion], ["ConfigMap", "v1"]);
    assert.ok(Number(bookmark?.object.metadata.resourceVersion) >= Number(from));
    assert.deepEqual(silent.events, []);
    asked.close();
    silent.close();
  });

  it("end cleanly after timeoutSeconds", async () => {
    const watch = await RawWatch.open(
      emulator,
      `${MAPS}?watch=true&timeoutSeconds=1&resourceVersion=${await revision()}`,
    );

    await eventually(() => assert.equal(watch.ended, "closed"));
  });

  it("answer 410 Gone inside of the stream when the history is over", async () => {
    const from = await revision();
    await emulator.apply(Array.from({ length: 50 }, (_, i) => configMap(`many-${i}`)));

    const watch = await RawWatch.open(emulator, `${MAPS}?watch=true&resourceVersion=${from}`);

    await eventually(() => assert.equal(watch.ended, "closed"));
    assert.equal(watch.status, 200);
    assert.deepEqual(watch.told, ["ERROR"]);
    assert.equal(watch.events[0]?.object.code, 410);
    assert.equal(watch.events[0]?.object.reason, "Expired");
  });

  it("refuse a version that is not there yet, and initial events without a match", async () => {
    const future = await ask(emulator, { path: `${MAPS}?watch=true&resourceVersion=999999999` });
    const initial = await ask(emulator, {
      path: `${MAPS}?watch=true&sendInitialEvents=true`,
    });

    assert.equal(future.status, 504);
    assert.equal(future.json.details.causes[0].reason, "ResourceVersionTooLarge");
    assert.equal(initial.status, 422);
  });

  it("are reset or expired when a fault is ordered", async () => {
    const from = await revision();
    const reset = await RawWatch.open(emulator, `${MAPS}?watch=true&resourceVersion=${from}`);
    emulator.faults.dropWatches();
    await eventually(() => assert.equal(reset.ended, "reset"));

    const expired = await RawWatch.open(emulator, `${MAPS}?watch=true&resourceVersion=${await revision()}`);
    await emulator.apply([configMap("after-compaction")]);
    emulator.faults.expireHistory();
    await eventually(() => assert.equal(expired.ended, "closed"));
    const again = await RawWatch.open(emulator, `${MAPS}?watch=true&resourceVersion=${from}`);
    await eventually(() => assert.equal(again.events[0]?.object.code, 410));
  });

  it("work with the client's own Watch, for one object by field selector too", async () => {
    const seen: string[] = [];
    const watch = new Watch(kubeConfigOf(emulator));
    const controller = await watch.watch(
      MAPS,
      { fieldSelector: "metadata.name=chosen" },
      (type, object) => seen.push(`${type} ${object.metadata.name}`),
      () => undefined,
    );

    await emulator.apply([configMap("ignored"), configMap("chosen")]);

    await eventually(() => assert.deepEqual(seen, ["ADDED chosen"]));
    controller.abort();
  });
});
