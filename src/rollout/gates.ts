import { later } from "../units.ts";
import type { ApprovalRule, Canary, GateName } from "./canary.ts";
import type { EventOf } from "./event.ts";
import { answersOf, hooksOf } from "./hooks.ts";
import { tell } from "./record.ts";
import type { Approval, Rollout } from "./rollout.ts";
import { figureOf, type Turn } from "./turn.ts";

/** What a gate that only webhooks hold asks of people: any one of them may open it instead. */
const ANYONE: Omit<ApprovalRule, "gate"> = {
  group: "",
  count: 1,
  notStarter: false,
  timeout: null,
  onTimeout: "hold",
};

/** Who must agree at a gate, or `null` when it is open for everybody. */
export function ruleFor(canary: Canary, gate: GateName): ApprovalRule | null {
  const own = ownRule(canary, gate);
  if (own !== null) return own;
  return hooksOf(canary, gate).length > 0 ? { gate, ...ANYONE } : null;
}

const ownRule = (canary: Canary, gate: GateName): ApprovalRule | null =>
  canary.rollout.approvals.find((rule) => rule.gate === gate) ?? null;

/** Whether only webhooks hold a gate, so that they or a person open it. */
export const opensEitherWay = (canary: Canary, gate: GateName): boolean =>
  ownRule(canary, gate) === null && hooksOf(canary, gate).length > 0;

/** Approvals that count for a gate: of the present revision, by different people, within the rule's group. */
export function countedApprovals(rollout: Rollout, rule: ApprovalRule): readonly Approval[] {
  const people = new Map<string, Approval>();
  for (const approval of rollout.approvals) {
    if (approval.gate !== rule.gate || approval.revision !== rollout.revision.hash) continue;
    if (rule.group !== "" && !approval.roles.includes(rule.group)) continue;
    if (rule.notStarter && rollout.startedBy.kind === "slack" && approval.user === rollout.startedBy.user) continue;
    if (!people.has(approval.user)) people.set(approval.user, approval);
  }
  return [...people.values()];
}

/**
 * Whether a gate lets the rollout pass now. People open it by enough approvals, webhooks by all agreeing in this very pass; a gate
 * that only webhooks hold is opened by either, one with a rule of its own needs both.
 */
export function gateOpen(turn: Turn, rollout: Rollout, gate: GateName): boolean {
  const rule = ruleFor(turn.canary, gate);
  if (rule === null) return true;
  const agreed = countedApprovals(rollout, rule).length >= rule.count;
  const hooks = hooksOf(turn.canary, gate);
  if (hooks.length === 0) return agreed;
  const called = hooks.every((hook) => answersOf(turn, gate).some((answer) => answer.hook === hook.name && answer.ok));
  return opensEitherWay(turn.canary, gate) ? agreed || called : agreed && called;
}

/** Lets a closed gate hold the rollout, and asks for approval once: where only webhooks hold it, not before they have answered. */
export function waitAtGate(turn: Turn, rollout: Rollout, gate: GateName): Rollout {
  const present = rollout.gate?.name === gate ? rollout.gate : null;
  if (present?.asked === true) return rollout;
  const rule = ruleFor(turn.canary, gate);
  if (rule === null) return rollout;
  const since = present?.since ?? turn.now;
  const until = rule.timeout === null ? null : later(since, rule.timeout);
  const asked = ownRule(turn.canary, gate) !== null || answersOf(turn, gate).length > 0;
  const held = { ...rollout, gate: { name: gate, since, until, asked } };
  if (!asked) return present === null ? held : rollout;
  return tell(held, turn.now, wanted(turn, held, rule, until));
}

function wanted(
  { canary }: Turn,
  rollout: Rollout,
  rule: ApprovalRule,
  until: EventOf<"approval-wanted">["until"],
): EventOf<"approval-wanted"> {
  const { gate, group, count, onTimeout } = rule;
  const hooks = hooksOf(canary, gate);
  return {
    kind: "approval-wanted",
    gate,
    group,
    count,
    until,
    onTimeout,
    figures: rollout.evidence.map(figureOf),
    hooks: hooks.map(({ name }) => name),
    either: opensEitherWay(canary, gate),
    muted: ownRule(canary, gate) === null && hooks.every(({ muteAlert }) => muteAlert),
  };
}

/** Says that the webhooks of a gate opened it, where people had been asked. */
export function tellOpened(turn: Turn, rollout: Rollout, gate: GateName): Rollout {
  if (rollout.gate?.name !== gate || !rollout.gate.asked) return rollout;
  const hooks = hooksOf(turn.canary, gate).filter(({ name }) =>
    answersOf(turn, gate).some((answer) => answer.hook === name && answer.ok),
  );
  if (hooks.length === 0) return rollout;
  const hook = hooks.map(({ name }) => name).join(", ");
  return tell(rollout, turn.now, { kind: "hook-passed", hook, type: gate });
}
