import type { CanaryView } from "../../rollout/view.ts";
import { context, message, section, type Block, type Message } from "./blocks.ts";
import { figureLine } from "./figures.ts";
import { hookLine, hookNames } from "./hooks.ts";
import { place, subject } from "./names.ts";
import { nextSentence } from "./next.ts";
import { becauseOf, stateOf } from "./phases.ts";
import { clip, code, count, nameOf, plain, sentence } from "./text.ts";
import { ago, clock, when } from "./time.ts";

const CHECKS_SHOWN = 8;

/** The private answer to `why`: the reason for the present state, with every figure and the query that it came from. */
export function whyMessage(view: CanaryView): Message {
  const reason = reasonOf(view);
  const text = `${plain(view.name)} in ${plain(place(view))} is ${stateOf(view).word}: ${reason}`;
  const evidence = view.evidence.slice(0, CHECKS_SHOWN).map((entry) => section(...evidenceLines(entry, view)));
  const hidden = view.evidence.length - evidence.length;
  return message(text, [
    section(`*${stateOf(view).word}* · ${subject(view)}`, sentence(reason)),
    ...evidence,
    ...hookBlocks(view),
    ...(hidden > 0 ? [context(`${count(hidden, "more check")} not shown`)] : []),
    section(`*Next:* ${nextSentence(view)}`),
    context(`As of ${clock(view.madeAt)} · came into this state ${ago(view.phaseSince)}`),
  ]);
}

function reasonOf(view: CanaryView): string {
  if (view.invalid !== null)
    return `its manifest is not valid at ${code(view.invalid.path)}: ${plain(view.invalid.problem)}.`;
  if (view.undo !== null)
    return `${nameOf(view.undo.by)} undid the promotion ${when(view.undo.at, view.madeAt)}; primary goes back to ${code(view.undo.to)}.`;
  if (view.phase === "terminating")
    return "it is being deleted, and its manifest asks for everything to be handed back.";
  if (view.rollback !== null) {
    const { detail, at, cause } = view.rollback;
    const because = becauseOf(view.rollback);
    const more = detail === "" || cause === "undone" ? "." : `: ${plain(detail, 600)}.`;
    return `taken back ${when(at, view.madeAt)} because ${because}${more}`;
  }
  if (view.suspended) return `its manifest says ${code("spec.suspend: true")}.`;
  if (view.pause !== null) return `${nameOf(view.pause.by)} paused it ${when(view.pause.at, view.madeAt)}.`;
  if (view.gate !== null)
    return `it began to wait for ${gateHolders(view.gate)} ${when(view.gate.since, view.madeAt)}.`;
  if (view.stuck !== "") return `it is stuck: ${plain(view.stuck, 600)}.`;
  const { failedChecks, threshold } = view;
  return failedChecks === 0
    ? "no check has failed."
    : `${count(failedChecks, "check")} failed so far; ${threshold} roll it back.`;
}

function gateHolders({ hooks, either }: NonNullable<CanaryView["gate"]>): string {
  if (hooks.length === 0) return "an approval";
  return `${hookNames(hooks)} ${either ? "or" : "and"} an approval`;
}

/** Webhooks that failed for this revision: what they said, and when. */
function hookBlocks({ hookFailures }: CanaryView): readonly Block[] {
  return hookFailures.length === 0 ? [] : [section(...hookFailures.map(hookLine))];
}

function evidenceLines(entry: CanaryView["evidence"][number], view: CanaryView): readonly string[] {
  const measured = `measured ${clock(entry.at)} by ${plain(entry.check, 80)}`;
  const query = entry.query === "" ? "" : code(clip(entry.query, 1200), 1200);
  return [figureLine(entry, view.checks), measured, query];
}
