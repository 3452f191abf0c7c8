import { describe, it } from "node:test";
import assert from "node:assert/strict";
import type { JsonValue } from "../../../../src/playground/kubernetes/json.ts";
import { age, humanDuration } from "../../../../src/playground/kubernetes/tables/cells.ts";
import { jsonPathValues } from "../../../../src/playground/kubernetes/tables/json-path.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("ages", () => {
  const table: [number, string][] = [
    [0, "0s"],
    [119 * SECOND, "119s"],
    [2 * MINUTE, "2m"],
    [3 * MINUTE + 10 * SECOND, "3m10s"],
    [10 * MINUTE + 59 * SECOND, "10m"],
    [179 * MINUTE, "179m"],
    [3 * HOUR, "3h"],
    [7 * HOUR + 30 * MINUTE, "7h30m"],
    [8 * HOUR + 30 * MINUTE, "8h"],
    [47 * HOUR, "47h"],
    [2 * DAY + 4 * HOUR, "2d4h"],
    [8 * DAY + 4 * HOUR, "8d"],
    [730 * DAY, "2y"],
    [800 * DAY, "2y70d"],
    [-5 * SECOND, "<invalid>"],
  ];

  for (const [ms, text] of table) it(`shows ${ms} ms as ${text}`, () => assert.equal(humanDuration(ms), text));

  it("of nothing are unknown", () => {
    assert.equal(age(undefined, 0), "<unknown>");
    assert.equal(age("never", 0), "<unknown>");
  });
});

describe("JSONPaths of printer columns", () => {
  const object: JsonValue = {
    spec: { size: 3, list: [{ name: "a" }, { name: "b" }] },
    metadata: { annotations: { "example.com/note": "x" } },
    status: {
      conditions: [
        { type: "Ready", status: "True" },
        { type: "Promoted", status: "False" },
      ],
    },
  };
  const table: [string, JsonValue[]][] = [
    [".spec.size", [3]],
    ["spec.size", [3]],
    [".spec.missing.deep", []],
    [".spec.list[1].name", ["b"]],
    [".spec.list[*].name", ["a", "b"]],
    [".metadata.annotations['example.com/note']", ["x"]],
    [".metadata.annotations.example\\.com/note", ["x"]],
    ['.status.conditions[?(@.type=="Promoted")].status', ["False"]],
  ];

  for (const [path, values] of table) it(`read ${path}`, () => assert.deepEqual(jsonPathValues(object, path), values));
});
