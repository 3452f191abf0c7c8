import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFile, chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { eventually } from "../support/eventually.ts";
import type { ProjectCopy } from "./support/copy-of-project.ts";
import { copyOfProject } from "./support/copy-of-project.ts";
import { fakeGo, goModules } from "./support/fake-go.ts";
import type { Ended, Started } from "./support/run.ts";
import { start } from "./support/run.ts";

const HEAD =
  'import assert from "node:assert/strict";\nimport { existsSync } from "node:fs";\nimport { it } from "node:test";\n';
const NEEDS_ETCD = `${HEAD}const skip = process.env.TEST_ASSET_ETCD ? false : "etcd missing";
it("needs etcd", { skip }, () => assert.ok(existsSync(process.env.TEST_ASSET_ETCD)));`;
const ALL = ["etcd/server", "kube-apiserver", "kube-controller-manager", "kubectl"];

describe("the programs of npm run test:cluster", () => {
  let project: ProjectCopy;
  beforeEach(async () => {
    project = await copyOfProject({
      ...(await goModules()),
      "test/cluster/one/a.test.ts": NEEDS_ETCD,
      "test/cluster/one/b.test.ts": `${HEAD}it("is good", () => assert.ok(existsSync));`,
      "test/cluster/one/c.test.ts": `// Needs a process of its own: it says so\n${HEAD}it("is good", () => assert.ok(existsSync));`,
    });
  });
  afterEach(() => project.remove());

  function begin(env: Readonly<Record<string, string>> = {}): Started {
    const PATH = join(project.folder, "bin");
    const XDG_CACHE_HOME = join(project.folder, "cache");
    return start(process.execPath, ["scripts/test-cluster.mjs"], {
      cwd: project.folder,
      env: { HOME: project.folder, PATH, XDG_CACHE_HOME, ...env },
    });
  }
  const runTests = (env: Readonly<Record<string, string>> = {}): Promise<Ended> => begin(env).ended;
  const lastLine = ({ stdout }: Ended): string => stdout.trimEnd().split("\n").at(-1) ?? "";

  /** What stands in the cache for the programs, by file name; made anew by another version. */
  async function cached(): Promise<readonly string[]> {
    const cache = join(project.folder, "cache/coalmine");
    const folders = (await readdir(cache)).filter((name) => name.startsWith("control-plane-"));
    const names = await Promise.all(folders.map((folder) => readdir(join(cache, folder))));
    for (const [index, folder] of folders.entries())
      for (const name of names[index]?.filter((one) => !one.startsWith(".")) ?? [])
        assert.equal(execFileSync(join(cache, folder, name), { encoding: "utf8" }), "whole\n", name);
    return names.flat().sort();
  }

  async function assets(...names: readonly string[]): Promise<string> {
    const folder = join(project.folder, "assets");
    await mkdir(folder, { recursive: true });
    for (const name of names) {
      await writeFile(join(folder, name), "#!/bin/sh\n");
      await chmod(join(folder, name), 0o755);
    }
    return folder;
  }

  it("are built once, one after the other, with progress", async () => {
    const go = await fakeGo(project.folder);

    const first = await runTests();
    const second = await runTests();

    assert.equal(lastLine(first), "3 passed, 0 failed, 0 skipped", first.output);
    assert.match(first.output, /building kube-apiserver \(2 of 4, once[^)]*\): done in/);
    assert.deepEqual(
      (await go.built()).map((path) => ALL.find((name) => path.includes(name))),
      ALL,
    );
    assert.equal(lastLine(second), "3 passed, 0 failed, 0 skipped");
    assert.doesNotMatch(second.output, /building|fetching/);
  });

  it("share a process by folder, save the files that want their own", async () => {
    await fakeGo(project.folder);

    const { stdout } = await runTests();

    assert.match(stdout, /✓ 2 files of test\/cluster\/one in one process: 2 passed/);
    assert.match(stdout, /✓ test\/cluster\/one\/c\.test\.ts: 1 passed/);
  });

  it("are taken from KUBEBUILDER_ASSETS, and one line names what is built because it lacks there", async () => {
    const go = await fakeGo(project.folder);
    const KUBEBUILDER_ASSETS = await assets("etcd", "kube-apiserver", "kubectl");

    const ended = await runTests({ KUBEBUILDER_ASSETS });

    assert.match(ended.output, /assets has no kube-controller-manager: taking our own build/);
    assert.deepEqual(await go.built(), ["k8s.io/kubernetes/cmd/kube-controller-manager"]);
    assert.equal(lastLine(ended), "3 passed, 0 failed, 0 skipped");
  });

  it("are missing without Go and assets: one line says so, and what needs them is skipped", async () => {
    const ended = await runTests();

    const lines = ended.output.split("\n").filter((line) => line.includes("no Go to build"));
    assert.equal(lines.length, 1);
    assert.match(
      lines[0] ?? "",
      /etcd, kube-apiserver, kube-controller-manager, kubectl.*install Go .* KUBEBUILDER_ASSETS/,
    );
    assert.match(ended.stdout, /a\.test\.ts:\d+ › needs etcd: etcd missing/);
    assert.equal(lastLine(ended), "2 passed, 0 failed, 1 skipped");
    assert.equal(ended.code, 0);
  });

  it("must not be missing in CI", async () => {
    const summary = join(project.folder, "summary.json");

    const ended = await runTests({ CI: "true", COALMINE_TEST_SUMMARY: summary });

    assert.equal(lastLine(ended), "2 passed, 1 failed, 0 skipped");
    assert.equal(ended.code, 1);
    assert.match(await readFile(summary, "utf8"), /"passed":2,"failed":1,"skipped":0/);
  });

  it("are never half built: a build that was killed is begun again", async () => {
    await fakeGo(project.folder, { duringBuild: "/bin/sleep 60" });
    const killed = begin();
    await eventually(async () => assert.ok((await cached()).some((name) => name.startsWith(".unfinished-etcd"))));
    killed.signalGroup("SIGKILL");
    await killed.ended;
    await fakeGo(project.folder);

    assert.equal(lastLine(await runTests()), "3 passed, 0 failed, 0 skipped");
    assert.ok((await cached()).includes("etcd"));
  });

  it("survive two builds at the same time", async () => {
    await fakeGo(project.folder, { duringBuild: "/bin/sleep 0.3" });

    const ended = await Promise.all([runTests(), runTests()]);

    for (const one of ended) assert.equal(lastLine(one), "3 passed, 0 failed, 0 skipped", one.output);
    assert.deepEqual(await cached(), ["etcd", "kube-apiserver", "kube-controller-manager", "kubectl"]);
  });

  it("are built anew when a pinned hash changes", async () => {
    const go = await fakeGo(project.folder);
    await runTests();
    await appendFile(
      join(project.folder, "test/cluster/modules/control-plane/go.sum"),
      "example.com/more v1.0.0 h1:x=\n",
    );

    await runTests();

    assert.equal((await go.built()).length, 8);
  });

  it("are not run against definitions of another hash than the pinned one", async () => {
    await fakeGo(project.folder, { sum: "h1:somethingElse=" });

    const ended = await runTests();

    assert.match(ended.output, /istio\.io\/api@v\S+ is not what go\.sum pins/);
    assert.equal(ended.code, 1);
  });
});
