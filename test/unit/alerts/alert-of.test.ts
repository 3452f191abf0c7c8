import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alertOf } from "../../../src/alerts/alert-of.ts";
import { CLUSTER_ACTOR } from "../../../src/rollout/record.ts";
import { ROLLBACK_CAUSES } from "../../../src/rollout/rollout.ts";
import type { RolloutEvent } from "../../../src/rollout/event.ts";
import { weight } from "../../../src/units.ts";
import { canary } from "../../support/subjects.ts";
import { news } from "./samples.ts";

const rollback = (cause: string): RolloutEvent => ({
  kind: "rollback-started",
  cause,
  detail: "",
  by: null,
  weight: weight(20),
  figures: [],
});
const gate = (
  name: "confirm-rollout" | "confirm-traffic-increase" | "confirm-promotion",
  muted = false,
): RolloutEvent => ({
  kind: "approval-wanted",
  gate: name,
  group: "",
  count: 1,
  until: null,
  onTimeout: "hold",
  figures: [],
  hooks: ["gate"],
  either: true,
  muted,
});
const started: RolloutEvent = {
  kind: "rollout-started",
  label: "6.1.0",
  from: "6.0.0",
  by: CLUSTER_ACTOR,
  attempt: 1,
};
const severityOf = (event: RolloutEvent) => alertOf(news(event))?.severity ?? null;

describe("an alert", () => {
  it("is raised at every point where the Canary API raises one, as grave as there", () => {
    assert.equal(severityOf({ kind: "initialized", label: "6.0.0" }), "info");
    assert.equal(severityOf(started), "info");
    assert.equal(severityOf({ kind: "succeeded", label: "6.1.0", tookSeconds: 90 }), "info");
    assert.equal(severityOf(gate("confirm-rollout")), "warn");
    assert.equal(severityOf(gate("confirm-traffic-increase")), "warn");
    assert.equal(severityOf(gate("confirm-promotion")), "warn");
    assert.equal(severityOf(rollback("hook-asked")), "warn");
    assert.equal(severityOf(rollback("failed-checks")), "error");
    assert.equal(severityOf({ kind: "promotion-failed", detail: "", weight: weight(100) }), "error");
    assert.equal(severityOf(rollback("progress-deadline")), "error");
  });

  it("is not raised by a gate whose webhooks are muted", () => {
    assert.equal(severityOf(gate("confirm-promotion", true)), null);
  });

  it("is raised by every rollback exactly once", () => {
    const silent = ROLLBACK_CAUSES.filter((cause) => severityOf(rollback(cause)) === null);

    assert.deepEqual(silent, ["promotion-failed", "undo-failed"], "these have an event of their own");
    assert.equal(severityOf({ kind: "undo-failed", detail: "" }), "error");
    assert.equal(
      severityOf({ kind: "rolled-back", cause: "failed-checks", detail: "", label: "6.1.0", to: "6.0.0" }),
      null,
    );
  });

  it("is not raised by steps, single failed checks, restarts, suspension or deletion", () => {
    const quiet: readonly RolloutEvent[] = [
      { kind: "step-started", step: 1, of: 3, weight: weight(20), figures: [] },
      { kind: "checks-failed", failed: 1, threshold: 2, weight: weight(20), figures: [] },
      { kind: "hook-failed", hook: "load", type: "rollout", failed: 1, threshold: 2, problem: "HTTP 500" },
      { kind: "superseded", label: "6.1.0", next: "6.1.1" },
      { kind: "not-ready", who: "canary", detail: "", deadline: null },
      { kind: "suspended" },
      { kind: "handing-back" },
    ];

    assert.deepEqual(
      quiet.map(severityOf),
      quiet.map(() => null),
    );
  });

  it("says where, what and, at a beginning, how", () => {
    const alert = alertOf(news(started, [], "The cluster started the rollout of 6.1.0 over 6.0.0."));

    assert.deepEqual(alert, {
      severity: "info",
      title: "podinfo.demo",
      text: "The cluster started the rollout of 6.1.0 over 6.0.0.",
      fields: [
        { title: "Cluster", value: "test" },
        { title: "Target", value: "Deployment/podinfo.demo" },
        { title: "Failed checks threshold", value: "2" },
        { title: "Progress deadline", value: "600s" },
        { title: "Traffic routing", value: "Weight steps: 20%, 40%, 60%" },
      ],
    });
    assert.deepEqual(alertOf(news(gate("confirm-promotion")))?.fields, [{ title: "Cluster", value: "test" }]);
  });

  it("names the way in which traffic is shifted", () => {
    const routingOf = (strategy: ReturnType<typeof canary>["analysis"]["strategy"]) =>
      alertOf({ ...news(started), canary: canary({ analysis: { strategy } }) })?.fields.at(-1)?.value;

    assert.equal(routingOf({ kind: "ab-test", iterations: 3, match: [] }), "A/B Testing");
    assert.equal(routingOf({ kind: "blue-green", iterations: 3, mirror: null, switches: true }), "Blue/Green");
  });

  it("is one line of bounded length, whatever a receiver's words brought into it", () => {
    const alert = alertOf(news(rollback("failed-checks"), [], `first\nsecond \u202e${"x".repeat(5_000)}`));

    assert.match(alert?.text ?? "", /^first second x+…$/);
    assert.equal(alert?.text.length, 1_000);
  });
});
