import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { at, listAt } from "../../../../src/kubernetes/object.ts";
import { USUAL_RULES } from "../../../../src/kubernetes/copy-rules.ts";
import { daemonSetKind } from "../../../../src/kubernetes/workloads/daemon-set.ts";
import { deploymentKind } from "../../../../src/kubernetes/workloads/deployment.ts";
import { RevisionHash } from "../../../../src/units.ts";
import { canaryWith } from "../../mesh/samples.ts";

const revision = (digits: string, configs: Record<string, string> = {}) => ({
  hash: RevisionHash.parse(`v1-${digits}`),
  label: "1.2.3",
  images: [],
  configs,
});
const REVISION = revision("0123456789abcdef");
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
const order = (of: ReturnType<typeof target>) => ({ canary, target: of, revision: REVISION, rules: USUAL_RULES });
const build = (...parts: Parameters<typeof target>) => deploymentKind.build(order(target(...parts)));
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
    const other = deploymentKind.build({ ...order(target()), revision: revision("ffffffffffffffff") });

    assert.deepEqual(build(), build());
    assert.notDeepEqual(at(other, "spec", "template"), at(build(), "spec", "template"));
  });

  it("does not change the target it is made from", () => {
    const source = target({ pod: { affinity: { podAntiAffinity: {} } } });
    const before = JSON.stringify(source);

    deploymentKind.build(order(source));

    assert.equal(JSON.stringify(source), before);
  });
});

describe("bringing primary to a newer template", () => {
  const primary = { metadata: { annotations: { "coalmine.dev/revision": "v1-0000000000000000" }, labels: { a: "b" } } };
  const edit = (replicas: number, rules = USUAL_RULES) =>
    deploymentKind.edit({ ...order(target({ spec: { replicas } })), rules }, primary);
  const paths = (edits: readonly { readonly path: string }[]) => edits.map(({ path }) => path);

  it("notes the revision and replaces the whole template", () => {
    assert.deepEqual(paths(edit(3)), [
      "/metadata/annotations/coalmine.dev~1revision",
      "/metadata/annotations/coalmine.dev~1revision-label",
      "/spec/template",
      "/spec/replicas",
    ]);
  });

  it("never scales primary to zero", () => {
    assert.ok(!paths(edit(0)).includes("/spec/replicas"));
  });

  it("leaves replicas to primary's own scaler", () => {
    const scaler = {
      kind: "HorizontalPodAutoscaler",
      name: "shop",
      primaryQueries: {},
      primaryMin: 1,
      primaryMax: 2,
    } as const;
    const scaled = { ...order(target()), canary: { ...canary, scaler } };

    assert.ok(!paths(deploymentKind.edit(scaled, primary)).includes("/spec/replicas"));
  });

  it("takes labels of the wanted prefixes over, and removes none", () => {
    const rules = { ...USUAL_RULES, labelPrefixes: ["te"] };

    assert.deepEqual(
      edit(0, rules).filter(({ path }) => path.startsWith("/metadata/labels")),
      [{ op: "add", path: "/metadata/labels/team", value: "x" }],
    );
  });

  it("takes a note of configs off when the new revision has none", () => {
    const annotations = { ...primary.metadata.annotations, "coalmine.dev/revision-configs": "{}" };
    const edits = deploymentKind.edit(order(target()), { metadata: { annotations } });

    assert.ok(edits.some(({ op, path }) => op === "remove" && path.endsWith("revision-configs")));
  });
});

describe("the primary copy of a DaemonSet", () => {
  const set = (pod = {}, spec = {}) =>
    daemonSetKind.build(order(target({ pod, spec: { updateStrategy: { type: "RollingUpdate" }, ...spec } })));

  it("has its update strategy, and no size", () => {
    const primary = set();

    assert.equal(at(primary, "kind"), "DaemonSet");
    assert.deepEqual(at(primary, "spec", "updateStrategy"), { type: "RollingUpdate" });
    assert.equal(at(primary, "spec", "replicas"), undefined);
    assert.equal(at(primary, "spec", "strategy"), undefined);
  });

  it("runs pods even when it is made from a set that rests", () => {
    const nodeSelector = { disk: "ssd", "flagger.app/scale-to-zero": "true" };

    assert.deepEqual(at(podSpec(set({ nodeSelector })), "nodeSelector"), { disk: "ssd" });
  });

  it("keeps rules about other pods as they are", () => {
    const affinity = {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: "zone", labelSelector: { matchLabels: { app: "shop" } } },
        ],
      },
    };

    assert.deepEqual(at(podSpec(set({ affinity })), "affinity"), affinity);
  });
});

describe("labels and configs of the primary copy", () => {
  it("has none of the target's object labels, unless their prefix is asked for", () => {
    const labelled = (labelPrefixes: readonly string[]) =>
      at(deploymentKind.build({ ...order(target()), rules: { ...USUAL_RULES, labelPrefixes } }), "metadata", "labels");

    assert.deepEqual(labelled([]), { app: "shop-primary" });
    assert.deepEqual(labelled(["te"]), { team: "x", app: "shop-primary" });
    assert.deepEqual(labelled(["*"]), { team: "x", app: "shop-primary" });
  });

  it("is told by the label that the installation prefers", () => {
    const rules = { ...USUAL_RULES, selectorLabels: ["component"] };
    const primary = deploymentKind.build({ ...order(target({ labels: { app: "shop", component: "web" } })), rules });

    assert.deepEqual(at(primary, "spec", "selector", "matchLabels"), { component: "web-primary" });
  });

  it("refers to its own copies of the configs that belong to the revision, and shares the others", () => {
    const pod = {
      containers: [
        {
          name: "app",
          image: "a",
          envFrom: [{ configMapRef: { name: "settings" } }, { configMapRef: { name: "shared" } }],
        },
      ],
    };
    const configs = { "configmap/settings": "0123456789abcdef" };
    const primary = deploymentKind.build({
      ...order(target({ pod })),
      revision: revision("aaaaaaaaaaaaaaaa", configs),
    });

    const [container] = listAt(podSpec(primary), "containers");
    assert.deepEqual(at(container, "envFrom"), [
      { configMapRef: { name: "settings-primary" } },
      { configMapRef: { name: "shared" } },
    ]);
    assert.equal(at(primary, "metadata", "annotations", "coalmine.dev/revision-configs"), JSON.stringify(configs));
  });
});
