import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openKubernetesCanaryStore, type KubernetesCanaryStore } from "../../../src/store/kubernetes-canary-store.ts";
import { eventually } from "../../support/eventually.ts";
import { startCluster } from "../../contract/store/harness.ts";
import { canaryObject, CONTEXT, KEY, statusOf } from "../../contract/store/samples.ts";

const PATH = "/apis/flagger.app/v1beta1/namespaces/demo/canaries";

describe("a store in Kubernetes", () => {
  let cluster: Awaited<ReturnType<typeof startCluster>>;
  let store: KubernetesCanaryStore;
  const changes: string[] = [];
  before(async () => {
    cluster = await startCluster();
    const onChange = ({ namespace, name }: { namespace: string; name: string }) =>
      void changes.push(`${namespace}/${name}`);
    store = openKubernetesCanaryStore({ client: cluster.client, open: cluster.open, context: CONTEXT, onChange });
    await store.synced;
    await cluster.client.request({ method: "POST", path: PATH, body: canaryObject() });
    await eventually(() => assert.ok(store.get(KEY)));
  });
  after(async () => {
    await store.stop();
    await cluster.stop();
  });
  const present = () => store.get(KEY) ?? assert.fail("no canary");
  const patch = (path: string, body: object) =>
    cluster.client.request({ method: "PATCH", path, body, contentType: "application/merge-patch+json" });

  it("takes up a record that the server holds at the version which was seen without one", async () => {
    const { client } = cluster;
    const record = statusOf(present()).rollout;
    const hidden = async (asked: Parameters<typeof client.request>[0]) => {
      const answer = await client.request(asked);
      return asked.method === "GET" && asked.path.endsWith("/shop")
        ? { ...answer, status: { rollout: record } }
        : answer;
    };
    const other = openKubernetesCanaryStore({
      client: { request: hidden },
      open: cluster.open,
      context: CONTEXT,
      onChange: () => {},
    });
    await other.synced;
    const seen = other.get(KEY) ?? assert.fail("no canary");
    assert.equal(seen.rollout, null);

    await assert.rejects(other.save(seen, statusOf(seen)), { name: "ConflictError" });

    assert.deepEqual(other.get(KEY)?.rollout, record);
    assert.equal(
      ((await client.request({ method: "GET", path: `${PATH}/shop` })) as { status?: unknown }).status,
      undefined,
    );
    await other.stop();
  });

  it("tells of changes by others, not of its own saves", async () => {
    const subject = present();
    changes.length = 0;

    await store.save(subject, statusOf(subject));
    await patch(`${PATH}/shop`, { spec: { suspend: true } });

    await eventually(() => assert.equal(present().canary?.suspended, true));
    assert.deepEqual(changes, ["demo/shop"]);
  });

  it("writes the peer's fields from the record, and hands its cookie on to whoever takes the canary over", async () => {
    const tracked = { trackedConfigs: { "configmap/a": "0011223344556677" }, sessionAffinityCookie: "c=1" };
    await patch(`${PATH}/shop/status`, { status: tracked });
    const { resourceVersion } = present();
    const subject = await eventually(() => {
      assert.notEqual(present().resourceVersion, resourceVersion);
      return present();
    });

    await store.save(subject, statusOf(subject, { pass: 5 }));

    const { status } = await cluster.client.request({ method: "GET", path: `${PATH}/shop` });
    const { trackedConfigs, sessionAffinityCookie } = status as Record<string, unknown>;
    assert.equal(subject.peer.affinity.cookie, "c=1");
    assert.deepEqual(
      { trackedConfigs, sessionAffinityCookie },
      { trackedConfigs: undefined, sessionAffinityCookie: undefined },
    );
  });

  it("goes on from the record that it knows after somebody pruned it", async () => {
    const saved = await store.save(present(), statusOf(present(), { pass: 11 }));

    await patch(`${PATH}/shop/status`, { status: { rollout: null } });

    await eventually(() => assert.notEqual(present().resourceVersion, saved.resourceVersion));
    assert.equal(present().rollout?.pass, 11);
  });

  it("leaves a canary out whose record it cannot read, rather than to begin anew", async () => {
    await patch(`${PATH}/shop/status`, { status: { rollout: { phase: "promoting", id: "x" } } });

    const said = () =>
      cluster.log.lines.filter(({ level }) => level === "error").map(({ fields }) => JSON.stringify(fields));
    await eventually(() => assert.match(said().join(), /while reading the record at status\.rollout/));
  });
});
