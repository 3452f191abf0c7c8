import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseAllDocuments } from "yaml";
import { readCanary } from "../../../src/rollout/manifest/read-canary.ts";
import { CONTEXT } from "./sample-manifest.ts";

const FOLDER = join(import.meta.dirname, "../../../deploy/samples");

interface Sample {
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
}

const samples = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".yaml"))
  .flatMap((name) => parseAllDocuments(readFileSync(join(FOLDER, name), "utf8")).map((one) => one.toJS() as Sample))
  .filter(({ kind }) => kind === "Canary");

const read = (name: string) => {
  const sample = samples.find(({ metadata }) => metadata.name === name) ?? assert.fail(`no sample ${name}`);
  const { canary, problem } = readCanary(
    { ...sample, metadata: { ...sample.metadata, uid: "u", generation: 1 } },
    CONTEXT,
  );
  assert.equal(problem, null);
  return canary ?? assert.fail("no canary");
};

describe("the sample canaries", () => {
  it("are podinfo and checkout", () => {
    assert.deepEqual(samples.map(({ metadata }) => metadata.name).sort(), ["checkout", "podinfo"]);
  });

  it("are understood completely", () => {
    for (const { metadata } of samples) assert.equal(read(metadata.name).ref.namespace, "demo");
  });

  it("let a load tester try checkout out and hold its promotion", () => {
    assert.deepEqual(
      read("checkout").analysis.hooks.map(({ type, url }) => `${type} ${url}`),
      [
        "pre-rollout http://load-tester.demo/acceptance",
        "rollback http://load-tester.demo/rollback/check",
        "confirm-promotion http://load-tester.demo/gate/check",
      ],
    );
  });

  it("let approvers confirm the promotion of podinfo", () => {
    const [rule] = read("podinfo").rollout.approvals;

    assert.deepEqual([rule?.gate, rule?.group, rule?.count], ["confirm-promotion", "release-approvers", 1]);
    assert.equal(read("podinfo").analysis.checks.length, 2);
  });
});
