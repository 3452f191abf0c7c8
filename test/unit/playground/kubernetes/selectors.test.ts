import { describe, it } from "node:test";
import assert from "node:assert/strict";
import {
  labelSelectorOf,
  parseFieldSelector,
  parseLabelSelector,
  selectorText,
} from "../../../../src/playground/kubernetes/storage/selectors.ts";

describe("label selectors in a query", () => {
  const labels = { app: "web", tier: "1" };
  const table: [string, boolean][] = [
    ["", true],
    ["app=web", true],
    ["app==web,tier=1", true],
    ["app=web,tier=2", false],
    ["app!=api", true],
    ["missing!=x", true],
    ["app in (web, api)", true],
    ["app notin (web,api),tier", false],
    ["missing notin (a)", true],
    ["missing in (a)", false],
    ["tier", true],
    ["!tier", false],
    ["!missing", true],
    ["app=", false],
  ];

  for (const [text, matches] of table) {
    it(`"${text}" ${matches ? "matches" : "does not match"}`, () =>
      assert.equal(parseLabelSelector(text)(labels), matches));
  }

  it("that are none are refused", () => {
    for (const text of ["app in web", "a=b=c", "=x", "a b"])
      assert.throws(() => parseLabelSelector(text), { code: 400 }, text);
  });
});

describe("label selectors of objects", () => {
  it("match by labels and by expressions", () => {
    const selector = {
      matchLabels: { app: "web" },
      matchExpressions: [
        { key: "tier", operator: "In", values: ["1", "2"] },
        { key: "old", operator: "DoesNotExist" },
      ],
    };

    assert.equal(labelSelectorOf(selector)({ app: "web", tier: "2" }), true);
    assert.equal(labelSelectorOf(selector)({ app: "web", tier: "3" }), false);
    assert.equal(labelSelectorOf(selector)({ app: "web", tier: "1", old: "" }), false);
    assert.equal(selectorText(selector), "app=web,tier in (1,2),!old");
  });

  it("match everything when empty, and nothing when missing", () => {
    assert.equal(labelSelectorOf({})({ a: "b" }), true);
    assert.equal(labelSelectorOf(undefined)({ a: "b" }), false);
  });
});

describe("field selectors", () => {
  const event = {
    metadata: { name: "e", namespace: "n" },
    involvedObject: { kind: "Pod", name: "p" },
    source: { component: "kubelet" },
  };

  it("compare the fields that a resource has an index for", () => {
    assert.equal(parseFieldSelector("involvedObject.kind=Pod,involvedObject.name=p", "events")(event), true);
    assert.equal(parseFieldSelector("source=kubelet,metadata.name!=e", "events")(event), false);
  });

  it("are refused for other fields", () => {
    assert.throws(
      () => parseFieldSelector("spec.replicas=1", "deployments.apps"),
      /"spec.replicas" is not a known field selector/,
    );
  });
});
