import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import assert from "node:assert/strict";
import { AddressPool } from "../../../../src/playground/kubernetes/builtin/addresses.ts";
import { builtinResources } from "../../../../src/playground/kubernetes/builtin/builtin-resources.ts";
import { schemasText } from "../../../../src/playground/kubernetes/builtin/generate-schemas.ts";
import { ModelSchemas } from "../../../../src/playground/kubernetes/builtin/model-schemas.ts";
import { RESOURCE_COVERAGE } from "../../../../src/playground/kubernetes/coverage.ts";
import { qualified } from "../../../../src/playground/kubernetes/api-error.ts";

describe("coverage of the Kubernetes emulator", () => {
  it("lists exactly the resources and subresources that are registered", () => {
    const registered = builtinResources(new ModelSchemas(), new AddressPool()).flatMap((row) => {
      const base = `${qualified(row)}/${row.version}`;
      if (row.viewOf !== undefined) return [base];
      return [
        base,
        ...(row.hasStatus ? [`${base}/status`] : []),
        ...(row.scale === undefined ? [] : [`${base}/scale`]),
        ...(row.hasLog ? [`${base}/log`] : []),
      ];
    });

    assert.deepEqual(RESOURCE_COVERAGE.map((row) => row.what).sort(), registered.sort());
  });

  it("says what is missing wherever support is partial", () => {
    assert.deepEqual(
      RESOURCE_COVERAGE.filter((row) => row.support !== "supported" && row.note === undefined),
      [],
    );
  });

  it("has the field lists that the installed client generates", () => {
    const file = new URL("../../../../src/playground/kubernetes/builtin/schemas.json", import.meta.url);

    assert.equal(readFileSync(file, "utf8"), schemasText());
  });
});
