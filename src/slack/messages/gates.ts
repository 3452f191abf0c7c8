import type { GateName } from "../../rollout/canary.ts";
import { hookNames } from "./hooks.ts";
import { GATE_NAMES } from "./phases.ts";
import { code, count } from "./text.ts";
import { when } from "./time.ts";
import type { Timestamp } from "../../units.ts";

/** What a closed gate waits for. `missing` counts the approvals that are not there yet. */
export interface Wanted {
  readonly gate: GateName;
  readonly group: string;
  readonly missing: number;
  readonly hooks: readonly string[];
  readonly either: boolean;
}

/** `group release-approvers`, or whoever the policy allows. */
export const approvers = (group: string): string =>
  group === "" ? "anyone whom the policy allows" : `group ${code(group)}`;

/** `1 approval of promotion by group leads, and webhook smoke-test to agree`: what it waits for, as the object of a sentence. */
export function wantedWords({ gate, group, missing, hooks, either }: Wanted): string {
  const approvals = `${count(missing, "approval")} of ${GATE_NAMES[gate]} by ${approvers(group)}`;
  if (hooks.length === 0) return approvals;
  const called = `${hookNames(hooks)} to let it pass`;
  if (either) return `${called}, or ${approvals}`;
  return missing === 0 ? called : `${approvals}, and ${called}`;
}

export interface GateEnd {
  readonly until: Timestamp | null;
  readonly onTimeout: "hold" | "rollback";
}

/** What happens when nobody agrees in time. */
export function gateEnd({ until, onTimeout }: GateEnd, from: Timestamp): string {
  if (until === null) return "It waits without a time limit.";
  return onTimeout === "rollback"
    ? `Without it, it rolls back ${when(until, from)}.`
    : `If nobody has, it asks again ${when(until, from)} and goes on waiting.`;
}
