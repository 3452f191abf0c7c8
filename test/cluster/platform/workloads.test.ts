import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { patiently } from "../support/patiently.ts";
import { objectsAt, stringAt, numberAt } from "../../../src/playground/kubernetes/json.ts";
import type { ControlPlane } from "../support/control-plane.ts";
import { daemonSet, deployment, namespace } from "../support/objects.ts";
import { skipWithout } from "../support/programs.ts";
import { sharedControlPlane } from "../support/shared.ts";

const HOME = "workloads";

describe("workloads on the pretended node", { skip: skipWithout() }, () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await sharedControlPlane();
    await plane.admin.apply(namespace(HOME));
  });

  const podsOf = async (name: string) => {
    const selector = encodeURIComponent(`app=${name}`);
    return objectsAt(await plane.admin.get(`/api/v1/namespaces/${HOME}/pods?labelSelector=${selector}`), "items");
  };
  const deploymentAt = (name: string) => plane.admin.get(`/apis/apps/v1/namespaces/${HOME}/deployments/${name}`);

  it("brings a Deployment up, and a new image after it", async () => {
    await plane.admin.apply(deployment({ namespace: HOME, name: "good", replicas: 2 }));
    await patiently(async () => assert.equal(numberAt(await deploymentAt("good"), "status", "readyReplicas"), 2));

    await plane.admin.apply(deployment({ namespace: HOME, name: "good", replicas: 2, tag: "6.1.1" }));

    await patiently(async () => {
      const images = (await podsOf("good")).map((pod) => stringAt(pod, "spec", "containers", 0, "image"));
      assert.deepEqual(new Set(images), new Set(["ghcr.io/stefanprodan/podinfo:6.1.1"]));
    });
  });

  const troubles: readonly (readonly [string, string, RegExp])[] = [
    ["crash", "6.1.0-crash", /^CrashLoopBackOff$/],
    ["pull", "latest", /^ImagePullBackOff$/],
  ];
  for (const [name, tag, reason] of troubles) {
    it(`shows ${reason.source} for an image that is tagged ${tag}`, async () => {
      await plane.admin.apply(deployment({ namespace: HOME, name, tag }));

      await patiently(async () => {
        const [pod] = await podsOf(name);
        const found = stringAt(pod, "status", "containerStatuses", 0, "state", "waiting", "reason");
        assert.match(found ?? "", reason);
      });
      assert.equal(numberAt(await deploymentAt(name), "status", "readyReplicas"), undefined);
    });
  }

  it("leaves an image that is never ready running and unready", async () => {
    await plane.admin.apply(deployment({ namespace: HOME, name: "unready", tag: "6.1.0-unready" }));

    await patiently(async () => {
      const [pod] = await podsOf("unready");
      assert.equal(stringAt(pod, "status", "phase"), "Running");
      const ready = objectsAt(pod, "status", "conditions").find(({ type }) => type === "Ready");
      assert.equal(ready?.["status"], "False");
    });
    await patiently(async () =>
      assert.equal(numberAt(await deploymentAt("unready"), "status", "unavailableReplicas"), 1),
    );
  });

  it("runs one pod of a DaemonSet", async () => {
    await plane.admin.apply(daemonSet({ namespace: HOME, name: "daemon" }));

    await patiently(async () => {
      const set = await plane.admin.get(`/apis/apps/v1/namespaces/${HOME}/daemonsets/daemon`);
      assert.equal(numberAt(set, "status", "numberReady"), 1);
    });
  });

  it("lists ready pods behind a Service", async () => {
    await plane.admin.apply(deployment({ namespace: HOME, name: "served" }), {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "served", namespace: HOME },
      spec: { selector: { app: "served" }, ports: [{ port: 80, targetPort: 8080 }] },
    });

    const label = encodeURIComponent("kubernetes.io/service-name=served");
    await patiently(async () => {
      const slices = await plane.admin.get(
        `/apis/discovery.k8s.io/v1/namespaces/${HOME}/endpointslices?labelSelector=${label}`,
      );
      const addresses = objectsAt(slices, "items", 0, "endpoints").map((endpoint) =>
        stringAt(endpoint, "addresses", 0),
      );
      const [pod] = await podsOf("served");
      assert.deepEqual(addresses, [stringAt(pod, "status", "podIP") ?? "none yet"]);
    });
  });
});
