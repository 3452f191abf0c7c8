import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { REFUSAL_REASONS, type Refusal, type RolloutCommand } from "../../../src/rollout/command.ts";
import type { Observation } from "../../../src/rollout/observation.ts";
import { refuse } from "../../../src/rollout/refusals.ts";
import type { Approval, Rollout } from "../../../src/rollout/rollout.ts";
import type { Subject } from "../../../src/rollout/subject.ts";
import { timestamp } from "../../../src/units.ts";
import {
  canary,
  command,
  observation,
  revision,
  rollout,
  routed,
  subject,
  T0,
  workload,
} from "../../support/subjects.ts";

const ana = { kind: "slack", user: "U0ANA0001", name: "ana" } as const;
const rule = {
  gate: "confirm-promotion",
  group: "approvers",
  count: 2,
  notStarter: true,
  timeout: null,
  onTimeout: "hold",
} as const;
const gated = canary({ rollout: { approvals: [rule] } });
const next = revision("6.1.0");
const running = (more: Partial<Rollout> = {}): Rollout =>
  rollout({
    phase: "progressing",
    revision: next,
    applied: next.hash,
    route: routed(20, 3),
    ...more,
  });
const held = (more: Partial<Rollout> = {}): Rollout =>
  running({
    phase: "waiting-promotion",
    gate: { name: "confirm-promotion", since: T0, until: null, asked: true },
    startedBy: ana,
    ...more,
  });
const two = { ...revision("6.0.0"), images: [...revision("6.0.0").images, { container: "sidecar", image: "envoy:1" }] };
const approval: Approval = {
  gate: "confirm-promotion",
  revision: next.hash,
  user: "U0LEE0001",
  name: "lee",
  roles: ["approvers"],
  at: T0,
  command: "c",
};
const lee = { kind: "slack", user: "U0LEE0001", name: "lee" } as const;

interface Row {
  readonly reason: Refusal["reason"];
  readonly given: Partial<Subject> | null;
  readonly asked: Partial<RolloutCommand>;
  readonly seen?: Partial<Observation>;
}

const rows: readonly Row[] = [
  { reason: "unknown-canary", given: null, asked: {} },
  { reason: "expired", given: {}, asked: { expiresAt: timestamp(T0 - 1) } },
  { reason: "canary-recreated", given: {}, asked: { uid: "another" } },
  {
    reason: "invalid-manifest",
    given: { canary: null, problem: { path: "spec.x", problem: "p", fix: "f" } },
    asked: {},
  },
  { reason: "suspended", given: { canary: canary({ suspended: true }) }, asked: {} },
  { reason: "bootstrapping", given: { rollout: null }, asked: {} },
  { reason: "already-rolling", given: { rollout: running() }, asked: { image: "6.2.0" } },
  { reason: "nothing-new", given: {}, asked: { image: "6.0.0" } },
  { reason: "nothing-waiting", given: {}, asked: {} },
  { reason: "bad-image", given: {}, asked: { image: "no such image" } },
  { reason: "ambiguous-container", given: { rollout: rollout({ revision: two }) }, asked: { image: "6.1.0" } },
  { reason: "not-running", given: {}, asked: { verb: "pause" } },
  {
    reason: "already-paused",
    given: { rollout: running({ pause: { by: ana, at: T0, reason: "" } }) },
    asked: { verb: "pause" },
  },
  { reason: "not-paused", given: { rollout: running() }, asked: { verb: "resume" } },
  {
    reason: "rolling-back-already",
    given: { rollout: running({ phase: "rolling-back" }) },
    asked: { verb: "rollback" },
  },
  {
    reason: "too-late",
    given: { rollout: running({ phase: "promoting" }) },
    asked: { verb: "rollback" },
    seen: { primary: workload("6.1.0") },
  },
  { reason: "old-button", given: { rollout: running() }, asked: { verb: "rollback", rollout: "a1b2c3d4-77" } },
  { reason: "no-gate-waits", given: { canary: gated, rollout: running() }, asked: { verb: "approve" } },
  {
    reason: "already-approved",
    given: { canary: gated, rollout: held({ approvals: [approval] }) },
    asked: { verb: "approve", actor: lee, roles: ["approvers"] },
  },
  {
    reason: "starter-may-not-approve",
    given: { canary: gated, rollout: held() },
    asked: { verb: "approve", roles: ["approvers"] },
  },
  { reason: "not-in-group", given: { canary: gated, rollout: held() }, asked: { verb: "approve", actor: lee } },
  { reason: "nothing-to-undo", given: {}, asked: { verb: "undo" } },
  { reason: "already-rolling", given: { rollout: running() }, asked: { verb: "undo" } },
  {
    reason: "undo-incomplete",
    given: {},
    asked: { verb: "undo" },
    seen: { kept: [{ name: "kept-1", revision: revision("5.9.0"), missing: "secret/shop-1a2b" }] },
  },
];

describe("refuse", () => {
  for (const { reason, given, asked, seen = {} } of rows) {
    it(`answers ${reason} to ${asked.verb ?? "start"}`, () => {
      const refusal = refuse(given === null ? null : subject(given), command(asked), T0, observation(seen));

      assert.equal(refusal?.reason, reason);
    });
  }

  it("lists every reason that depends on the record", () => {
    const elsewhere = ["bad-signature", "record-full"];
    assert.deepEqual(new Set([...rows.map((row) => row.reason), ...elsewhere]), new Set(REFUSAL_REASONS));
  });

  it("refuses when too many commands are pending, and drops none of them", () => {
    const commands = Array.from(
      { length: 15 },
      (_, index) =>
        ({ id: `command-${index}-x`, verb: "pause", actor: ana, at: T0, state: "pending", note: "" }) as const,
    );

    const refusal = refuse(subject({ rollout: running({ commands: [...commands] }) }), command({ verb: "pause" }), T0);

    assert.equal(refusal?.reason, "record-full");
  });

  it("accepts what fits", () => {
    assert.equal(refuse(subject(), command({ image: "6.1.0" }), T0), null);
    assert.equal(refuse(subject({ rollout: running() }), command({ verb: "rollback" }), T0), null);
    assert.equal(
      refuse(
        subject({ canary: gated, rollout: held() }),
        command({ verb: "approve", actor: lee, roles: ["approvers"] }),
        T0,
      ),
      null,
    );
  });
});
