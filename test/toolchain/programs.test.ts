import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ROOT } from "./support/copy-of-project.ts";
import type { Ended } from "./support/run.ts";
import { run } from "./support/run.ts";

describe("bringing programs", () => {
  let bin: string;
  let log: string;

  beforeEach(async () => {
    bin = await mkdtemp(join(tmpdir(), "coalmine-bin-"));
    log = join(bin, "log");
  });
  afterEach(() => rm(bin, { recursive: true }));

  async function program(name: string, script: string): Promise<void> {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  }

  /** An apt-get that writes down how it was called, and "installs" by making the programs named. */
  function aptThatInstalls(...names: readonly string[]): Promise<void> {
    const making = names.map(
      (name) => `case "$*" in *" ${name}") echo "#!/bin/sh" >${bin}/${name}; /bin/chmod +x ${bin}/${name};; esac`,
    );
    return program("apt-get", [`echo "$* [$DEBIAN_FRONTEND]" >>${log}`, ...making].join("\n"));
  }

  /** Runs the real function as the bootstrap does, with only `bin` on PATH. */
  function bring(
    task: { readonly programs: readonly string[]; readonly without: string },
    isRoot = true,
  ): Promise<Ended> {
    const url = (name: string): string => JSON.stringify(join(ROOT, "scripts/setup", name));
    const script = `
      import { bringPrograms } from ${url("programs.mjs")};
      import { chooseInstaller } from ${url("installers.mjs")};
      const env = { PATH: ${JSON.stringify(bin)} };
      process.env.PATH = env.PATH;
      const installer = chooseInstaller(env, { isRoot: ${isRoot}, policyFile: ${JSON.stringify(join(bin, "policy"))} });
      await bringPrograms(${JSON.stringify(task)}, env, installer).catch((error) => {
        console.log(error.constructor.name + ": " + error.message);
      });`;
    return run(process.execPath, ["--input-type=module", "-e", script], { cwd: bin });
  }

  it("installs only what is missing, after one update", async () => {
    await program("redis-server", "");
    await aptThatInstalls("prometheus", "chromium");

    const { output } = await bring({ programs: ["redis", "prometheus", "chromium"], without: "stop" });

    const options = "-o DPkg::Lock::Timeout=120";
    assert.deepEqual((await readFile(log, "utf8")).trim().split("\n"), [
      `${options} update [noninteractive]`,
      `${options} install -y --no-install-recommends prometheus [noninteractive]`,
      `${options} install -y --no-install-recommends chromium [noninteractive]`,
    ]);
    assert.match(output, /installing prometheus \(apt-get\): done in/);
    assert.doesNotMatch(output, /Error/);
  });

  it("does nothing when all is there", async () => {
    await program("valkey-server", "");
    await program("apt-get", "exit 1");

    const { output } = await bring({ programs: ["redis"], without: "stop" });

    assert.equal(output, "");
  });

  it("stops with the one command when it may not install", async () => {
    await aptThatInstalls("redis-server");

    const { output } = await bring({ programs: ["redis", "prometheus"], without: "stop" }, false);

    assert.match(output, /SetupError: redis-server and prometheus/);
    assert.match(output, /sudo apt-get install -y --no-install-recommends redis-server prometheus/);
    await assert.rejects(readFile(log), { code: "ENOENT" });
  });

  it("goes on without, by name, where the task can", async () => {
    const { output } = await bring({ programs: ["chromium"], without: "go on" });

    assert.match(output, /chromium/);
    assert.match(output, /skipped by name/);
    assert.doesNotMatch(output, /SetupError/);
  });

  it("shows what the installer said when it fails, and still tries the rest", async () => {
    await program("apt-get", `case "$*" in *prometheus) echo "E: broken mirror"; exit 100;; esac; echo "$*" >>${log}`);

    const { output } = await bring({ programs: ["prometheus", "redis"], without: "stop" });

    assert.match(output, /E: broken mirror/);
    assert.match(await readFile(log, "utf8"), /redis-server/);
    assert.match(output, /SetupError/);
  });

  it("keeps services from starting during the install, and only then and only for itself", async () => {
    const policy = join(bin, "policy");
    await program(
      "apt-get",
      `case "$*" in *redis-server) ${policy} redis start; echo "ours $?" >>${log}; COALMINE_SETUP= ${policy}; echo "others $?" >>${log};; esac`,
    );

    await bring({ programs: ["redis"], without: "go on" });

    assert.equal(await readFile(log, "utf8"), "ours 101\nothers 0\n");
    await assert.rejects(readFile(policy), { code: "ENOENT" });
  });

  it("leaves a policy of the machine as it is", async () => {
    await program("policy", "exit 101");
    await aptThatInstalls("redis-server");

    await bring({ programs: ["redis"], without: "stop" });

    assert.equal(await readFile(join(bin, "policy"), "utf8"), "#!/bin/sh\nexit 101\n");
  });
});
