import type { CanaryView } from "../../rollout/view.ts";
import { label, promotedLabel } from "./names.ts";
import { GATE_NAMES } from "./phases.ts";
import { code, count, inWords, plain, typed } from "./text.ts";
import { clock, duration, when } from "./time.ts";

/** What happens next, when, and what a person can do about it: one or two sentences. */
export function nextSentence(view: CanaryView): string {
  if (view.invalid !== null && isMoving(view)) return "nothing moves until the manifest is valid again.";
  if (isMoving(view) || view.phase === "waiting") {
    if (view.gate !== null) return gateSentence(view);
    if (view.pause !== null) return `${typed(`/canary resume ${view.name}`)} or Resume continues at ${view.weight} %.`;
  }
  return BY_PHASE[view.phase](view);
}

const isMoving = ({ phase }: CanaryView): boolean => phase === "progressing" || phase === "waiting-promotion";

const BY_PHASE = {
  initializing: () => "primary is made and gets all traffic, then this canary is ready.",
  initialized: (view) => `${typed(`/canary start ${view.name} TAG`)} or a new image in the target starts a rollout.`,
  waiting: (view) => `it waits for a person: press Start or type ${typed(`/canary start ${view.name}`)}.`,
  progressing: progressingSentence,
  "waiting-promotion": () => "promotion, as soon as all checks pass.",
  promoting: (view) => `primary is brought to ${code(label(view.revision))}, then all traffic goes there.`,
  finalising: () => "the canary's pods are scaled down.",
  succeeded: (view) => `nothing to do: ${code(label(view.revision))} serves all traffic.`,
  "rolling-back": rollingBackSentence,
  failed: failedSentence,
  undoing: (view) => `primary goes back to ${code(promotedLabel(view))}.`,
  terminating: () => "everything is handed back to the target, then this canary is gone.",
} as const satisfies { readonly [Phase in CanaryView["phase"]]: (view: CanaryView) => string };

function progressingSentence(view: CanaryView): string {
  if (view.stuck !== "" && view.stuck !== "inconclusive") return `${stuckWords(view.stuck)}.`;
  const next = view.steps.find((weight) => weight > view.weight);
  const when = view.nextPassAt === null ? "" : ` at ${clock(view.nextPassAt)}`;
  const what = next === undefined ? "promotion" : `${next} %`;
  if (view.weight === 0) return `${what}${when}, once the canary's pods are ready.`;
  if (view.evidence.some((figure) => figure.verdict === "inconclusive" || figure.verdict === "error"))
    return `${what}, once the checks give a verdict again. They are tried again${when}.`;
  const condition = view.checks.length === 1 ? "if the check passes" : "if all checks pass";
  return view.checks.length === 0 ? `${what}${when}.` : `${what}${when}, ${condition}.`;
}

/** The record names a workload and its trouble, such as `canary: ImagePullBackOff`. */
function stuckWords(stuck: string): string {
  const [, who, trouble] = /^(canary|primary): (.+)$/s.exec(stuck) ?? [];
  if (who === undefined || trouble === undefined) return `it is stuck: ${plain(stuck)}`;
  return `it waits until the pods of ${who === "canary" ? "the canary" : "primary"} are ready (${plain(trouble)})`;
}

function gateSentence(view: CanaryView): string {
  const { gate } = view;
  if (gate === null) return "";
  const missing = Math.max(0, gate.count - gate.have.length);
  const who = gate.group === "" ? "" : ` by group ${code(gate.group)}`;
  const have = gate.have.length === 0 ? "" : ` (so far: ${inWords(gate.have.map((one) => plain(one.name, 80)))})`;
  const starter = gate.notStarter ? " Whoever started it does not count." : "";
  return `${count(missing, "approval")} of ${GATE_NAMES[gate.name]}${who}${have}.${starter} ${timeoutSentence(view, gate)}`;
}

function timeoutSentence({ madeAt }: CanaryView, { until, onTimeout }: NonNullable<CanaryView["gate"]>): string {
  if (until === null) return "It waits without a time limit.";
  return onTimeout === "rollback"
    ? `Without it, it rolls back ${when(until, madeAt)}.`
    : `It asks again ${when(until, madeAt)}, and goes on waiting.`;
}

function rollingBackSentence(view: CanaryView): string {
  if (view.rollback?.cause === "promotion-failed")
    return `all traffic stays on ${code(label(view.revision))}, the only healthy version. Repair primary.`;
  return `all traffic goes to ${code(promotedLabel(view))}, then the canary is scaled down.`;
}

function failedSentence(view: CanaryView): string {
  if (view.rollback?.cause === "promotion-failed")
    return `repair primary, then ${typed(`/canary start ${view.name}`)}. Until then ${code(label(view.revision))} keeps ${view.weight} % of the traffic.`;
  return `${code(promotedLabel(view))} serves all traffic. Mend it and type ${typed(`/canary start ${view.name} TAG`)}, or press Try again.`;
}

/** How long the rest of the steps take when every check passes, or empty when that cannot be told. */
export function timeLeft(view: CanaryView): string {
  if (view.phase !== "progressing" || view.pause !== null || view.gate !== null) return "";
  const left = view.steps.filter((weight) => weight > view.weight).length + 1;
  return `about ${duration(left * view.interval)} to promotion`;
}
