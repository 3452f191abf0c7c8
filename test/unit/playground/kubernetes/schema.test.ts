import { describe, it } from "node:test";
import assert from "node:assert/strict";
import type { JsonObject, JsonValue } from "../../../../src/playground/kubernetes/json.ts";
import { fillDefaults } from "../../../../src/playground/kubernetes/schema/fill-defaults.ts";
import { pruneUnknown } from "../../../../src/playground/kubernetes/schema/prune.ts";
import { parseSchema } from "../../../../src/playground/kubernetes/schema/schema.ts";
import { validateValue } from "../../../../src/playground/kubernetes/schema/validate.ts";

function complaints(schema: JsonObject, value: JsonValue): string[] {
  return validateValue(value, parseSchema(schema), "spec").map((cause) => `${cause.field}: ${cause.message}`);
}

describe("schema validation", () => {
  const table: [name: string, schema: JsonObject, good: JsonValue[], bad: [JsonValue, RegExp][]][] = [
    [
      "types",
      { type: "integer" },
      [1, -5],
      [
        ["1", /must be of type integer: "string"/],
        [1.5, /of type integer: "number"/],
        [null, /of type integer: "null"/],
      ],
    ],
    ["nullable", { type: "string", nullable: true }, [null, "x"], [[1, /of type string: "integer"/]]],
    [
      "int-or-string",
      { "x-kubernetes-int-or-string": true },
      [1, "1"],
      [
        [true, /integer,string/],
        [1.5, /integer,string/],
      ],
    ],
    [
      "enum",
      { type: "string", enum: ["a", "b"] },
      ["a"],
      [["c", /Unsupported value: "c": supported values: "a", "b"/]],
    ],
    [
      "minimum and maximum",
      { type: "integer", minimum: 1, maximum: 3 },
      [1, 3],
      [
        [0, /greater than or equal to 1/],
        [4, /less than or equal to 3/],
      ],
    ],
    [
      "exclusive limits",
      { type: "number", minimum: 0, exclusiveMinimum: true },
      [0.1],
      [[0, /should be greater than 0/]],
    ],
    ["multipleOf", { type: "number", multipleOf: 0.1 }, [0.3], [[0.35, /multiple of 0.1/]]],
    [
      "pattern",
      { type: "string", pattern: "^[0-9]+(m|s)" },
      ["10m"],
      [["x", /in body should match '\^\[0-9\]\+\(m\|s\)'/]],
    ],
    [
      "lengths",
      { type: "string", minLength: 2, maxLength: 3 },
      ["ab"],
      [
        ["a", /at least 2 chars long/],
        ["abcd", /may not be more than 3 bytes/],
      ],
    ],
    [
      "items",
      { type: "array", items: { type: "string" }, minItems: 1, maxItems: 2 },
      [["a"]],
      [
        [[], /at least 1 items/],
        [["a", "b", "c"], /must have at most 2 items/],
        [[1], /spec\[0\]: .*type string/],
      ],
    ],
    [
      "sets",
      { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
      [["a", "b"]],
      [[["a", "a"], /spec\[1\]: Duplicate value: "a"/]],
    ],
    [
      "list maps",
      {
        type: "array",
        items: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        "x-kubernetes-list-map-keys": ["k"],
      },
      [[{ k: "a" }]],
      [[[{ k: "a" }, { k: "a" }], /Duplicate value/]],
    ],
    ["required", { type: "object", required: ["a"] }, [{ a: 1 }], [[{}, /spec\.a: Required value/]]],
    [
      "additional properties",
      { type: "object", additionalProperties: { type: "integer" } },
      [{ x: 1 }],
      [[{ x: "1" }, /spec\.x: .*integer/]],
    ],
    [
      "oneOf",
      { type: "object", oneOf: [{ required: ["a"] }, { required: ["b"] }] },
      [{ a: 1 }],
      [
        [{}, /one and only one schema \(oneOf\). Found none valid/],
        [{ a: 1, b: 2 }, /Found 2 valid alternatives/],
      ],
    ],
    [
      "anyOf",
      { type: "object", anyOf: [{ required: ["a"] }, { required: ["b"] }] },
      [{ a: 1, b: 1 }],
      [[{}, /at least one schema \(anyOf\)/]],
    ],
    ["not", { type: "object", not: { required: ["a"] } }, [{}], [[{ a: 1 }, /must not validate the schema \(not\)/]]],
    [
      "date-time",
      { type: "string", format: "date-time" },
      ["2026-01-01T00:00:00Z"],
      [["yesterday", /of type date-time/]],
    ],
    ["unknown formats", { type: "string", format: "colour" }, ["anything"], []],
  ];

  for (const [name, schema, good, bad] of table) {
    it(`accepts and refuses by ${name}`, () => {
      for (const value of good) assert.deepEqual(complaints(schema, value), [], JSON.stringify(value));
      for (const [value, pattern] of bad) assert.match(complaints(schema, value).join("\n"), pattern);
    });
  }

  it("names the path of a fault deep inside", () => {
    const schema = {
      type: "object",
      properties: { a: { type: "array", items: { type: "object", properties: { b: { type: "integer" } } } } },
    };

    assert.match(
      complaints(schema, { a: [{ b: 1 }, { b: "x" }] })[0] ?? "",
      /^spec\.a\[1\]\.b: Invalid value: "string": spec\.a\[1\]\.b in body must be of type integer/,
    );
  });
});

describe("pruning", () => {
  const schema = parseSchema({
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: {
          known: { type: "string" },
          free: {
            type: "object",
            "x-kubernetes-preserve-unknown-fields": true,
            properties: { strict: { type: "object", properties: { a: { type: "string" } } } },
          },
          map: { type: "object", additionalProperties: { type: "object", properties: { a: { type: "string" } } } },
          whole: { type: "object", "x-kubernetes-embedded-resource": true, properties: { spec: { type: "object" } } },
        },
      },
    },
  });

  it("removes what the schema does not know, and says where it was", () => {
    const value = { kind: "X", metadata: { name: "n" }, spec: { known: "a", extra: 1, map: { k: { a: "1", b: 2 } } } };

    assert.deepEqual(pruneUnknown(value, schema), ["spec.extra", "spec.map.k.b"]);
    assert.deepEqual(value, { kind: "X", metadata: { name: "n" }, spec: { known: "a", map: { k: { a: "1" } } } });
  });

  it("keeps everything below x-kubernetes-preserve-unknown-fields, except below what is specified again", () => {
    const value = { spec: { free: { anything: { deep: 1 }, strict: { a: "1", b: 2 } } } };

    assert.deepEqual(pruneUnknown(value, schema), ["spec.free.strict.b"]);
  });

  it("keeps the type and metadata of embedded objects", () => {
    assert.deepEqual(
      pruneUnknown({ spec: { whole: { apiVersion: "v1", kind: "Pod", metadata: { labels: {} }, other: 1 } } }, schema),
      ["spec.whole.other"],
    );
  });
});

describe("defaults", () => {
  const schema = parseSchema({
    type: "object",
    properties: {
      spec: {
        type: "object",
        default: { size: 2 },
        properties: {
          size: { type: "integer", default: 1 },
          note: { type: "string", nullable: true, default: "x" },
          list: { type: "array", items: { type: "object", properties: { on: { type: "boolean", default: true } } } },
        },
      },
    },
  });

  it("fill what is missing, at every depth", () => {
    const value = { spec: { list: [{}, { on: false }] } };

    fillDefaults(value, schema);

    assert.deepEqual(value, { spec: { size: 1, note: "x", list: [{ on: true }, { on: false }] } });
  });

  it("of an object are filled further by those of its members", () => {
    const value: JsonObject = {};

    fillDefaults(value, schema);

    assert.deepEqual(value, { spec: { size: 2, note: "x" } });
  });

  it("replace a null only where null is not allowed", () => {
    const value = { spec: { size: null, note: null } };

    fillDefaults(value, schema);

    assert.deepEqual(value, { spec: { size: 1, note: null } });
  });
});
