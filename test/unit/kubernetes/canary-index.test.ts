import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CanaryIndex } from "../../../src/kubernetes/canary-index.ts";
import { canaryWith } from "../mesh/samples.ts";

const KEY = { namespace: "demo", name: "shop-canary-definition" };
const concerned = (index: CanaryIndex, name: string, namespace = "demo") => index.concernedBy({ namespace, name });

describe("a canary index", () => {
  it("finds the canary by its target, primary and Services", () => {
    const index = new CanaryIndex();

    index.update(KEY, canaryWith({ name: "front" }));

    for (const name of ["shop", "shop-primary", "front", "front-primary", "front-canary"]) {
      assert.deepEqual(concerned(index, name), [KEY], name);
    }
    assert.deepEqual(concerned(index, "shop-canary"), []);
    assert.deepEqual(concerned(index, "shop", "other"), []);
  });

  it("finds the canary by its scaler and primary's copy of that", () => {
    const index = new CanaryIndex();
    const scaler = {
      kind: "ScaledObject",
      name: "sizes",
      primaryQueries: {},
      primaryMin: null,
      primaryMax: null,
    } as const;

    index.update(KEY, { ...canaryWith(), scaler });

    for (const name of ["sizes", "sizes-primary"]) assert.deepEqual(concerned(index, name), [KEY], name);
  });

  it("finds every canary that refers to an object", () => {
    const index = new CanaryIndex();
    const second = { ...KEY, name: "second" };

    index.update(KEY, canaryWith());
    index.update(second, canaryWith());

    assert.deepEqual(concerned(index, "shop"), [KEY, second]);
  });

  it("forgets what a canary no longer refers to", () => {
    const index = new CanaryIndex();
    index.update(KEY, canaryWith({ name: "front" }));

    index.update(KEY, canaryWith({ name: "back" }));
    assert.deepEqual([concerned(index, "front"), concerned(index, "back")], [[], [KEY]]);

    index.update(KEY, null);
    assert.deepEqual(concerned(index, "shop"), []);
  });
});
