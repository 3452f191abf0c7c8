import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { at, listAt } from "../../../../src/kubernetes/object.ts";
import { buildPrimary, editPrimary } from "../../../../src/kubernetes/workloads/primary-deployment.ts";
import { RevisionHash } from "../../../../src/units.ts";
import { canaryWith } from "../../mesh/samples.ts";

const REVISION = RevisionHash.parse("v1-0123456789abcdef");
const canary = canaryWith();

/** The target `shop` with parts of its Deployment replaced. */
const target = ({
  spec = {},
  pod = {},
  annotations = {},
  labels = { app: "shop" } as Record<string, string>,
} = {}) => ({
  metadata: { name: "shop", namespace: "demo", annotations, labels: { team: "x" } },
  spec: {
    replicas: 3,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: "app", image: "r/shop:1.2.3" }], ...pod } },
    ...spec,
  },
});
const build = (...parts: Parameters<typeof target>) => buildPrimary(canary, target(...parts), REVISION);
const podSpec = (primary: unknown) => at(primary, "spec", "template", "spec");

describe("the primary copy", () => {
  it("has the target's pods under one label of its own", () => {
    const primary = build({ labels: { "app.kubernetes.io/name": "front", tier: "web" } });

    assert.equal(at(primary, "metadata", "name"), "shop-primary");
    assert.deepEqual(at(primary, "metadata", "labels"), { "app.kubernetes.io/name": "front-primary" });
    assert.deepEqual(at(primary, "spec", "selector", "matchLabels"), { "app.kubernetes.io/name": "front-primary" });
    const labels = at(primary, "spec", "template", "metadata", "labels");
    assert.deepEqual(labels, { "app.kubernetes.io/name": "front-primary", tier: "web" });
  });

  it("copies fields that no version of ours knows", () => {
    const pod = { containers: [{ name: "app", image: "a", futureField: { x: [null, 1] } }], futureSpec: "y" };

    assert.deepEqual(podSpec(build({ pod })), pod);
  });

  it("copies how the target rolls out, and never starts with no pod", () => {
    const spec = {
      replicas: 0,
      progressDeadlineSeconds: 60,
      minReadySeconds: 5,
      strategy: { type: "Recreate" },
      paused: true,
    };

    const primary = build({ spec });

    assert.equal(at(primary, "spec", "replicas"), 1);
    assert.equal(at(primary, "spec", "progressDeadlineSeconds"), 60);
    assert.equal(at(primary, "spec", "minReadySeconds"), 5);
    assert.deepEqual(at(primary, "spec", "strategy"), { type: "Recreate" });
    assert.equal(at(primary, "spec", "paused"), undefined);
  });

  it("leaves out what GitOps tools and kubectl noted about the target", () => {
    const annotations = {
      "example.com/keep": "1",
      "kustomize.toolkit.fluxcd.io/checksum": "2",
      "kubectl.kubernetes.io/last-applied-configuration": "{}",
      "deployment.kubernetes.io/revision": "9",
    };

    assert.deepEqual(Object.keys(at(build({ annotations }), "metadata", "annotations") ?? {}).sort(), [
      "coalmine.dev/revision",
      "coalmine.dev/revision-label",
      "example.com/keep",
    ]);
  });

  it("keeps its own pods apart where the target's were kept apart, and follows others as before", () => {
    const term = (labelSelector: object) => ({ topologyKey: "zone", labelSelector });
    const pod = {
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [term({ matchLabels: { app: "shop", tier: "web" } })],
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 1,
              podAffinityTerm: term({ matchExpressions: [{ key: "app", operator: "In", values: ["shop", "x"] }] }),
            },
          ],
        },
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term({ matchLabels: { app: "shop" } })] },
      },
      topologySpreadConstraints: [{ maxSkew: 1, ...term({ matchLabels: { app: "shop" } }) }],
    };

    const spec = podSpec(build({ pod }));

    const anti = at(spec, "affinity", "podAntiAffinity");
    assert.deepEqual(listAt(anti, "requiredDuringSchedulingIgnoredDuringExecution"), [
      term({ matchLabels: { app: "shop-primary", tier: "web" } }),
    ]);
    assert.deepEqual(listAt(anti, "preferredDuringSchedulingIgnoredDuringExecution"), [
      {
        weight: 1,
        podAffinityTerm: term({ matchExpressions: [{ key: "app", operator: "In", values: ["shop-primary", "x"] }] }),
      },
    ]);
    assert.deepEqual(at(spec, "affinity", "podAffinity"), pod.affinity.podAffinity);
    assert.deepEqual(listAt(spec, "topologySpreadConstraints"), [
      { maxSkew: 1, ...term({ matchLabels: { app: "shop-primary" } }) },
    ]);
  });

  it("is the same for the same revision, and has other pods for another", () => {
    const other = buildPrimary(canary, target(), RevisionHash.parse("v1-ffffffffffffffff"));

    assert.deepEqual(build(), build());
    assert.notDeepEqual(at(other, "spec", "template"), at(build(), "spec", "template"));
  });

  it("does not change the target it is made from", () => {
    const source = target({ pod: { affinity: { podAntiAffinity: {} } } });
    const before = JSON.stringify(source);

    buildPrimary(canary, source, REVISION);

    assert.equal(JSON.stringify(source), before);
  });
});

describe("bringing primary to a newer template", () => {
  const edit = (replicas: number) =>
    editPrimary(canary, target({ spec: { replicas } }), {
      revision: REVISION,
      primaryVersion: "7",
      hasAnnotations: true,
    });

  it("is bound to one version of primary and replaces the whole template", () => {
    const operations = edit(3);

    assert.deepEqual(operations[0], { op: "replace", path: "/metadata/resourceVersion", value: "7" });
    assert.deepEqual(operations.map((operation) => at(operation, "path")).slice(1), [
      "/metadata/annotations/coalmine.dev~1revision",
      "/metadata/annotations/coalmine.dev~1revision-label",
      "/spec/template",
      "/spec/replicas",
    ]);
  });

  it("never scales primary to zero", () => {
    assert.ok(!edit(0).some((operation) => at(operation, "path") === "/spec/replicas"));
  });
});
