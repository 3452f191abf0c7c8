import { tell } from "../record.ts";
import type { Rollout } from "../rollout.ts";
import { ruleFor } from "../gates.ts";
import { rollBack, type Turn } from "../turn.ts";

/** What an overdue gate does: rolls back, or says once that it goes on holding. `null` while there is time. */
export function gateTimedOut(turn: Turn, rollout: Rollout): Rollout | null {
  const { gate } = rollout;
  if (gate === null || gate.until === null || turn.now < gate.until) return null;
  if (ruleFor(turn.canary, gate.name)?.onTimeout === "rollback") {
    return rollBack(turn, rollout, {
      cause: "approval-timeout",
      detail: `nobody approved ${gate.name} in time`,
      by: null,
    });
  }
  const held = { ...rollout, gate: { ...gate, until: null } };
  return tell(held, turn.now, { kind: "approval-overdue", gate: gate.name });
}
