import type { CanaryView } from "../../rollout/view.ts";
import { weight, type Weight } from "../../units.ts";
import { buttonsFor } from "../buttons/table.ts";
import { context, controls, message, section, type Message } from "./blocks.ts";
import { checkLine, figureLines } from "./figures.ts";
import { label, place, promotedLabel, subject } from "./names.ts";
import { nextSentence } from "./next.ts";
import { causeWords, stateOf } from "./phases.ts";
import { progressBar, stepLine } from "./step-bar.ts";
import { clip, code, count, nameOf, plain } from "./text.ts";
import { clock, dayAndClock } from "./time.ts";

/** What only the poster knows about the place of a message. */
export interface Placement {
  /** Channel where the rollout belongs but cannot be posted; empty when it stands where it should. */
  readonly misplacedFrom: string;
}

/** The root message of a rollout: what, where, state and why, figures, what happens next and when, who, and the buttons. */
export function rolloutCard(view: CanaryView, placement: Placement = { misplacedFrom: "" }): Message {
  return message(cardText(view), [
    section(...headLines(view)),
    section(...trafficLines(view)),
    ...checkBlocks(view),
    section(`*Next:* ${nextSentence(view)}`),
    context(footLine(view, placement)),
    ...controls(`rollout:${view.rollout}`, buttonsFor(view)),
  ]);
}

/** The whole card in two sentences, for notifications and screen readers. */
function cardText(view: CanaryView): string {
  const share = `${shareOf(view)} % of the traffic goes to ${plain(label(view.revision))}`;
  return `${plain(view.name)} ${plain(label(view.revision))} in ${plain(place(view))}: ${stateOf(view).word}, ${share}. Next: ${nextSentence(view)}`;
}

/** Percent of the traffic that this version gets, through the canary or, once promoted, through primary. */
export function shareOf(view: CanaryView): Weight {
  return promoted(view) ? weight(100) : view.weight;
}

const promoted = ({ phase }: CanaryView): boolean => ["initialized", "finalising", "succeeded"].includes(phase);

function headLines(view: CanaryView): readonly string[] {
  const { word, emoji } = stateOf(view);
  const before = view.promoted === null || promoted(view) ? "" : ` · before: ${code(promotedLabel(view))}`;
  return [
    `${emoji} *${word}* · ${subject(view)} in *${plain(place(view))}*${before}`,
    whyLine(view),
    view.invalid === null
      ? ""
      : `:warning: The manifest is not valid at ${code(view.invalid.path)}: ${plain(view.invalid.problem)}. ${plain(view.invalid.fix)}`,
  ];
}

/** Why it stands as it does, when that is not plain from the phase. */
function whyLine(view: CanaryView): string {
  if (view.rollback !== null) {
    const { cause, detail, by } = view.rollback;
    const because = by === null ? causeWords(cause) : `${nameOf(by)} asked for it`;
    return `Because ${because}${detail === "" ? "." : `: ${plain(detail, 600)}.`}`;
  }
  if (view.pause !== null) {
    const { by, at, reason } = view.pause;
    return `Paused by ${nameOf(by)} at ${clock(at)}${reason === "" ? "." : `: “${plain(reason)}”.`}`;
  }
  return "";
}

/** Who gets how much traffic, and where in the steps that is. */
export function trafficLines(view: CanaryView): readonly string[] {
  const seen = view.observedWeight;
  const behind = seen === null || seen === view.weight ? "" : ` (the mesh was last seen at ${seen} %)`;
  const way = promoted(view) ? ", through primary" : behind;
  const share = `${progressBar(shareOf(view))} *${shareOf(view)} %* of the traffic goes to ${code(label(view.revision))}${way}`;
  return view.steps.length === 0 || settled(view) ? [share] : [share, stepLine(view)];
}

const settled = (view: CanaryView): boolean => ["initializing", "initialized"].includes(view.phase);

function checkBlocks(view: CanaryView): readonly ReturnType<typeof section>[] {
  if (settled(view) || view.checks.length === 0) return [];
  const measured = figureLines(view.evidence, view.checks);
  const names = new Set(view.evidence.map((figure) => figure.check));
  const missing = view.checks.filter((check) => !names.has(check.name)).map(checkLine);
  const lines = [...measured, ...missing].slice(0, 12);
  return [section(...lines.map((line) => clip(line, 400)), failureLine(view))];
}

function failureLine({ failedChecks, threshold, phase }: CanaryView): string {
  const failed = failedChecks === 0 ? "No failed check" : count(failedChecks, "failed check");
  if (!["waiting", "progressing", "waiting-promotion"].includes(phase)) return `${failed}; the limit was ${threshold}.`;
  if (failedChecks === 0) return `${failed} so far; ${threshold} roll it back.`;
  const left = Math.max(0, threshold - failedChecks);
  return `${failed} of ${threshold}; ${left} more ${left === 1 ? "rolls" : "roll"} it back.`;
}

function footLine(view: CanaryView, placement: Placement): string {
  const by = settled(view) ? "" : `, started by ${nameOf(view.startedBy)}`;
  const parts = [`${dayAndClock(view.startedAt)}${by}`];
  const measuredAt = view.evidence[0]?.at;
  if (measuredAt !== undefined) parts.push(`measured ${clock(measuredAt)}`);
  parts.push(`rollout ${code(view.rollout)}`, "the thread is the log");
  if (placement.misplacedFrom !== "") {
    parts.push(`belongs in ${channel(placement.misplacedFrom)}, where I cannot post: invite me there`);
  }
  return parts.join(" · ");
}

const channel = (id: string): string => (/^[CGD][A-Z0-9]{6,}$/.test(id) ? `<#${id}>` : code(id));

/** `group release-approvers`, or whoever the policy allows. */
export const approvers = (group: string): string =>
  group === "" ? "anyone whom the policy allows" : `group ${code(group)}`;
