import { describe, it } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { ModelSchemas } from "../../../../src/playground/kubernetes/builtin/model-schemas.ts";
import {
  applyJsonPatch,
  MalformedPatch,
  PatchRefused,
} from "../../../../src/playground/kubernetes/patch/json-patch.ts";
import { applyMergePatch } from "../../../../src/playground/kubernetes/patch/merge-patch.ts";
import { applyStrategicMerge, InvalidDirective } from "../../../../src/playground/kubernetes/patch/strategic-merge.ts";
import type { JsonObject, JsonValue } from "../../../../src/playground/kubernetes/json.ts";

describe("merge patch", () => {
  const examples: [JsonValue, JsonValue, JsonValue][] = [
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    [["a"], { a: "b" }, { a: "b" }],
  ];

  for (const [target, patch, expected] of examples) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(target)} with ${JSON.stringify(patch)}`, () => {
      assert.deepEqual(applyMergePatch(target, patch), expected);
    });
  }

  it("never changes what it was given, and applying it twice is applying it once", () => {
    const value = fc.jsonValue({ maxDepth: 3 }).map((generated) => JSON.parse(JSON.stringify(generated)) as JsonValue);
    fc.assert(
      fc.property(value, value, (target, patch) => {
        const before = JSON.stringify([target, patch]);
        const once = applyMergePatch(target, patch);

        assert.deepEqual(applyMergePatch(once, patch), once);
        assert.equal(JSON.stringify([target, patch]), before);
      }),
    );
  });
});

describe("JSON patch", () => {
  const apply = (target: JsonValue, ...patch: JsonValue[]): JsonValue => applyJsonPatch(target, patch);

  it("adds, replaces, removes, moves and copies", () => {
    assert.deepEqual(apply({ a: [1, 3] }, { op: "add", path: "/a/1", value: 2 }), { a: [1, 2, 3] });
    assert.deepEqual(apply({ a: [1] }, { op: "add", path: "/a/-", value: 2 }), { a: [1, 2] });
    assert.deepEqual(apply({ a: 1 }, { op: "replace", path: "/a", value: 2 }), { a: 2 });
    assert.deepEqual(apply({ a: [1, 2] }, { op: "remove", path: "/a/0" }), { a: [2] });
    assert.deepEqual(apply({ a: 1 }, { op: "move", from: "/a", path: "/b" }), { b: 1 });
    assert.deepEqual(apply({ a: { x: 1 } }, { op: "copy", from: "/a", path: "/b" }), { a: { x: 1 }, b: { x: 1 } });
  });

  it("understands escaped pointers", () => {
    assert.deepEqual(apply({ "a/b": { "c~d": 1 } }, { op: "replace", path: "/a~1b/c~0d", value: 2 }), {
      "a/b": { "c~d": 2 },
    });
  });

  it("refuses what does not fit, and changes nothing then", () => {
    const target = { a: [1], b: "x" };

    assert.throws(
      () => apply(target, { op: "add", path: "/b2", value: 1 }, { op: "test", path: "/b", value: "y" }),
      PatchRefused,
    );
    assert.throws(() => apply(target, { op: "replace", path: "/no/where", value: 1 }), PatchRefused);
    assert.throws(() => apply(target, { op: "shrink", path: "/a" }), PatchRefused);
    assert.throws(() => apply(target, { op: "add", path: "a", value: 1 }), PatchRefused);
    assert.throws(() => apply(target, { op: "add", path: "/a/5", value: 1 }), PatchRefused);
    assert.throws(() => apply(target, { op: "add", path: "/no/where", value: 1 }), PatchRefused);
    assert.deepEqual(target, { a: [1], b: "x" });
  });

  it("calls a patch malformed that is no list of operations", () => {
    assert.throws(() => applyJsonPatch({}, { a: 1 }), MalformedPatch);
  });

  it("removes and replaces what is not there, as the API server does", () => {
    assert.deepEqual(apply({ a: 1 }, { op: "remove", path: "/missing" }), { a: 1 });
    assert.deepEqual(apply({ a: 1 }, { op: "replace", path: "/missing", value: 2 }), { a: 1, missing: 2 });
  });
});

describe("strategic merge patch", () => {
  const schema = new ModelSchemas().schemaOf("V1PodSpec");
  const apply = (target: JsonObject, patch: JsonObject): JsonObject => applyStrategicMerge(target, patch, schema);
  const two: JsonObject = {
    containers: [
      { name: "a", image: "a:1" },
      { name: "b", image: "b:1", env: [{ name: "X", value: "1" }] },
    ],
  };

  it("merges list items by their key and keeps the others", () => {
    assert.deepEqual(apply(two, { containers: [{ name: "a", image: "a:2" }] }), {
      containers: [
        { name: "a", image: "a:2" },
        { name: "b", image: "b:1", env: [{ name: "X", value: "1" }] },
      ],
    });
  });

  it("merges lists inside of list items", () => {
    const merged = apply(two, { containers: [{ name: "b", env: [{ name: "Y", value: "2" }] }] });

    assert.deepEqual(merged["containers"], [
      { name: "a", image: "a:1" },
      {
        name: "b",
        image: "b:1",
        env: [
          { name: "Y", value: "2" },
          { name: "X", value: "1" },
        ],
      },
    ]);
  });

  it("puts new items before the old ones, as the API server does", () => {
    const merged = apply(
      { containers: [{ name: "a", image: "a:1" }] },
      { containers: [{ name: "new", image: "n:1" }] },
    );

    assert.deepEqual(merged["containers"], [
      { name: "new", image: "n:1" },
      { name: "a", image: "a:1" },
    ]);
  });

  it("removes an item with $patch: delete", () => {
    assert.deepEqual(apply(two, { containers: [{ name: "b", $patch: "delete" }] }), {
      containers: [{ name: "a", image: "a:1" }],
    });
  });

  it("replaces a whole list or map with $patch: replace", () => {
    assert.deepEqual(apply(two, { containers: [{ name: "c", image: "c:1" }, { $patch: "replace" }] }), {
      containers: [{ name: "c", image: "c:1" }],
    });
    assert.deepEqual(
      apply({ securityContext: { runAsUser: 1 } }, { securityContext: { $patch: "replace", runAsGroup: 2 } }),
      { securityContext: { runAsGroup: 2 } },
    );
  });

  it("orders items as $setElementOrder says", () => {
    const merged = apply(two, {
      "$setElementOrder/containers": [{ name: "b" }, { name: "a" }],
      containers: [{ name: "a", image: "a:2" }],
    });

    assert.deepEqual(
      (merged["containers"] as JsonObject[]).map((container) => container["name"]),
      ["b", "a"],
    );
  });

  it("keeps only the named members of a volume with $retainKeys", () => {
    const before = { volumes: [{ name: "v", emptyDir: {} }] };

    assert.deepEqual(
      apply(before, { volumes: [{ $retainKeys: ["name", "configMap"], name: "v", configMap: { name: "c" } }] }),
      {
        volumes: [{ name: "v", configMap: { name: "c" } }],
      },
    );
  });

  it("adds to and deletes from lists of plain values", () => {
    const metadata = new ModelSchemas().schemaOf("V1ObjectMeta");
    const before = { finalizers: ["a", "b"] };

    assert.deepEqual(applyStrategicMerge(before, { finalizers: ["c"] }, metadata), { finalizers: ["c", "a", "b"] });
    assert.deepEqual(applyStrategicMerge(before, { "$deleteFromPrimitiveList/finalizers": ["a"] }, metadata), {
      finalizers: ["b"],
    });
  });

  it("replaces atomic lists and removes members that are null", () => {
    assert.deepEqual(apply({ tolerations: [{ key: "a" }] }, { tolerations: [{ key: "b" }] }), {
      tolerations: [{ key: "b" }],
    });
    assert.deepEqual(
      apply({ hostNetwork: true, nodeSelector: { a: "1", b: "2" } }, { hostNetwork: null, nodeSelector: { a: null } }),
      { nodeSelector: { b: "2" } },
    );
  });

  it("refuses items without their key and unknown directives", () => {
    assert.throws(() => apply(two, { containers: [{ image: "x" }] }), InvalidDirective);
    assert.throws(() => apply(two, { $patch: "explode" }), InvalidDirective);
  });
});
