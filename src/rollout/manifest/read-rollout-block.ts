import { seconds, type Millis } from "../../units.ts";
import type { ApprovalRule, Canary } from "../canary.ts";
import { readDuration } from "./duration.ts";
import { found, wrong, type Found } from "./found.ts";
import type { RolloutBlock } from "./rollout-block.ts";

const ASK_AFTER = seconds(600);
const ROLLBACK_AFTER = seconds(3_600);

/** Reads `spec.rollout` and fills the defaults in. */
export function readRolloutBlock(block: RolloutBlock | undefined): Found<Canary["rollout"]> {
  const approvals = readApprovals(block?.approvals ?? []);
  if (approvals.problem !== null) return approvals;
  const inconclusive = readInconclusive(block?.inconclusive);
  if (inconclusive.problem !== null) return inconclusive;
  return found({
    start: block?.start ?? "auto",
    channel: block?.channel ?? "",
    approvals: approvals.value,
    inconclusive: inconclusive.value,
  });
}

function readApprovals(entries: NonNullable<RolloutBlock["approvals"]>): Found<readonly ApprovalRule[]> {
  const rules: ApprovalRule[] = [];
  for (const [index, entry] of entries.entries()) {
    const path = `spec.rollout.approvals[${index}]`;
    if (rules.some(({ gate }) => gate === entry.gate)) {
      return wrong(`${path}.gate`, `"${entry.gate}" is there twice`, "Keep one entry for each gate.");
    }
    const timeout = readLimit(`${path}.timeout`, entry.timeout);
    if (timeout.problem !== null) return timeout;
    if (entry.onTimeout !== undefined && timeout.value === null) {
      return wrong(`${path}.onTimeout`, "has no timeout beside it", "Add timeout: 1h, or remove onTimeout.");
    }
    rules.push({
      gate: entry.gate,
      group: (entry.group ?? "").replace(/^@/, ""),
      count: entry.count ?? 1,
      notStarter: entry.notStarter ?? false,
      timeout: timeout.value,
      onTimeout: entry.onTimeout ?? "hold",
    });
  }
  return found(rules);
}

function readLimit(path: string, text: string | undefined): Found<Millis | null> {
  if (text === undefined) return found(null);
  const length = readDuration(text);
  if (length !== null && length > 0) return found(length);
  return wrong(path, `"${text}" is not a length of time above zero`, "Write it like 90s, 15m or 1h30m.");
}

function readInconclusive(block: RolloutBlock["inconclusive"]): Found<Canary["rollout"]["inconclusive"]> {
  const path = "spec.rollout.inconclusive";
  const ask = readLimit(`${path}.askAfter`, block?.askAfter);
  if (ask.problem !== null) return ask;
  const rollback = readLimit(`${path}.rollbackAfter`, block?.rollbackAfter);
  if (rollback.problem !== null) return rollback;
  const askAfter = ask.value ?? ASK_AFTER;
  const rollbackAfter = rollback.value ?? ROLLBACK_AFTER;
  if (askAfter > rollbackAfter) {
    const fix = "Ask a person before rolling back: let askAfter be the shorter one.";
    return wrong(path, `askAfter is longer than rollbackAfter (${rollbackAfter / 1_000} s)`, fix);
  }
  return found({ askAfter, rollbackAfter });
}
