import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ConflictError } from "../../../src/errors.ts";
import { at, listAt, numberAt, textAt } from "../../../src/kubernetes/object.ts";
import type { Canary } from "../../../src/rollout/canary.ts";
import type { WorkloadObservation } from "../../../src/rollout/observation.ts";
import { RevisionHash } from "../../../src/units.ts";
import { eventually } from "../../support/eventually.ts";
import { startCluster } from "../../contract/store/harness.ts";
import { canaryObject, KEY } from "../../contract/store/samples.ts";
import { DEFINITIONS } from "../../contract/router/hands.ts";
import { recordingLog } from "../../unit/kubernetes/scripted-server.ts";
import { composeCluster } from "./compose.ts";
import { apexService, deployment } from "./objects.ts";

const hashOfShop = RevisionHash.parse("v1-0123456789abcdef");

describe("workloads on an API server", () => {
  let host: Awaited<ReturnType<typeof startCluster>>;
  let parts: Awaited<ReturnType<typeof composeCluster>>;
  let changed: string[] = [];
  beforeEach(async () => {
    host = await startCluster(DEFINITIONS);
    changed = [];
    const onChange = ({ namespace, name }: { namespace: string; name: string }) =>
      void changed.push(`${namespace}/${name}`);
    parts = await composeCluster({ kubeconfig: host.kubeconfig, log: recordingLog(), onChange });
  });
  afterEach(async () => {
    await parts.stop();
    await host.stop();
  });

  const read = (path: string) => host.client.request({ method: "GET", path });
  const deployments = "/apis/apps/v1/namespaces/demo/deployments";
  const services = "/api/v1/namespaces/demo/services";
  const start = async (...objects: readonly object[]): Promise<Canary> => {
    await host.kubernetes.apply([...objects, canaryObject()] as never);
    return eventually(() => {
      const canary = parts.store.get(KEY)?.canary;
      assert.ok(canary && parts.cluster.reader.target(canary));
      return canary;
    });
  };
  const target = (canary: Canary): WorkloadObservation =>
    parts.cluster.reader.target(canary) ?? assert.fail("no target");
  const ready = (look: () => WorkloadObservation | null) =>
    eventually(() => {
      const seen = look();
      assert.ok(seen && seen.settled && seen.availableReplicas === seen.replicas && seen.replicas > 0);
      return seen;
    });
  const copy = async (canary: Canary) => {
    const { revision, resourceVersion } = target(canary);
    assert.ok(revision);
    const primaryVersion = parts.cluster.reader.primary(canary)?.resourceVersion ?? null;
    await parts.cluster.writer.ensurePrimary(canary, {
      revision: revision.hash,
      targetVersion: resourceVersion,
      primaryVersion,
    });
    return revision;
  };

  it("copies the target to primary, and knows what it copied", async () => {
    const canary = await start(deployment());
    await ready(() => parts.cluster.reader.target(canary));

    const revision = await copy(canary);

    assert.deepEqual(parts.cluster.reader.primary(canary)?.revision, revision);
    assert.equal((await ready(() => parts.cluster.reader.primary(canary))).replicas, 2);
    const made = await read(`${deployments}/shop-primary`);
    const pod = at(made, "spec", "template", "metadata");
    assert.deepEqual(at(made, "spec", "selector"), { matchLabels: { app: "shop-primary" } });
    assert.deepEqual(at(pod, "labels"), { app: "shop-primary", tier: "web" });
    assert.equal(at(pod, "annotations", "example.com/note"), "kept");
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;
    assert.match(textAt(pod, "annotations", "flagger-id"), uuid);
    assert.equal(at(made, "metadata", "annotations", "coalmine.dev/revision"), revision.hash);
    assert.equal(textAt(listAt(made, "metadata", "ownerReferences")[0], "name"), "shop");
  });

  it("brings primary to a newer template, and refuses when the target has moved on", async () => {
    const canary = await start(deployment());
    const first = await copy(canary);
    await ready(() => parts.cluster.reader.primary(canary));
    await setImage(canary, "shop:2.0.0");
    const stale = { revision: first.hash, targetVersion: "1", primaryVersion: version(canary) };

    await assert.rejects(parts.cluster.writer.ensurePrimary(canary, stale), ConflictError);
    const second = await eventually(() => copy(canary));

    assert.notEqual(second.hash, first.hash);
    assert.equal(second.label, "2.0.0");
    assert.deepEqual(parts.cluster.reader.primary(canary)?.revision, second);
  });

  const version = (canary: Canary) => parts.cluster.reader.primary(canary)?.resourceVersion ?? null;
  const setImage = (canary: Canary, image: string) =>
    eventually(() =>
      parts.cluster.writer.setTargetImage(canary, {
        container: "app",
        image,
        resourceVersion: target(canary).resourceVersion,
      }),
    );

  it("changes an image and sees the new revision at once", async () => {
    const canary = await start(deployment());

    await setImage(canary, "ghcr.io/demo/shop:3.1.4");

    assert.deepEqual(target(canary).revision?.images, [{ container: "app", image: "ghcr.io/demo/shop:3.1.4" }]);
    assert.equal(target(canary).revision?.label, "3.1.4");
  });

  it("does not add a container that is not there", async () => {
    const canary = await start(deployment());
    const { resourceVersion } = await ready(() => parts.cluster.reader.target(canary));

    const write = parts.cluster.writer.setTargetImage(canary, { container: "proxy", image: "x:1", resourceVersion });

    await assert.rejects(write, /no container proxy/);
  });

  it("scales the target, on condition of the version that was looked at", async () => {
    const canary = await start(deployment());
    const { resourceVersion } = await ready(() => parts.cluster.reader.target(canary));

    await parts.cluster.writer.scaleTarget(canary, { replicas: 0, stamp: "a-1/1", resourceVersion });

    assert.equal(target(canary).replicas, 0);
    await assert.rejects(
      parts.cluster.writer.scaleTarget(canary, { replicas: 9, stamp: "a-1/1", resourceVersion }),
      ConflictError,
    );
    await eventually(() => assert.equal(target(canary).existingReplicas, 0));
  });

  it("makes three Services, and tells where the apex leads", async () => {
    const canary = await start(deployment());
    const { reader, writer } = parts.cluster;
    assert.deepEqual(reader.services(canary), { ready: false, apexSelects: "absent" });

    await writer.ensureServices(canary, "target");
    assert.deepEqual(reader.services(canary), { ready: true, apexSelects: "target" });
    await writer.ensureServices(canary, "primary");
    assert.deepEqual(reader.services(canary), { ready: true, apexSelects: "primary" });

    for (const [name, app] of [
      ["shop", "shop-primary"],
      ["shop-primary", "shop-primary"],
      ["shop-canary", "shop"],
    ]) {
      const made = await read(`${services}/${name}`);
      assert.deepEqual(at(made, "spec", "selector"), { app });
      assert.deepEqual(at(made, "metadata", "labels"), { app: name });
      assert.equal(at(made, "metadata", "annotations", "kustomize.toolkit.fluxcd.io/reconcile"), "disabled");
      assert.equal(numberAt(listAt(made, "spec", "ports")[0], "port"), 80);
    }
  });

  it("makes no request for Services that are as they should be", async () => {
    const canary = await start(deployment());
    await parts.cluster.writer.ensureServices(canary, "primary");
    const { requests } = host.kubernetes;
    const writes = () => requests.total({ verb: "patch" }) + requests.total({ verb: "create" });
    const before = writes();

    await parts.cluster.writer.ensureServices(canary, "primary");

    assert.equal(writes(), before);
  });

  it("adopts an apex Service: ports, labels and owner stay", async () => {
    const ports = [
      { name: "web", port: 80, targetPort: 8080 },
      { name: "admin", port: 9000 },
    ];
    const canary = await start(deployment(), apexService({ app: "shop", tier: "web" }, ports));
    const { reader, writer } = parts.cluster;
    await eventually(() => assert.equal(reader.services(canary).apexSelects, "target"));

    await writer.ensureServices(canary, "primary");

    const adopted = await read(`${services}/shop`);
    assert.deepEqual(at(adopted, "spec", "selector"), { app: "shop-primary" });
    assert.deepEqual(
      listAt(adopted, "spec", "ports").map((port) => textAt(port, "name")),
      ["web", "admin"],
    );
    assert.deepEqual(at(adopted, "metadata", "labels"), { chart: "shop-1" });
    assert.equal(at(adopted, "metadata", "ownerReferences"), undefined);
    assert.deepEqual(reader.services(canary), { ready: true, apexSelects: "primary" });
  });

  it("refuses a target whose pods cannot be told from others, and says what to add", async () => {
    const canary = await start(deployment({ labels: { component: "x" } as never }));

    const { revision, trouble, resourceVersion } = target(canary);
    assert.equal(revision, null);
    assert.equal(trouble?.reason, "SelectorLabel");
    assert.match(
      trouble.message,
      /spec\.selector has none of the labels app, name, app\.kubernetes\.io\/name; add one/,
    );
    await assert.rejects(parts.cluster.writer.ensureServices(canary, "target"), /none of the labels/);
    const wanted = { revision: hashOfShop, targetVersion: resourceVersion, primaryVersion: null };
    await assert.rejects(parts.cluster.writer.ensurePrimary(canary, wanted), ConflictError);
  });

  it("tells of changes of what a canary refers to", async () => {
    const canary = await start(deployment());
    await ready(() => parts.cluster.reader.target(canary));
    changed = [];

    await host.client.request({
      method: "PATCH",
      path: `${deployments}/shop`,
      contentType: "application/merge-patch+json",
      body: { metadata: { labels: { a: "b" } } },
    });

    await eventually(() => assert.ok(changed.includes("demo/shop")));
  });

  it("knows the cluster's identity", () => {
    assert.match(parts.cluster.uid, /^[0-9a-f-]{36}$/);
  });
});
