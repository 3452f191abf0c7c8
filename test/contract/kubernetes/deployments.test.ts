import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { eventually } from "../../support/eventually.ts";
import type { KubernetesEmulator } from "../../../src/playground/kubernetes/server.ts";
import { ask } from "./http.ts";
import type { Parsed } from "./http.ts";
import { deployment, startCluster } from "./support.ts";

const APPS = "/apis/apps/v1/namespaces/default";
const CORE = "/api/v1/namespaces/default";

describe("Deployments", () => {
  let emulator: KubernetesEmulator;

  before(async () => {
    emulator = await startCluster();
  });
  after(() => emulator.stop());

  const read = async (name: string): Promise<Parsed> =>
    (await ask(emulator, { path: `${APPS}/deployments/${name}` })).json;
  const list = async (path: string, app: string): Promise<Parsed[]> =>
    (await ask(emulator, { path: `${path}?labelSelector=app%3D${app}` })).json.items;
  const merge = (name: string, body: object) =>
    ask(emulator, { method: "PATCH", path: `${APPS}/deployments/${name}`, type: "application/merge-patch+json", body });
  const condition = (object: Parsed, type: string): Parsed =>
    object.status?.conditions?.find((candidate: Parsed) => candidate.type === type);
  const settled = (name: string, replicas: number) =>
    eventually(async () => {
      const { status, metadata } = await read(name);
      assert.deepEqual(
        [status.observedGeneration, status.updatedReplicas, status.availableReplicas, status.replicas],
        [metadata.generation, replicas, replicas, replicas],
      );
    });

  it("become available with all the counts and conditions of a real one", async () => {
    await emulator.apply([deployment("whole", "app:1.0.0")]);
    await settled("whole", 2);

    const { status, metadata } = await read("whole");

    const [set] = await list(`${APPS}/replicasets`, "whole");
    assert.deepEqual(
      { ...status, conditions: undefined },
      {
        observedGeneration: 1,
        replicas: 2,
        terminatingReplicas: 0,
        updatedReplicas: 2,
        readyReplicas: 2,
        availableReplicas: 2,
        conditions: undefined,
      },
    );
    const progressing = condition({ status }, "Progressing");
    assert.deepEqual(
      [progressing.status, progressing.reason, progressing.message],
      ["True", "NewReplicaSetAvailable", `ReplicaSet "${set.metadata.name}" has successfully progressed.`],
    );
    assert.equal(condition({ status }, "Available").reason, "MinimumReplicasAvailable");
    assert.equal(metadata.annotations["deployment.kubernetes.io/revision"], "1");
    assert.equal(set.metadata.labels["pod-template-hash"], set.metadata.name.slice("whole-".length));
    assert.equal(set.metadata.ownerReferences[0].uid, metadata.uid);
  });

  it("give each pod an address of its own, and their Service its endpoints", async () => {
    await emulator.apply([
      deployment("placed", "app:1.0.0", { replicas: 3 }),
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "placed" },
        spec: { selector: { app: "placed" }, ports: [{ port: 80, targetPort: "http" }] },
      },
    ]);
    await settled("placed", 3);

    const addresses = (await list(`${CORE}/pods`, "placed")).map((pod) => pod.status.podIP);

    assert.equal(new Set(addresses).size, 3);
    await eventually(async () => {
      const [subset] = (await ask(emulator, { path: `${CORE}/endpoints/placed` })).json.subsets;
      assert.deepEqual(
        subset.addresses
          .map((address: Parsed) => address.ip)
          .toSorted((left: string, right: string) => left.localeCompare(right)),
        addresses.toSorted((left: string, right: string) => left.localeCompare(right)),
      );
      assert.deepEqual(subset.ports, [{ port: 9898, protocol: "TCP" }]);
    });
  });

  it("never fall below what must stay available while they roll", async () => {
    await emulator.apply([
      deployment("rolling", "app:1.0.0", {
        replicas: 4,
        strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      }),
    ]);
    await settled("rolling", 4);
    const seen: [number, number][] = [];

    await merge("rolling", { spec: { template: { metadata: { annotations: { round: "2" } } } } });
    await eventually(
      async () => {
        const { status, metadata } = await read("rolling");
        seen.push([status.availableReplicas, status.replicas]);
        assert.deepEqual(
          [status.observedGeneration, status.updatedReplicas, status.availableReplicas, status.replicas],
          [metadata.generation, 4, 4, 4],
        );
      },
      { everyMs: 1 },
    );

    assert.ok(
      seen.every(([available, replicas]) => available >= 4 && replicas <= 5),
      JSON.stringify(seen),
    );
  });

  it("stop when a new version never becomes ready, and say so at the deadline", async () => {
    await emulator.apply([
      deployment("halted", "app:1.0.0", {
        replicas: 2,
        progressDeadlineSeconds: 2,
        strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      }),
    ]);
    await settled("halted", 2);

    await merge("halted", {
      spec: { template: { spec: { containers: [{ name: "app", image: "app:2.0.0-unready" }] } } },
    });

    await eventually(async () =>
      assert.equal(condition(await read("halted"), "Progressing").reason, "ProgressDeadlineExceeded"),
    );
    const { status } = await read("halted");
    assert.deepEqual(
      [status.replicas, status.updatedReplicas, status.availableReplicas, status.unavailableReplicas],
      [3, 1, 2, 1],
    );
    assert.equal(condition({ status }, "Progressing").status, "False");
    assert.equal(condition({ status }, "Available").status, "True");
  });

  it("count pods as available only after minReadySeconds", async () => {
    await emulator.apply([deployment("patient", "app:1.0.0", { replicas: 1, minReadySeconds: 2 })]);

    await eventually(async () => assert.equal((await read("patient")).status.readyReplicas, 1));
    assert.equal((await read("patient")).status.availableReplicas, undefined);
    await settled("patient", 1);
  });

  it("replace everything at once when told to recreate", async () => {
    await emulator.apply([deployment("anew", "app:1.0.0", { strategy: { type: "Recreate" } })]);
    await settled("anew", 2);

    await merge("anew", { spec: { template: { spec: { containers: [{ name: "app", image: "app:2.0.0" }] } } } });
    await eventually(
      async () => {
        const images = (await list(`${CORE}/pods`, "anew")).map((pod) => pod.spec.containers[0].image);
        assert.ok(new Set(images).size <= 1, "old and new pods run together");
        assert.deepEqual(images, ["app:2.0.0", "app:2.0.0"]);
      },
      { everyMs: 5 },
    );
  });

  it("scale to zero and back without a new revision", async () => {
    await emulator.apply([deployment("resized", "app:1.0.0")]);
    await settled("resized", 2);

    await merge("resized", { spec: { replicas: 0 } });
    await eventually(async () => assert.deepEqual(await list(`${CORE}/pods`, "resized"), []));
    await merge("resized", { spec: { replicas: 3 } });
    await settled("resized", 3);

    assert.equal((await list(`${APPS}/replicasets`, "resized")).length, 1);
    assert.equal((await read("resized")).metadata.annotations["deployment.kubernetes.io/revision"], "1");
  });

  it("keep as many old sets as their history limit says", async () => {
    await emulator.apply([deployment("historic", "app:1.0.0", { replicas: 1, revisionHistoryLimit: 1 })]);
    for (const tag of ["2.0.0", "3.0.0", "4.0.0"]) {
      await settled("historic", 1);
      await merge("historic", { spec: { template: { spec: { containers: [{ name: "app", image: `app:${tag}` }] } } } });
    }
    await settled("historic", 1);

    await eventually(async () => assert.equal((await list(`${APPS}/replicasets`, "historic")).length, 2));
    assert.equal((await read("historic")).metadata.annotations["deployment.kubernetes.io/revision"], "4");
  });

  it("restart crashing containers, counting how often", async () => {
    await emulator.apply([deployment("crashing", "app:1.0.0-crash", { replicas: 1 })]);

    await eventually(async () => {
      const [pod] = await list(`${CORE}/pods`, "crashing");
      const [status] = pod.status.containerStatuses;
      assert.equal(status.restartCount, 1);
      assert.equal(status.state.waiting.reason, "CrashLoopBackOff");
      assert.equal(status.lastState.terminated.exitCode, 1);
    });
    assert.equal((await read("crashing")).status.unavailableReplicas, 1);
  });
});
