import { RolloutCommand } from "../../../src/rollout/command.ts";
import { blankRollout } from "../../../src/rollout/record.ts";
import type { CanaryView } from "../../../src/rollout/view.ts";
import { viewOf } from "../../../src/rollout/view-of.ts";
import { timestamp } from "../../../src/units.ts";

export const KEY = "0123456789abcdef0123456789abcdef";

/** A command with only the fields that matter. */
export function sampleCommand(fields: Partial<RolloutCommand> = {}): RolloutCommand {
  return RolloutCommand.parse({
    id: "command-1",
    verb: "start",
    cluster: "test",
    namespace: "demo",
    name: "podinfo",
    uid: "",
    rollout: "",
    gate: null,
    revision: null,
    image: "6.1.0",
    reason: "",
    actor: { kind: "slack", user: "U1", name: "ana" },
    roles: ["release-approvers"],
    channel: "C1",
    via: "bot-1",
    issuedAt: 1_000,
    expiresAt: 61_000,
    ...fields,
  });
}

/** A view of a canary nobody has looked at before. */
export function sampleView(fields: Partial<CanaryView> = {}): CanaryView {
  const ref = { cluster: "test", namespace: "demo", name: "podinfo", uid: "11111111-2222" };
  const now = timestamp(1_000);
  const affinity = { cookie: "", primaryCookie: "", previousCookie: "" };
  const peer = { phase: "", lastAppliedSpec: "", lastPromotedSpec: "", affinity, conditions: [] };
  const rollout = blankRollout(ref, now);
  const subject = {
    ref,
    resourceVersion: "1",
    canary: null,
    problem: null,
    retreat: null,
    rollout,
    peer,
    deleting: false,
    finalizer: false,
  };
  const view = viewOf(subject, null, now);
  if (view === null) throw new Error("a record always has a view");
  return { ...view, ...fields };
}
