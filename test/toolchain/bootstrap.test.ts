import assert from "node:assert/strict";
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { ProjectCopy } from "./support/copy-of-project.ts";
import { copyOfProject, ROOT } from "./support/copy-of-project.ts";
import type { Ended } from "./support/run.ts";
import { run } from "./support/run.ts";

const BOT = "process.stdout.write(JSON.stringify({ node: process.execPath, args: process.argv.slice(2) }));";

describe("the bootstrap", () => {
  let project: ProjectCopy;

  before(async () => {
    project = await copyOfProject({ "src/bot.ts": BOT });
  });
  after(() => project.remove());

  function bootstrap(...args: readonly string[]): Promise<Ended> {
    return run(process.execPath, ["scripts/bootstrap.mjs", ...args], { cwd: project.folder });
  }

  it("hands the arguments on and prints nothing of its own when nothing is missing", async () => {
    const { code, stdout, output } = await bootstrap("bot", "--flag", "two words");

    assert.deepEqual(JSON.parse(stdout), { node: process.execPath, args: ["--flag", "two words"] });
    assert.equal(output, stdout);
    assert.equal(code, 0);
  });

  it("lists the tasks when it is asked for an unknown one", async () => {
    const { code, output } = await bootstrap("toString");

    assert.match(output, /there is no task "toString". Known: playground, test/);
    assert.equal(code, 64);
  });

  it("says which file a task lacks", async () => {
    const { code, output } = await bootstrap("worker");

    assert.match(output, /src\/worker\.ts does not exist/);
    assert.equal(code, 66);
  });

  it("has a task for each npm script", async () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(
      await readFile(join(ROOT, "package.json"), "utf8"),
    );

    for (const [name, command] of Object.entries(scripts))
      assert.equal(command, `exec node scripts/bootstrap.mjs ${name}`);
    assert.match((await bootstrap()).output, new RegExp(`Known: .*${Object.keys(scripts).join("|")}`));
  });
});

describe("an older Node", () => {
  let bin: string;

  before(async () => {
    bin = await mkdtemp(join(tmpdir(), "coalmine-bin-"));
  });
  after(() => rm(bin, { recursive: true }));

  /** What the bootstrap takes for Node when it runs on `version`, with this script for npx. */
  async function nodeFor(version: string, npx: string): Promise<Ended> {
    await writeFile(join(bin, "npx"), `#!/bin/sh\n${npx}\n`);
    await chmod(join(bin, "npx"), 0o755);
    const script = `
      import { nodeProgram } from ${JSON.stringify(join(ROOT, "scripts/setup/node.mjs"))};
      console.log(await nodeProgram(${JSON.stringify(version)}).catch((error) => error.message));`;
    const env = { ...process.env, PATH: `${bin}:${process.env["PATH"]}` };
    return run(process.execPath, ["--input-type=module", "-e", script], { cwd: bin, env });
  }

  it("is replaced by the Node 24 that npx brings", async () => {
    const { stdout, output } = await nodeFor("20.20.2", 'echo "$*" >asked; echo /somewhere/node');

    assert.equal(stdout, "/somewhere/node\n");
    assert.equal(await readFile(join(bin, "asked"), "utf8"), "-y -p node@24 node -p process.execPath\n");
    assert.match(output, /this is Node 20\.20\.2/);
  });

  it("is told why when npx fails", async () => {
    const { output } = await nodeFor("18.20.0", "echo no network >&2; exit 1");

    assert.match(output, /failed \(1\):\nno network/);
  });

  it("is left alone from 24 on", async () => {
    const { stdout } = await nodeFor("26.1.0", "exit 1");

    assert.equal(stdout, `${process.execPath}\n`);
  });
});

describe("the installed packages", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "coalmine-packages-"));
  });
  after(() => rm(folder, { recursive: true }));

  /** Whether they match the lock after `change` of npm's own record of what it installed. */
  async function matches(change: (packages: Record<string, { version?: string }>) => void): Promise<boolean> {
    const record = "node_modules/.package-lock.json";
    const installed: { packages: Record<string, object> } = JSON.parse(await readFile(join(ROOT, record), "utf8"));
    change(installed.packages);
    await cp(join(ROOT, "package-lock.json"), join(folder, "package-lock.json"));
    await rm(join(folder, "node_modules"), { recursive: true, force: true });
    await cp(join(ROOT, "scripts/setup"), join(folder, "node_modules/setup"), { recursive: true });
    await writeFile(join(folder, record), JSON.stringify(installed));
    const { packagesMatchLock } = await import(join(ROOT, "scripts/setup/packages.mjs"));
    return packagesMatchLock(folder);
  }

  it("match the lock as npm left them", async () => {
    assert.equal(await matches(() => {}), true);
  });

  it("do not match when one is missing, or has another version", async () => {
    assert.equal(await matches((packages) => delete packages["node_modules/zod"]), false);
    assert.equal(
      await matches((packages) => Object.assign(packages["node_modules/zod"] ?? {}, { version: "0.1.0" })),
      false,
    );
  });

  it("can be installed from the lock on every platform", async () => {
    const { code, output } = await run("npm", ["ci", "--dry-run", "--ignore-scripts"], { cwd: ROOT });

    assert.equal(code, 0, output);
  });
});
