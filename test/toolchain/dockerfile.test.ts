import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { matchesGlob, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ROOT } from "./support/copy-of-project.ts";
import type { Stage } from "./support/dockerfile.ts";
import { readStages, valuesOf } from "./support/dockerfile.ts";
import type { BuiltImage } from "./support/image.ts";
import { buildInFolders } from "./support/image.ts";
import type { Ended } from "./support/run.ts";
import { run } from "./support/run.ts";

describe("the Dockerfile", () => {
  let stages: readonly Stage[];
  let last: Stage;
  let image: BuiltImage;

  before(async () => {
    stages = readStages(await readFile(join(ROOT, "Dockerfile"), "utf8"));
    last = stages.at(-1) ?? assert.fail("no stage");
    image = await buildInFolders({ stages, context: ROOT, files: await buildContext() });
  });
  after(() => image.remove());

  it("builds and runs in separate stages of Node 24", () => {
    assert.equal(stages.length, 2);
    for (const { image: base } of stages) assert.match(base, /node(js)?:?24\b/);
  });

  it("ends as a numbered user that is not root", () => {
    assert.equal(valuesOf(last, "USER").at(-1), "65532:65532");
  });

  it("has no shell form, which the base image could not run", () => {
    assert.deepEqual(valuesOf(last, "RUN"), []);
    assert.ok(valuesOf(last, "ENTRYPOINT").every((value) => Array.isArray(JSON.parse(value))));
  });

  it("holds the two bundles and no packages", async () => {
    assert.deepEqual((await readdir(image.workdir)).sort(), ["bot.js", "package.json", "worker.js"]);
  });

  it("keeps cluster code out of the bot's bundle", async () => {
    const [bot, worker] = await Promise.all(
      ["bot.js", "worker.js"].map((name) => readFile(join(image.workdir, name), "utf8")),
    );

    // The name of a class of @kubernetes/client-node, kept by the bundler.
    assert.ok(worker?.includes("KubeConfig"));
    assert.ok(!bot?.includes("KubeConfig"));
  });

  for (const [name, variable] of [
    ["bot", "SLACK_BOT_TOKEN"],
    ["worker", "CLUSTER_NAME"],
  ] as const) {
    it(`refuses to start the ${name} without configuration and lists every variable`, async () => {
      const { code, output } = await runImage(name);

      assert.equal(code, 1, output);
      assert.match(output, new RegExp(variable));
      assert.match(output, /COMMAND_KEY/);
      assert.doesNotMatch(output, /^\s+at .*\.js:\d+/m, "a stack trace is not tidy");
    });
  }

  /** What the container would run, by our Node, with nothing in its environment. */
  function runImage(name: string): Promise<Ended> {
    const [entry = ""] = valuesOf(last, "ENTRYPOINT");
    const [, ...args]: readonly string[] = JSON.parse(entry);
    return run(process.execPath, [...args, name], { cwd: image.workdir, env: {} });
  }
});

/** The files git knows, without those that .dockerignore keeps from the builder. */
async function buildContext(): Promise<readonly string[]> {
  const { stdout } = await run("git", ["ls-files"], { cwd: ROOT });
  const ignored = (await readFile(join(ROOT, ".dockerignore"), "utf8")).split("\n").filter((line) => line !== "");
  const isIgnored = (file: string): boolean =>
    ignored.some((pattern) => matchesGlob(file, pattern) || file.startsWith(`${pattern}/`));
  return stdout
    .trim()
    .split("\n")
    .filter((file) => !isIgnored(file));
}
