import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { canonicalJson, hashTemplate } from "../../../../src/kubernetes/workloads/template-hash.ts";

const template = {
  metadata: { labels: { app: "shop" }, creationTimestamp: null },
  spec: { containers: [{ name: "app", image: "shop:1", env: [], resources: {} }], securityContext: {} },
};

describe("hashTemplate", () => {
  it("has kept its recipe: changing it would start every canary", () => {
    assert.equal(hashTemplate(template), "v1-fe10ad9bd3d4bbf6");
  });

  it("ignores order, and whatever is null or empty", () => {
    const same = {
      spec: { containers: [{ image: "shop:1", name: "app" }] },
      metadata: { annotations: null, labels: { app: "shop" } },
    };

    assert.equal(hashTemplate(same), hashTemplate(template));
  });

  it("sees an image, an annotation, a zero, an empty text and the order of containers", () => {
    const [container] = template.spec.containers;
    const others = [
      { ...template, spec: { containers: [{ ...container, image: "shop:2" }] } },
      { ...template, metadata: { ...template.metadata, annotations: { restartedAt: "now" } } },
      { ...template, spec: { ...template.spec, terminationGracePeriodSeconds: 0 } },
      { ...template, spec: { ...template.spec, hostname: "" } },
      { ...template, spec: { containers: [{ name: "b", image: "b" }, container] } },
      { ...template, spec: { containers: [container, { name: "b", image: "b" }] } },
    ];

    const hashes = new Set([template, ...others].map(hashTemplate));
    assert.equal(hashes.size, others.length + 1);
  });

  it("is the same for any JSON after a round trip with its keys in another order", () => {
    const reorder = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reorder);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, reorder(inner)]),
      );
    };

    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.equal(canonicalJson(reorder(JSON.parse(JSON.stringify(value)))), canonicalJson(value));
      }),
    );
  });
});
