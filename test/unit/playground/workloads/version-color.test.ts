import assert from "node:assert/strict";
import { it } from "node:test";
import { versionColor } from "../../../../src/playground/workloads/version-color.ts";

it("gives versions that follow each other different colours, and a version always the same", () => {
  const versions = ["6.0.0", "6.0.1", "6.1.0", "6.1.0-bad", "6.2.0-bad", "6.2.0-slow"];

  assert.equal(new Set(versions.slice(0, 3).map(versionColor)).size, 3);
  assert.notEqual(versionColor("6.1.0"), versionColor("6.2.0-bad"));
  assert.notEqual(versionColor("6.0.0"), versionColor("6.2.0-bad"));
  for (const version of [...versions, "nightly", ""]) {
    assert.match(versionColor(version), /^#[0-9a-f]{6}$/);
    assert.equal(versionColor(version), versionColor(version));
  }
});
