import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { connectCluster } from "../../../src/kubernetes/cluster-connection.ts";
import { PodWatches } from "../../../src/kubernetes/workloads/pod-watches.ts";
import { USUAL_RULES } from "../../../src/kubernetes/copy-rules.ts";
import { followKinds, type FollowedKinds } from "../../../src/kubernetes/followed-kinds.ts";
import { startKubernetes } from "../../../src/playground/kubernetes/server.ts";
import { eventually } from "../../support/eventually.ts";
import { recordingLog } from "../../unit/kubernetes/scripted-server.ts";
import { writeKubeconfig } from "./kubeconfig-file.ts";
import { deployment } from "./objects.ts";

type Behaviour = ReturnType<Parameters<typeof startKubernetes>[0]["image"]>;

function behaviourOf(image: string): Behaviour {
  if (image.endsWith("-crash")) return { kind: "crashes", afterMs: 10 };
  if (image.endsWith("-lost")) return { kind: "pull-fails", reason: "not found" };
  return { kind: "ready", afterMs: 20 };
}

describe("what keeps pods from starting", () => {
  let kubernetes: Awaited<ReturnType<typeof startKubernetes>>;
  let connection: Awaited<ReturnType<typeof connectCluster>>;
  let kinds: FollowedKinds;
  let pods: PodWatches;
  let file: Awaited<ReturnType<typeof writeKubeconfig>>;
  const told: string[] = [];
  before(async () => {
    kubernetes = await startKubernetes({ clusterName: "east", image: behaviourOf });
    file = await writeKubeconfig(kubernetes.kubeconfig);
    const log = recordingLog();
    connection = await connectCluster({ kubeconfig: { path: file.path }, namespaces: ["demo"], log });
    kinds = followKinds({ ...connection, log, rules: USUAL_RULES, onObject: () => {}, onCanary: () => {} });
    const onChange = (namespace: string, name: string) => void told.push(`${namespace}/${name}`);
    pods = new PodWatches({ client: connection.client, log, onChange });
    await kubernetes.apply([
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "demo" } },
      deployment({ image: "shop:1.0.0", replicas: 1 }),
    ] as never);
    await kinds.synced;
  });
  after(async () => {
    await Promise.all([pods.stop(), kinds.stop()]);
    await connection.client.close();
    await kubernetes.stop();
    await file.remove();
  });

  const record = () => kinds.workloads.Deployment.get("demo", "shop") ?? assert.fail("no deployment");
  const trouble = () => pods.troubleOf("demo", "shop", record());
  const setImage = (image: string) =>
    connection.client.request({
      method: "PATCH",
      path: kinds.workloads.Deployment.path("demo", "shop"),
      contentType: "application/strategic-merge-patch+json",
      body: { spec: { template: { spec: { containers: [{ name: "app", image }] } } } },
    });
  const podRequests = () => kubernetes.requests.total({ resource: "pods", verb: "watch" });
  const settle = () =>
    eventually(() => {
      const { settled, availableReplicas, updatedReplicas, existingReplicas } = record().state;
      assert.ok(settled && availableReplicas === 1 && updatedReplicas === 1 && existingReplicas === 1);
    });

  it("costs nothing while all pods are ready", async () => {
    await settle();

    assert.equal(trouble(), null);
    assert.equal(podRequests(), 0);
  });

  it("names an image that cannot be pulled, and tells that it is known now", async () => {
    await setImage("shop:2.0.0-lost");

    const found = await eventually(() => trouble() ?? assert.fail("no trouble yet"));

    assert.match(found.reason, /^(?:ErrImagePull|ImagePullBackOff)$/);
    assert.notEqual(found.message, "");
    assert.ok(told.includes("demo/shop"));
  });

  it("does not hold the pods of an earlier template against a newer one", async () => {
    await setImage("shop:3.0.0-crash");
    await eventually(() => assert.match(record().template.images[0]?.image ?? "", /crash$/));

    const found = await eventually(() => trouble() ?? assert.fail("no trouble yet"));

    assert.equal(found.reason, "CrashLoopBackOff");
  });

  it("is forgotten when the workload is well again", async () => {
    await setImage("shop:4.0.0");
    await eventually(() => assert.match(record().template.images[0]?.image ?? "", /4\.0\.0$/));
    await settle();

    assert.equal(trouble(), null);
  });
});
