import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { USUAL_RULES } from "../../../../src/kubernetes/copy-rules.ts";
import { readConfig } from "../../../../src/kubernetes/configs/config-record.ts";
import { isObject, type KubernetesObject } from "../../../../src/kubernetes/object.ts";
import { readService } from "../../../../src/kubernetes/services/service-record.ts";
import { WORKLOAD_KINDS } from "../../../../src/kubernetes/workloads/kinds.ts";
import { canaryWith } from "../../mesh/samples.ts";

const POD_WORKLOAD = {
  metadata: {
    name: "shop",
    namespace: "demo",
    resourceVersion: "1",
    generation: 1,
    labels: { a: "b" },
    annotations: { c: "d" },
  },
  spec: {
    replicas: 1,
    strategy: { type: "RollingUpdate" },
    updateStrategy: { type: "RollingUpdate" },
    selector: { matchLabels: { app: "shop" } },
    template: {
      metadata: { labels: { app: "shop" }, annotations: { e: "f" } },
      spec: {
        nodeSelector: { disk: "ssd" },
        affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: {} }] } },
        topologySpreadConstraints: [{ labelSelector: { matchLabels: { app: "shop" } } }],
        volumes: [{ name: "v", configMap: { name: "x" } }],
        containers: [
          { name: "app", image: "shop:1", ports: [{ containerPort: 80 }], env: [{ name: "a" }], envFrom: [{}] },
        ],
      },
    },
  },
  status: { observedGeneration: 1, replicas: 1, conditions: [{ type: "Available", status: "True" }] },
};

/** Maps and lists that are empty or null in what some client wrote, by their path. */
const ODD = [
  "metadata.labels",
  "metadata.annotations",
  "metadata.ownerReferences",
  "spec.replicas",
  "spec.strategy",
  "spec.updateStrategy",
  "spec.template.metadata.annotations",
  "spec.template.spec.nodeSelector",
  "spec.template.spec.affinity",
  "spec.template.spec.affinity.podAntiAffinity",
  "spec.template.spec.topologySpreadConstraints",
  "spec.template.spec.volumes",
  "spec.template.spec.initContainers",
  "spec.template.spec.containers.0.ports",
  "spec.template.spec.containers.0.env",
  "spec.template.spec.containers.0.envFrom",
  "status",
  "status.conditions",
  "status.observedGeneration",
];

function withOdd(object: unknown, path: readonly string[], value: unknown): unknown {
  const [key = "", ...rest] = path;
  if (Array.isArray(object))
    return object.map((item, index) => (index === Number(key) ? withOdd(item, rest, value) : item));
  if (!isObject(object)) return object;
  if (rest.length > 0) return { ...object, [key]: withOdd(object[key], rest, value) };
  if (value !== "absent") return { ...object, [key]: value };
  const { [key]: _, ...others } = object;
  return others;
}

const oddities = (paths: readonly string[]) =>
  fc.array(fc.tuple(fc.constantFrom(...paths), fc.constantFrom(null, "absent")), { maxLength: 6 });
const odd = (object: unknown, changes: readonly (readonly [string, unknown])[]) =>
  changes.reduce((changed, [path, value]) => withOdd(changed, path.split("."), value), object) as KubernetesObject;

describe("objects with maps that are null or not there", () => {
  for (const name of ["Deployment", "DaemonSet"] as const) {
    it(`are read and copied like any other: ${name}`, () => {
      const kind = WORKLOAD_KINDS[name];

      fc.assert(
        fc.property(oddities(ODD), oddities(ODD), (changes, others) => {
          const target = odd(POD_WORKLOAD, changes);
          const record = kind.read(target, USUAL_RULES);
          const order = { canary: canaryWith(), target, revision: record.template, rules: USUAL_RULES };
          const primary = kind.build(order);
          assert.equal(kind.read(withIdentity(primary), USUAL_RULES).likeness, record.likeness);
          kind.edit(order, odd(primary, others));
          kind.restore(kind.keep(primary), odd(primary, others));
        }),
      );
    });
  }

  it("are read like any other: Service", () => {
    const service = {
      metadata: { name: "shop", resourceVersion: "1", labels: {}, annotations: {}, ownerReferences: [] },
      spec: { selector: { app: "shop" }, ports: [{ port: 80 }], trafficDistribution: "PreferClose" },
    };
    const paths = [
      "metadata.labels",
      "metadata.annotations",
      "metadata.ownerReferences",
      "spec",
      "spec.selector",
      "spec.ports",
      "spec.trafficDistribution",
    ];

    fc.assert(
      fc.property(oddities(paths), (changes) => {
        assert.equal(readService(odd(service, changes), USUAL_RULES).resourceVersion, "1");
      }),
    );
  });

  it("are read like any other: ConfigMap", () => {
    for (const value of [null, undefined]) {
      const metadata = { resourceVersion: "1", annotations: value, ownerReferences: value };
      assert.deepEqual(readConfig({ metadata }), { resourceVersion: "1", optedOut: false, isCopy: false, owners: [] });
    }
  });
});

const withIdentity = (primary: KubernetesObject): KubernetesObject => {
  const metadata = isObject(primary["metadata"]) ? primary["metadata"] : {};
  return { ...primary, metadata: { ...metadata, resourceVersion: "1", generation: 1 } };
};
