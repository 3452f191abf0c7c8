import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { checksumsOf } from "../../../../src/kubernetes/configs/checksum.ts";

describe("the checksum of a config", () => {
  it("is the one that existing canaries have in status.trackedConfigs", () => {
    // Worked out apart from this code: SHA-256 over the map as Go's encoder writes it, keys sorted and HTML escaped.
    assert.equal(checksumsOf({ data: { b: "<x> & y", a: "1" } }).all, "c5558fe449c3673a");
    assert.equal(checksumsOf({ data: { k: "eA==" } }).all, "c4f5e5569844484a");
    assert.equal(checksumsOf({ data: { a_: "2", é: "ü", Z: "1" } }).all, "053c346c80cff1b1");
    assert.equal(checksumsOf({}).all, "74234e98afe7498f");
  });

  it("is that of nothing for a map that is empty or null", () => {
    for (const data of [null, {}, undefined]) assert.equal(checksumsOf({ data }).all, "74234e98afe7498f");
  });

  it("sees binary data, and tells what the text alone would be", () => {
    const plain = checksumsOf({ data: { a: "1" } });
    const binary = checksumsOf({ data: { a: "1" }, binaryData: { b: "AA==" } });

    assert.equal(plain.all, plain.text);
    assert.equal(binary.text, plain.text);
    assert.notEqual(binary.all, plain.all);
    assert.notEqual(checksumsOf({ data: { a: "1" }, binaryData: { b: "AQ==" } }).all, binary.all);
  });

  it("is another one for any other data", () => {
    const texts = fc.dictionary(fc.string(), fc.string());
    const sorted = (data: Record<string, string>) => JSON.stringify(Object.entries(data).sort());

    fc.assert(
      fc.property(texts, texts, (left, right) => {
        const same = sorted(left) === sorted(right);
        assert.equal(checksumsOf({ data: left }).all === checksumsOf({ data: right }).all, same);
      }),
    );
  });
});
