import type { Actor } from "../rollout/command.ts";
import type { EventOf, Figure, RolloutEvent } from "../rollout/event.ts";

/** An event as Kubernetes and webhooks are told it. */
export interface EventText {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

export function textOf(event: RolloutEvent): EventText {
  const type = WARNINGS.has(event.kind) ? "Warning" : "Normal";
  return { type, reason: reasonOf(event.kind), message: messageOf(event) };
}

const WARNINGS: ReadonlySet<RolloutEvent["kind"]> = new Set([
  "checks-failed",
  "hook-failed",
  "post-hook-failed",
  "approval-wanted",
  "undo-failed",
  "checks-inconclusive",
  "human-needed",
  "approval-overdue",
  "rollback-started",
  "rolled-back",
  "promotion-failed",
  "not-ready",
  "drift-repaired",
  "services-repaired",
  "command-ignored",
  "manifest-invalid",
]);

/** `step-started` becomes StepStarted, as Kubernetes writes reasons. */
function reasonOf(kind: RolloutEvent["kind"]): string {
  return kind.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

const who = (actor: Actor): string => (actor.kind === "slack" ? `${actor.name} (Slack)` : actor.name);
const because = (detail: string): string => (detail === "" ? "" : `: ${detail}`);

function figures(list: readonly Figure[]): string {
  return list.map(({ check, verdict, value, problem }) => `${check} ${value ?? problem} (${verdict})`).join(", ");
}

function messageOf<K extends RolloutEvent["kind"]>(event: EventOf<K> & { readonly kind: K }): string {
  const write: (event: EventOf<K>) => string = MESSAGES[event.kind];
  return write(event);
}

const MESSAGES: { readonly [K in RolloutEvent["kind"]]: (event: EventOf<K>) => string } = {
  initialized: ({ label }) => `Primary runs ${label} and takes all traffic.`,
  "revision-waiting": ({ label }) => `${label} waits for a start in chat.`,
  "rollout-started": ({ label, from, by }) => `${who(by)} started the rollout of ${label} over ${from}.`,
  superseded: ({ label, next }) => `${label} was replaced by ${next}: the analysis starts again.`,
  "step-started": ({ step, of, weight }) => `Step ${step} of ${of}: ${weight} % of traffic to the canary.`,
  "configs-changed": ({ configs }) => `Its configs are other than primary's: ${configs.join(", ")}.`,
  "iteration-started": ({ iteration, of }) => `Iteration ${iteration} of ${of}.`,
  "mirroring-started": ({ percent }) => `${percent ?? 100} % of the requests are copied to the canary.`,
  "traffic-switched": () => "All traffic goes to the canary.",
  "hook-failed": ({ hook, type, failed, threshold, problem }) =>
    `The ${type} webhook ${hook} failed, failed checks ${failed} of ${threshold}${because(problem)}.`,
  "hook-passed": ({ hook, type }) => `The ${type} webhook ${hook} agreed.`,
  "post-hook-failed": ({ hook, problem }) => `The post-rollout webhook ${hook} failed${because(problem)}.`,
  "undo-started": ({ by, from, to, reason }) =>
    `${who(by)} undoes ${from}: primary goes back to ${to}${because(reason)}.`,
  undone: ({ to }) => `Primary runs ${to} again.`,
  "undo-failed": ({ detail }) => `Primary did not become ready again${because(detail)}.`,
  "handing-back": () => "The canary is being deleted: the target gets its pods back.",
  "handed-back": () => "The target takes all traffic again.",
  suspended: () => "The manifest suspends the canary: nothing moves but a rollback.",
  unsuspended: () => "The canary is no longer suspended.",
  "checks-failed": ({ failed, threshold, figures: seen }) =>
    `Failed checks ${failed} of ${threshold}: ${figures(seen)}.`,
  "checks-inconclusive": ({ figures: seen }) => `The checks give no verdict: ${figures(seen)}.`,
  "checks-conclusive": ({ figures: seen }) => `The checks give a verdict again: ${figures(seen)}.`,
  "human-needed": ({ detail }) => `Somebody has to decide${because(detail)}.`,
  "approval-wanted": ({ gate, count, group }) =>
    `${gate} waits for ${count} approval(s) of ${group || "anyone allowed to"}.`,
  approved: ({ gate, by, have, need }) => `${who(by)} approved ${gate}, ${have} of ${need}.`,
  "approval-overdue": ({ gate }) => `Nobody opened ${gate} in time.`,
  paused: ({ by, weight, reason }) => `${who(by)} paused the rollout at ${weight} %${because(reason)}.`,
  resumed: ({ by }) => `${who(by)} resumed the rollout.`,
  "promotion-forced": ({ by, weight }) => `${who(by)} promoted at ${weight} % without waiting for the analysis.`,
  "promotion-started": ({ label }) => `Primary is being brought to ${label}.`,
  "traffic-returning": ({ weight }) => `Traffic goes back to primary, ${weight} % left on the canary.`,
  "traffic-returned": ({ label }) => `Primary takes all traffic with ${label}.`,
  succeeded: ({ label, tookSeconds }) => `${label} was promoted in ${Math.round(tookSeconds)} s.`,
  "rollback-started": ({ cause, detail, weight }) => `Rolling back from ${weight} %, ${cause}${because(detail)}.`,
  "rolled-back": ({ label, to, cause }) => `${label} was taken back (${cause}); ${to} takes all traffic.`,
  "promotion-failed": ({ detail }) => `Primary did not become ready, traffic stays on the canary${because(detail)}.`,
  "not-ready": ({ who: workload, detail }) => `The ${workload} is not ready${because(detail)}.`,
  "drift-repaired": ({ found, restored }) => `Somebody else set ${found}; restored ${restored} %.`,
  "services-repaired": ({ found }) => `Somebody else changed the Services: ${found}; put right.`,
  "command-ignored": ({ verb, by, why }) => `${verb} by ${who(by)} had no effect${because(why)}.`,
  "manifest-invalid": ({ path, problem, fix }) => `${path}: ${problem}. ${fix}`,
  "manifest-valid": () => "The manifest is understood again.",
};
