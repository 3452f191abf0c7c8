import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PARTS, readOptions } from "../../../scripts/bench/options.ts";

describe("the bench's command line", () => {
  it("measures everything up to a thousand canaries when nothing is said", () => {
    const { sizes, parts, json, sideBySide } = readOptions([]);

    assert.deepEqual(sizes, [10, 100, 1000]);
    assert.deepEqual([...parts], [...PARTS]);
    assert.deepEqual([json, sideBySide], [null, false]);
  });

  it("leaves the thousand out when it has to be quick", () => {
    assert.deepEqual(readOptions(["--quick"]).sizes, [10, 100]);
  });

  it("measures only what is named", () => {
    assert.deepEqual([...readOptions(["--only", "idle", "--only", "command"]).parts], ["idle", "command"]);
  });

  it("says which names there are", () => {
    assert.throws(() => readOptions(["--only", "speed"]), /no such measurement\. Known: base, idle/);
  });

  it("refuses what it does not know", () => {
    assert.throws(() => readOptions(["--quik"]));
  });
});
