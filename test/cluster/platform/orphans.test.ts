import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { patiently } from "../support/patiently.ts";
import { skipWithout } from "../support/programs.ts";

describe("a control plane whose test process is killed", { skip: skipWithout() }, () => {
  it("ends with it, even while its etcd hangs", async () => {
    const stdio = ["ignore", "pipe", "inherit"] as const;
    const owner = spawn(process.execPath, [join(import.meta.dirname, "lonely-plane.ts")], { stdio: [...stdio] });
    assert.ok(owner.stdout);
    const said = once(createInterface({ input: owner.stdout }), "line");
    const [line] = (await Promise.race([said, once(owner, "exit")])) as [unknown];
    const pids = JSON.parse(String(line)) as number[];
    assert.equal(pids.filter(isAlive).length, 3);

    owner.kill("SIGKILL");

    await patiently(() => assert.deepEqual(pids.filter(isAlive), []));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
