import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { USUAL_RULES } from "../../../../src/kubernetes/copy-rules.ts";
import { daemonSetKind } from "../../../../src/kubernetes/workloads/daemon-set.ts";
import { deploymentKind } from "../../../../src/kubernetes/workloads/deployment.ts";
import { peerPrimary } from "../../../support/peer-primary.ts";
import { canaryWith, UID } from "../../mesh/samples.ts";

const OWNER = { name: "shop", uid: UID };
const stored = (object: object) => {
  const given = object as { metadata: object };
  return { ...given, metadata: { ...given.metadata, resourceVersion: "1", generation: 1 } };
};

/** Target `shop`, whose label has another value than its name. */
const target = (podSpec: object, annotations: Record<string, string> = {}, kind = "Deployment") => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name: "shop", namespace: "demo" },
  spec: {
    selector: { matchLabels: { app: "front" } },
    template: { metadata: { labels: { app: "front", tier: "web" }, annotations }, spec: podSpec },
  },
});
const likeness = (object: object, kind = deploymentKind) => kind.read(stored(object), USUAL_RULES).likeness;

const container = { name: "app", image: "shop:1" };
const apart = (...values: readonly string[]) => ({
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { topologyKey: "zone", labelSelector: { matchExpressions: [{ key: "app", operator: "In", values }] } },
    ],
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 1, podAffinityTerm: { topologyKey: "node", labelSelector: { matchLabels: { app: values[0] } } } },
    ],
  },
});
const spread = (app: string) => [{ maxSkew: 1, topologyKey: "zone", labelSelector: { matchLabels: { app } } }];
const reading = (settings: string, keys: string) => ({
  containers: [{ ...container, envFrom: [{ configMapRef: { name: settings } }] }],
  volumes: [{ name: "v", projected: { sources: [{ secret: { name: keys } }] } }],
});

/** The target's pod spec, and the same as the other controller writes it into primary. */
const PAIRS: Readonly<Record<string, readonly [object, object]>> = {
  "a plain pod": [{ containers: [container] }, { containers: [container] }],
  "rules that name the workload": [
    { containers: [container], affinity: apart("shop", "other"), topologySpreadConstraints: spread("shop") },
    {
      containers: [container],
      affinity: apart("shop-primary", "other"),
      topologySpreadConstraints: spread("shop-primary"),
    },
  ],
  "copied configs": [reading("settings", "keys"), reading("settings-primary", "keys-primary")],
  "shared configs": [reading("settings", "keys"), reading("settings", "keys-primary")],
};

describe("a primary that another controller made", () => {
  for (const [what, [targets, primarys]] of Object.entries(PAIRS)) {
    it(`is like its target: ${what}`, () => {
      const of = target(targets, { "kustomize.toolkit.fluxcd.io/checksum": "x", note: "kept" });

      assert.equal(likeness(peerPrimary(of, primarys, OWNER)), likeness(of));
    });
  }

  it("is like its DaemonSet, whether that rests or not", () => {
    const of = (nodeSelector: object) => target({ containers: [container], nodeSelector }, {}, "DaemonSet");
    const primary = peerPrimary(of({ disk: "ssd" }), { containers: [container], nodeSelector: { disk: "ssd" } }, OWNER);
    const rests = of({ disk: "ssd", "flagger.app/scale-to-zero": "true" });

    assert.equal(likeness(primary, daemonSetKind), likeness(of({ disk: "ssd" }), daemonSetKind));
    assert.equal(likeness(rests, daemonSetKind), likeness(of({ disk: "ssd" }), daemonSetKind));
  });

  it("is unlike a target that has anything else", () => {
    const primary = peerPrimary(target({ containers: [container] }), { containers: [container] }, OWNER);
    const others = [
      target({ containers: [{ ...container, image: "shop:2" }] }),
      target({ containers: [container] }, { restartedAt: "now" }),
      target({ containers: [container], affinity: apart("shop") }),
      target(reading("settings", "keys")),
    ];

    for (const other of others) assert.notEqual(likeness(other), likeness(primary));
  });
});

describe("a target", () => {
  it("has the hash of its template as its likeness, where there is nothing to turn back", () => {
    const { template, likeness: own } = deploymentKind.read(stored(target(reading("settings", "keys"))), USUAL_RULES);

    assert.equal(own, template.hash);
  });

  it("is like the primary that we make of it, whatever is in its pod spec", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (parts) => {
        const of = target({ ...JSON.parse(JSON.stringify(parts)), containers: [container] });
        const hash = deploymentKind.read(stored(of), USUAL_RULES).template;
        const primary = deploymentKind.build({
          canary: canaryWith(),
          target: of,
          revision: hash,
          rules: USUAL_RULES,
        });

        assert.equal(likeness(primary), likeness(of));
      }),
    );
  });
});
