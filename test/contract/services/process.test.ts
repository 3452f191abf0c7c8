import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { findExecutable } from "../../../src/playground/services/executables.ts";
import { startProcess } from "../../../src/playground/services/process.ts";
import { eventually } from "../../support/eventually.ts";

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("a child process", () => {
  it("is started, read line by line, and stopped by SIGTERM", async () => {
    const lines: string[] = [];
    const child = await startProcess({
      name: "talker",
      command: "/bin/sh",
      args: ["-c", "echo one; echo two; exec sleep 60"],
      isReady: async () => lines.length === 2,
      onLine: (line) => lines.push(line),
    });

    const exit = await child.stop();

    assert.deepEqual(lines, ["one", "two"]);
    assert.deepEqual(exit, { code: null, signal: "SIGTERM" });
    assert.equal(isAlive(child.pid), false);
  });

  it("is killed when it does not listen to SIGTERM", async () => {
    let ready = false;
    const child = await startProcess({
      name: "deaf",
      command: process.execPath,
      args: ["-e", "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')"],
      isReady: async () => ready,
      onLine: () => (ready = true),
    });

    const exit = await child.stop(100);

    assert.equal(exit.signal, "SIGKILL");
  });

  it("fails to start with its last words when it ends too early", async () => {
    await assert.rejects(
      startProcess({
        name: "broken",
        command: "/bin/sh",
        args: ["-c", "echo the disk is full >&2; exit 3"],
        isReady: async () => false,
      }),
      (error: Error) => {
        assert.match(error.message, /while starting broken .*\n.*\n {2}the disk is full/);
        assert.match(String(error.cause), /ended before it was ready \(exit code 3\)/);
        return true;
      },
    );
  });

  it("fails to start, and is stopped, when it does not become ready in time", async () => {
    let pid = 0;
    const starting = startProcess({
      name: "sleeper",
      command: "/bin/sh",
      args: ["-c", "echo $$; exec sleep 60"],
      isReady: async () => false,
      readyTimeoutMs: 200,
      onLine: (line) => (pid = Number(line)),
    });

    await assert.rejects(starting, (error: Error) => /not ready after 200 ms/.test(String(error.cause)));
    assert.equal(isAlive(pid), false);
  });

  it("fails to start when there is no such program", async () => {
    await assert.rejects(startProcess({ name: "ghost", command: "/nonexistent/ghost" }), /while starting ghost/);
  });

  it("does not outlive a parent that was killed", async () => {
    const script = `
      const { startProcess } = await import(${JSON.stringify(import.meta.resolve("../../../src/playground/services/process.ts"))});
      const child = await startProcess({ name: "orphan", command: "/bin/sleep", args: ["60"] });
      console.log(child.pid);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(createInterface({ input: parent.stdout }), "line");
    const pid = Number(line);
    assert.ok(isAlive(pid));

    parent.kill("SIGKILL");

    await eventually(() => assert.equal(isAlive(pid), false));
  });
});

describe("looking for a program", () => {
  it("takes the first that exists", async () => {
    assert.match((await findExecutable(["no-such-program", "sh"])) ?? "", /^\/.*\/sh$/);
    assert.equal(await findExecutable(["/bin/sh"]), "/bin/sh");
  });

  it("finds nothing when there is nothing, not even by shell syntax", async () => {
    assert.equal(await findExecutable(["no-such-program", "$(echo sh)", "/etc/passwd", "cd"]), undefined);
  });
});
