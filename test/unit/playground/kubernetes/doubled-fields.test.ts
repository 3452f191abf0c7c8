import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { doubledFields } from "../../../../src/playground/kubernetes/http/doubled-fields.ts";

describe("doubled fields of a JSON text", () => {
  it("are named by their place", () => {
    assert.deepEqual(doubledFields('{"a":1,"b":{"c":[{"d":1},{"d":1,"e":[],"d":{}}]},"a":2}'), ["b.c[1].d", "a"]);
  });

  it("are not what stands in other objects, in lists or in texts", () => {
    assert.deepEqual(doubledFields(String.raw`{"a":{"x":1},"b":{"x":1},"c":["x","x"],"d":"{\"x\":1,\"x\":2}"}`), []);
    assert.deepEqual(doubledFields("[]"), []);
  });
});
