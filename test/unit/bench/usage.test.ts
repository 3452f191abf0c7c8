import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readProc, readPs, usageOf } from "../../../scripts/bench/usage.ts";

const STAT =
  "4242 (node (a) b) S 1 4242 4242 0 -1 4194560 9000 0 12 0 125 31 7 9 20 0 11 0 6150 1074000000 25600 18446";

describe("what a process uses", () => {
  it("adds user and system time, whatever the program is called", () => {
    assert.deepEqual(readProc(STAT, "Name:\tnode\nVmRSS:\t  102400 kB\n"), { cpuMs: 1560, rssMiB: 100 });
  });

  it("refuses what is no process status", () => {
    assert.throws(() => readProc(STAT, "Name:\tnode\n"), /while reading what a process uses/);
  });

  it("reads every form of time that ps writes", () => {
    assert.deepEqual(readPs("  2048   0:01.25\n"), { cpuMs: 1250, rssMiB: 2 });
    assert.equal(readPs("1 01:02:03").cpuMs, 3_723_000);
    assert.equal(readPs("1 2-00:00:01").cpuMs, 172_801_000);
  });

  it("finds this very process", async () => {
    const { cpuMs, rssMiB } = await usageOf(process.pid);

    assert.ok(cpuMs > 0 && rssMiB > 10, `${cpuMs} ms, ${rssMiB} MiB`);
  });
});
