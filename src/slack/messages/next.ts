import type { CanaryView } from "../../rollout/view.ts";
import { gateEnd, wantedWords } from "./gates.ts";
import { hookNames } from "./hooks.ts";
import { label, promotedLabel } from "./names.ts";
import { code, inWords, plain, typed } from "./text.ts";
import { clock } from "./time.ts";
import { isHandedBack } from "./traffic.ts";
import { undoHint } from "./undo.ts";

/** What happens next, when, and what a person can do about it: one or two sentences. */
export function nextSentence(view: CanaryView): string {
  const moves = view.phase === "progressing" || view.phase === "waiting-promotion";
  if (view.suspended && !GOES_ON.includes(view.phase)) return suspendedSentence(view);
  if (view.invalid !== null && moves) return "nothing moves until the manifest is valid again.";
  if (moves || view.phase === "waiting") {
    if (view.gate !== null) return gateSentence(view);
    if (view.pause !== null) return `${typed(`/canary resume ${view.name}`)} or Resume goes on from here.`;
  }
  return BY_PHASE[view.phase](view);
}

/** What a suspended manifest does not stop. */
const GOES_ON: readonly CanaryView["phase"][] = ["rolling-back", "undoing", "terminating"];

const suspendedSentence = ({ name, phase }: CanaryView): string => {
  const until = `until ${code("spec.suspend")} is false again.`;
  const idle = phase === "initialized" || phase === "succeeded" || phase === "failed";
  return idle
    ? `nothing starts ${until}`
    : `nothing moves ${until} ${typed(`/canary rollback ${name}`)} works all the same.`;
};

const BY_PHASE = {
  initializing: () => "primary is made and gets all traffic, then this canary is ready.",
  initialized: (view) => `${typed(`/canary start ${view.name} TAG`)} or a new image in the target starts a rollout.`,
  waiting: (view) => `it waits for a person: press Start or type ${typed(`/canary start ${view.name}`)}.`,
  progressing: progressingSentence,
  "waiting-promotion": () => "promotion, as soon as all checks pass.",
  promoting: (view) => `primary is brought to ${code(label(view.revision))}, then all traffic goes there.`,
  finalising: () => "the canary's pods are scaled down.",
  succeeded: (view) => `nothing to do: ${code(label(view.revision))} serves all traffic.${undoHint(view)}`,
  "rolling-back": rollingBackSentence,
  failed: failedSentence,
  undoing: (view) =>
    view.weight === 0
      ? "done, as soon as primary's pods are ready."
      : "once primary has a ready pod, it gets all traffic back, and the canary is scaled down.",
  terminating: (view) =>
    isHandedBack(view)
      ? "nothing, this canary is gone."
      : "the target gets its pods back, then all traffic; then this canary is gone.",
} as const satisfies { readonly [Phase in CanaryView["phase"]]: (view: CanaryView) => string };

function progressingSentence(view: CanaryView): string {
  if (view.stuck !== "" && view.stuck !== "inconclusive") return `${stuckWords(view.stuck)}.`;
  const when = view.nextPassAt === null ? "" : ` at ${clock(view.nextPassAt)}`;
  const what = nextStop(view);
  if (view.step === 0 && view.weight === 0 && !view.mirrored) return `${what}${when}, once ${firstCondition(view)}.`;
  if (view.evidence.some((figure) => figure.verdict === "inconclusive" || figure.verdict === "error"))
    return `${what}, once the checks give a verdict again. They are tried again${when}.`;
  const condition = view.checks.length === 1 ? "if the check passes" : "if all checks pass";
  return view.checks.length === 0 ? `${what}${when}.` : `${what}${when}, ${condition}.`;
}

/** What has to be so before a run begins. */
function firstCondition({ hookFailures: [last] }: CanaryView): string {
  return last?.type === "pre-rollout" ? `${hookNames([last.hook])} passes` : "the canary's pods are ready";
}

/** The next stage of the run, or promotion. */
function nextStop(view: CanaryView): string {
  const { strategy, step, iterations, stages, mirrors, mirrored } = view;
  if (strategy === "weighted") {
    if (mirrors && !mirrored && step === 0 && view.weight === 0) return "requests are copied to the canary";
    const next = view.steps.find((weight) => weight > view.weight);
    return next === undefined ? "promotion" : `${next} %`;
  }
  if (step < iterations) return `iteration ${step + 1} of ${iterations}`;
  return step < stages ? `all users' traffic goes to ${code(label(view.revision))}` : "promotion";
}

/** The record names a workload and its trouble, such as `canary: ImagePullBackOff`. */
function stuckWords(stuck: string): string {
  const [, who, trouble] = /^(canary|primary): (.+)$/s.exec(stuck) ?? [];
  if (who === undefined || trouble === undefined) return `it is stuck: ${plain(stuck)}`;
  return `it waits until the pods of ${who === "canary" ? "the canary" : "primary"} are ready (${plain(trouble)})`;
}

function gateSentence(view: CanaryView): string {
  const { gate, madeAt } = view;
  if (gate === null) return "";
  const { name, group, count, have, hooks, either, notStarter } = gate;
  const missing = Math.max(0, count - have.length);
  const wanted = wantedWords({ gate: name, group, missing, hooks, either });
  const names = have.length === 0 ? "" : ` (so far: ${inWords(have.map((one) => plain(one.name, 80)))})`;
  const starter = notStarter && missing > 0 ? " Whoever started it does not count." : "";
  return `${wanted}${names}.${starter} ${gateEnd(gate, madeAt)}`;
}

function rollingBackSentence(view: CanaryView): string {
  if (view.rollback?.cause === "promotion-failed")
    return `all traffic stays on ${code(label(view.revision))}, the only healthy version. Repair primary.`;
  return `all traffic goes to ${code(promotedLabel(view))}, then the canary is scaled down.`;
}

function failedSentence(view: CanaryView): string {
  const start = typed(`/canary start ${view.name} TAG`);
  switch (view.rollback?.cause) {
    case "promotion-failed":
      return `repair primary, then ${typed(`/canary start ${view.name}`)}. Until then ${code(label(view.revision))} keeps ${view.weight} % of the traffic.${undoHint(view)}`;
    case "undone":
      return `${code(promotedLabel(view))} serves all traffic. The target keeps ${code(label(view.revision))}, which starts nothing by itself. Mend it and type ${start}.`;
    case "undo-failed":
      return `look at primary's pods: they do not become ready with ${code(promotedLabel(view))}. ${start} with a healthy version is a way out.`;
    default:
      return `${code(promotedLabel(view))} serves all traffic. Mend it and type ${start}, or press Try again.`;
  }
}
