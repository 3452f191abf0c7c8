import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, it } from "node:test";
import type { ProjectCopy } from "./support/copy-of-project.ts";
import { copyOfProject } from "./support/copy-of-project.ts";
import type { Ended } from "./support/run.ts";
import { run } from "./support/run.ts";

describe(".ci/run", () => {
  let project: ProjectCopy;

  afterEach(() => project.remove());

  /** Runs the script in a project whose npm scripts write these summaries (or die: "exit 3"). */
  async function ci(scripts: Readonly<Record<string, string>>): Promise<Ended> {
    project = await copyOfProject({});
    const file = join(project.folder, "package.json");
    const manifest: object = JSON.parse(await readFile(file, "utf8"));
    await writeFile(file, JSON.stringify({ ...manifest, scripts }));
    return run("bash", [".ci/run"], { cwd: project.folder });
  }

  const writes = (summary: Readonly<Record<string, number>>, code: number): string =>
    `echo '${JSON.stringify(summary)}' >"$COALMINE_TEST_SUMMARY"; test "$CI" = true && exit ${code}`;
  const lastLine = ({ stdout }: Ended): string => stdout.trimEnd().split("\n").at(-1) ?? "";

  it("sums both groups in its last line", async () => {
    const ended = await ci({
      test: writes({ passed: 5, failed: 0, skipped: 1 }, 0),
      "test:cluster": writes({ passed: 2, failed: 0, skipped: 0 }, 0),
    });

    assert.equal(lastLine(ended), "7 passed, 0 failed, 1 skipped");
    assert.equal(ended.code, 0);
  });

  it("needs no second group", async () => {
    const ended = await ci({ test: writes({ passed: 5, failed: 0, skipped: 0 }, 0) });

    assert.equal(lastLine(ended), "5 passed, 0 failed, 0 skipped");
    assert.equal(ended.code, 0);
  });

  it("fails when one group failed, and runs the other all the same", async () => {
    const ended = await ci({
      test: writes({ passed: 5, failed: 2, skipped: 0 }, 1),
      "test:cluster": writes({ passed: 2, failed: 0, skipped: 0 }, 0),
    });

    assert.equal(lastLine(ended), "7 passed, 2 failed, 0 skipped");
    assert.equal(ended.code, 1);
  });

  it("counts a group that died before it could count as a failure", async () => {
    const ended = await ci({ test: "exit 3" });

    assert.equal(lastLine(ended), "0 passed, 1 failed, 0 skipped");
    assert.equal(ended.code, 1);
  });

  it("fails when a group ends badly although nothing failed in it", async () => {
    const ended = await ci({ test: writes({ passed: 5, failed: 0, skipped: 0 }, 9) });

    assert.equal(ended.code, 1);
  });
});
