import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { ProjectCopy } from "./support/copy-of-project.ts";
import { copyOfProject } from "./support/copy-of-project.ts";
import type { Ended } from "./support/run.ts";
import { run } from "./support/run.ts";

const HEAD = 'import assert from "node:assert/strict";\nimport { after, describe, it } from "node:test";\n';

const FILES = {
  "test/unit/good.test.ts": `${HEAD}it("is good", () => {});\nit("is good as well", () => assert.ok(process));\ndescribe.skip;after;`,
  "test/contract/good.test.ts": `${HEAD}it("is good", () => {});`,
  "test/cluster/never.test.ts": `${HEAD}it("is not of this group", () => assert.fail());`,
  "test/bad/fails.test.ts": `${HEAD}describe("a", () => { it("fails", () => { console.log("a hint"); assert.equal(1, 2, "one is two"); }); });`,
  "test/bad/hook.test.ts": `${HEAD}describe("a", () => { after(() => { throw new Error("cannot clean up"); }); it("is good", () => {}); });`,
  "test/bad/crashes.test.ts": `${HEAD}it("is good", () => {});\nprocess.exit(3);`,
  "test/bad/does-not-load.test.ts": 'import { nothing } from "./nowhere.ts";\nnothing();',
  "test/bad/empty.test.ts": "export {};",
  "test/bad/hangs.test.ts": `${HEAD}it("leaves a timer", () => { setInterval(() => {}, 1000); });`,
  "test/skips/chromium.test.ts": `${HEAD}it("needs a browser", { skip: "chromium is missing" }, () => {});`,
  "test/skips/kubectl.test.ts": `${HEAD}it("needs kubectl", { skip: "kubectl is missing" }, () => {});`,
};

describe("npm test", () => {
  let project: ProjectCopy;

  before(async () => {
    project = await copyOfProject(FILES);
  });
  after(() => project.remove());

  function runTests(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const { CI: _ci, COALMINE_TEST_SUMMARY: _summary, ...rest } = process.env;
    return run(process.execPath, ["scripts/test.mjs", "--patience", "3", ...args], {
      cwd: project.folder,
      env: { ...rest, ...env },
    });
  }

  function closingLine({ stdout }: Ended): string {
    return stdout.trimEnd().split("\n").at(-1) ?? "";
  }

  it("closes with one line of counts and code 0 when all is well", async () => {
    const ended = await runTests(["test/unit", "test/contract"]);

    assert.equal(closingLine(ended), "3 passed, 0 failed, 0 skipped");
    assert.equal(ended.code, 0);
  });

  const failures: readonly (readonly [string, string, string, RegExp])[] = [
    [
      "a failed assertion with what was printed before",
      "fails",
      "0 passed, 1 failed",
      /a › fails\n\s+Assert[^]*one is two[^]*a hint/,
    ],
    ["a hook that throws", "hook", "1 passed, 1 failed", /cannot clean up/],
    ["a process that ends too early", "crashes", "0 passed, 1 failed", /exit code 3/],
    ["a file that cannot be loaded", "does-not-load", "0 passed, 1 failed", /nowhere\.ts/],
    ["a file without a test", "empty", "0 passed, 1 failed", /no test in this file/],
    ["a process that does not end by itself", "hangs", "1 passed, 1 failed", /no result for 3 s/],
  ];
  for (const [what, name, counts, detail] of failures) {
    it(`fails on ${what}`, async () => {
      const ended = await runTests([`test/bad/${name}.test.ts`]);

      assert.ok(closingLine(ended).includes(counts), ended.output);
      assert.match(ended.stdout, detail);
      assert.equal(ended.code, 1);
    });
  }

  it("names what was skipped and why", async () => {
    const ended = await runTests(["--only", "skips"]);

    assert.match(ended.stdout, /chromium\.test\.ts:\d+ › needs a browser: chromium is missing/);
    assert.equal(closingLine(ended), "0 passed, 0 failed, 2 skipped");
    assert.equal(ended.code, 0);
  });

  it("accepts in CI no skip but that for kubectl", async () => {
    const ended = await runTests(["test/skips"], { CI: "true" });

    assert.equal(closingLine(ended), "0 passed, 1 failed, 1 skipped");
    assert.equal(ended.code, 1);
  });

  it("writes its counts where it is told to", async () => {
    const file = join(project.folder, "summary.json");

    await runTests(["test/unit"], { COALMINE_TEST_SUMMARY: file });

    const { passed, failed, skipped }: Record<string, unknown> = JSON.parse(await readFile(file, "utf8"));
    assert.deepEqual({ passed, failed, skipped }, { passed: 2, failed: 0, skipped: 0 });
  });

  it("runs tests by name", async () => {
    const ended = await runTests(["--name", "as well", "test/unit"]);

    assert.equal(closingLine(ended), "1 passed, 0 failed, 0 skipped");
  });

  it("refuses a path that does not exist and an area without tests", async () => {
    assert.equal((await runTests(["test/nothing"])).code, 1);
    assert.equal((await runTests(["--only", "nothing"])).code, 1);
  });

  it("counts the checks and leaves the cluster's tests out of a whole run", async () => {
    const ended = await runTests([]);

    assert.match(ended.stdout, /check: types/);
    assert.match(ended.stdout, /check: lint/);
    assert.match(ended.stdout, /check: format/);
    assert.match(ended.stdout, /fails\.test\.ts:\d+ ›/);
    assert.doesNotMatch(ended.stdout, /never\.test\.ts:\d+ ›/);
    assert.equal(ended.code, 1);
  });
});
