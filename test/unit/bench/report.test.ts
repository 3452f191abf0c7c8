import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Requests } from "../../../scripts/bench/counting.ts";
import { summarize } from "../../../scripts/bench/percentile.ts";
import { report } from "../../../scripts/bench/report.ts";
import type { BenchResult, SizeResult, Window } from "../../../scripts/bench/results.ts";
import { growth, rowsOf, verdict } from "../../../scripts/bench/rows.ts";

const none: Requests = { decision: 0, events: 0, byKind: new Map() };
const window = (parts: Partial<Window>): Window => ({
  due: 30,
  advanced: 30,
  seconds: 30,
  requests: none,
  queries: 0,
  cpuMs: 0,
  rssMiB: 100,
  emulatorCpuMs: 0,
  ...parts,
});
const sized = (size: number, parts: Partial<SizeResult>): SizeResult => ({
  size,
  idle: null,
  advancing: null,
  fourWorkers: null,
  command: null,
  rollback: null,
  redisDown: null,
  ...parts,
});
const result = (parts: Partial<BenchResult>): BenchResult => ({
  base: null,
  sizes: [],
  realPrometheus: null,
  problems: [],
  ...parts,
});
const rowCalled = (of: BenchResult, name: string) => rowsOf(of).find((row) => row.name === name);

describe("rows of the bench", () => {
  it("divides requests by the ticks that advanced, Events apart", () => {
    const requests = { decision: 60, events: 30, byKind: new Map([["patch x", 60]]) };
    const row = rowCalled(
      result({ sizes: [sized(10, { advancing: window({ requests }) })] }),
      "Kubernetes requests per advancing tick",
    );

    assert.deepEqual([row?.values, row?.events, row?.peer.slice(0, 2)], [[2], 1, "21"]);
  });

  it("takes what an empty worker uses off", () => {
    const base = { cpuMsPerSecond: 10, rssMiB: 90 };
    const row = rowCalled(
      result({ base, sizes: [sized(10, { advancing: window({ cpuMs: 330 }) })] }),
      "CPU per advancing tick above an empty worker, ms",
    );

    assert.deepEqual(row?.values, [1]);
  });

  it("leaves out rows of which nothing was measured", () => {
    const rows = rowsOf(result({ sizes: [sized(10, { command: summarize([5, 9]) })] }));

    assert.deepEqual(
      rows.map(({ name, values, count }) => [name, values[0], count]),
      [
        ["Command in Redis → route written, p50, ms", 5, 2],
        ["Command in Redis → route written, p99, ms", 9, 2],
      ],
    );
  });

  it("computes memory per thousand from the largest size", () => {
    const base = { cpuMsPerSecond: 0, rssMiB: 80 };
    const sizes = [sized(10, { advancing: window({}) }), sized(100, { advancing: window({ rssMiB: 81 }) })];
    const row = rowsOf(result({ base, sizes })).find(({ name }) => name.startsWith("Memory per 1,000"));

    assert.deepEqual(row?.values, [null, 10]);
  });
});

describe("verdicts of the bench", () => {
  const target = { most: 2, unit: "" };

  it("asks every size to keep to the target", () => {
    assert.equal(verdict({ target, values: [1, 2] }), "met");
    assert.equal(verdict({ target, values: [1, 2.1] }), "missed");
  });

  it("asks only the largest where the target speaks of it", () => {
    assert.equal(verdict({ target: { ...target, atLargest: true }, values: [9, 1] }), "met");
  });

  it("says nothing without a target or a measurement", () => {
    assert.equal(verdict({ target: null, values: [1] }), "");
    assert.equal(verdict({ target, values: [null, Number.NaN] }), "");
  });

  it("compares the most canaries with the fewest", () => {
    assert.equal(growth([2, 9, 3]), 1.5);
    assert.equal(growth([null, 3]), null);
    assert.equal(growth([0, 3]), null);
  });
});

describe("the bench's report", () => {
  it("names everything that was not measured", () => {
    const text = report(result({ problems: ["redis-down with 100 canaries: no route"] }), "here and now");

    assert.match(text, /- here and now\n/);
    assert.match(text, /- NOT MEASURED: redis-down with 100 canaries: no route$/);
  });

  it("lists the requests of a tick by verb and resource", () => {
    const requests = { decision: 30, events: 0, byKind: new Map([["patch canaries.flagger.app/status", 30]]) };
    const text = report(result({ sizes: [sized(1000, { advancing: window({ requests }) })] }), "");

    assert.match(text, /\| patch canaries\.flagger\.app\/status \| +1\.00 \| +– \|/);
    assert.match(text, /\| +1,000 \|/);
  });
});
