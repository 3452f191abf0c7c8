import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fitRecord } from "../../../src/store/fit-record.ts";
import { fullRecord, NOW, statusOf } from "../../contract/store/samples.ts";

const REF = { ref: { cluster: "east", namespace: "demo", name: "shop", uid: "11112222-0000-4000-8000-000000000000" } };
const sizeOf = (status: object): number => Buffer.byteLength(JSON.stringify(status));
const events = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    sequence: index + 1,
    at: NOW,
    rollout: "a-1",
    event: { kind: "initialized" as const, label: "é".repeat(100) },
  }));

describe("fitRecord", () => {
  it("leaves a status alone that is short enough", () => {
    const status = statusOf(REF, fullRecord());

    assert.equal(fitRecord(status), status);
  });

  it("drops the oldest events until the bytes fit, and no more", () => {
    const status = statusOf(REF, { events: events(50) });

    const fitted = fitRecord(status, 6_000);

    const kept = fitted.rollout.events.map(({ sequence }) => sequence);
    assert.ok(sizeOf(fitted) <= 6_000);
    assert.ok(sizeOf(fitted) > 5_600, `${sizeOf(fitted)}`);
    assert.deepEqual(
      kept,
      Array.from({ length: kept.length }, (_, index) => 51 - kept.length + index),
    );
  });

  it("drops what stands in Slack before what is unsaid", () => {
    const [first, ...rest] = events(20);
    const unsaid = { ...events(1)[0], sequence: 1 };
    const status = statusOf(REF, { events: [first ?? unsaid, ...rest] as never, announcedThrough: 0 });
    const said = statusOf(REF, { events: status.rollout.events, announcedThrough: 10 });

    assert.ok(fitRecord(said, sizeOf(said) - 100).rollout.events.every(({ sequence }) => sequence !== 1));
    assert.deepEqual(
      fitRecord(said, sizeOf(said) - 2_000)
        .rollout.events.map(({ sequence }) => sequence)
        .slice(-10),
      [11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
    );
  });

  it("never drops commands, approvals or revisions", () => {
    const status = statusOf(REF, { ...fullRecord(), events: events(100) });

    const fitted = fitRecord(status, 100);

    assert.deepEqual(fitted.rollout, { ...status.rollout, events: [] });
  });
});
