import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readPod } from "../../../../src/playground/mesh/pods.ts";
import { choosePort, isEndpoint, readService } from "../../../../src/playground/mesh/services.ts";

interface Sketch {
  readonly labels?: object;
  readonly owner?: object;
  readonly ready?: string;
  readonly deletionTimestamp?: string;
  readonly ports?: readonly object[];
}

function podObject({ labels = { app: "podinfo" }, owner, ready = "True", deletionTimestamp, ports }: Sketch = {}) {
  return {
    metadata: {
      name: "p-1",
      namespace: "demo",
      uid: "u",
      labels,
      deletionTimestamp,
      ...(owner && { ownerReferences: [owner] }),
    },
    spec: { containers: [{ image: "ghcr.io/stefanprodan/podinfo:6.1.0", ports }] },
    status: { conditions: [{ type: "Ready", status: ready }] },
  };
}

describe("a pod", () => {
  it("belongs to the Deployment behind its ReplicaSet", () => {
    const labels = { "pod-template-hash": "abc12" };
    const replicaSet = { kind: "ReplicaSet", name: "podinfo-primary-abc12" };

    assert.equal(readPod(podObject({ labels, owner: replicaSet })).workload, "podinfo-primary");
    assert.equal(readPod(podObject({ owner: { kind: "DaemonSet", name: "agent" } })).workload, "agent");
    assert.equal(readPod(podObject()).workload, "p-1");
  });

  it("serves while it is ready and not on its way out", () => {
    assert.ok(readPod(podObject()).isServing);
    assert.ok(!readPod(podObject({ ready: "False" })).isServing);
    assert.ok(!readPod(podObject({ deletionTimestamp: "2026-01-01T00:00:00Z" })).isServing);
  });

  it("has its image's tag for a version", () => {
    assert.equal(readPod(podObject()).version, "6.1.0");
  });
});

describe("a Service", () => {
  const service = (spec: object) => readService({ metadata: { name: "podinfo", namespace: "demo" }, spec });
  const endpoint = (pod: Sketch, spec: object): boolean => {
    const one = service(spec);
    return isEndpoint(readPod(podObject(pod)), { service: one, port: one.ports[0]! });
  };
  const selector = { app: "podinfo" };

  it("selects by all of its labels, and nothing without any", () => {
    assert.ok(endpoint({}, { selector, ports: [{ port: 80 }] }));
    assert.ok(!endpoint({}, { selector: { ...selector, tier: "web" }, ports: [{ port: 80 }] }));
    assert.ok(!endpoint({}, { ports: [{ port: 80 }] }));
  });

  it("reaches a container by the number or the name of its port", () => {
    const ports = [{ name: "http", containerPort: 9898 }];

    assert.ok(endpoint({ ports }, { selector, ports: [{ port: 80, targetPort: 9898 }] }));
    assert.ok(endpoint({ ports }, { selector, ports: [{ port: 80, targetPort: "http" }] }));
    assert.ok(!endpoint({ ports }, { selector, ports: [{ port: 80 }] }), "the target port is 80 then");
    assert.ok(!endpoint({ ports }, { selector, ports: [{ port: 80, targetPort: "grpc" }] }));
  });

  it("has the port that was asked for, or the first", () => {
    const two = service({ ports: [{ port: 80 }, { port: 81 }] });

    assert.equal(choosePort(two, 81)?.port, 81);
    assert.equal(choosePort(two, undefined)?.port, 80);
    assert.equal(choosePort(two, 82), undefined);
  });
});
