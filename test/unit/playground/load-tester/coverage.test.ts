import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { COVERAGE } from "../../../../src/playground/load-tester/coverage.ts";
import { ROUTES } from "../../../../src/playground/load-tester/routes.ts";

describe("the load tester's coverage", () => {
  it("lists every path that is served, and none that is not", () => {
    const served = COVERAGE.filter(({ support }) => support !== "not").map(({ path }) => path);

    assert.deepEqual(served.sort(), Object.keys(ROUTES).sort());
  });
});
