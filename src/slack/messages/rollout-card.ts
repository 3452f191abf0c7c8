import type { CanaryView } from "../../rollout/view.ts";
import { buttonsFor } from "../buttons/table.ts";
import { context, controls, message, section, type Message } from "./blocks.ts";
import { changedConfigs, configWords, onlyConfigsChanged } from "./configs.ts";
import { checkLine, figureLines } from "./figures.ts";
import { hookLine } from "./hooks.ts";
import { label, place, promotedLabel, subject } from "./names.ts";
import { nextSentence } from "./next.ts";
import { becauseOf, stateOf } from "./phases.ts";
import { clip, code, count, nameOf, plain } from "./text.ts";
import { clock, dayAndClock } from "./time.ts";
import { isPromoted, trafficLines, trafficText } from "./traffic.ts";
import { isUndone } from "./undo.ts";

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
  return `${plain(view.name)} ${plain(label(view.revision))} in ${plain(place(view))}: ${stateOf(view).word}. ${trafficText(view)}. Next: ${nextSentence(view)}`;
}

function headLines(view: CanaryView): readonly string[] {
  const { word, emoji } = stateOf(view);
  return [
    `${emoji} *${word}* · ${subject(view)} in *${plain(place(view))}*${otherVersion(view)}`,
    whyLine(view),
    view.invalid === null
      ? ""
      : `:warning: The manifest is not valid at ${code(view.invalid.path)}: ${plain(view.invalid.problem)}. ${plain(view.invalid.fix)}`,
  ];
}

/** What this version is compared with: the one before, and the configs that changed. */
function otherVersion(view: CanaryView): string {
  if (view.promoted === null || isPromoted(view) || view.phase === "terminating") return "";
  if (view.phase === "undoing") return "";
  if (isUndone(view))
    return ` · ${view.rollback?.cause === "undone" ? "serving" : "put back to"}: ${code(promotedLabel(view))}`;
  const changed = changedConfigs(view);
  const configs = changed.length === 0 ? "" : ` · changed: ${configWords(changed)}`;
  return onlyConfigsChanged(view) ? configs : ` · before: ${code(promotedLabel(view))}${configs}`;
}

/** Why it stands as it does, when that is not plain from the phase. */
function whyLine(view: CanaryView): string {
  if (view.rollback !== null && view.phase !== "undoing") {
    const { detail, cause } = view.rollback;
    const more = detail === "" || cause === "undone" ? "." : `: ${plain(detail, 600)}.`;
    return `Because ${becauseOf(view.rollback)}${more}`;
  }
  if (view.undo !== null) return `Asked for by ${nameOf(view.undo.by)} at ${clock(view.undo.at)}.`;
  if (view.pause !== null) {
    const { by, at, reason } = view.pause;
    return `Paused by ${nameOf(by)} at ${clock(at)}${reason === "" ? "." : `: “${plain(reason)}”.`}`;
  }
  return "";
}

/** Phases in which nothing is being judged, nor has been lately. */
const UNJUDGED: readonly CanaryView["phase"][] = ["initializing", "initialized", "undoing", "terminating"];
const isJudged = (view: CanaryView): boolean => !UNJUDGED.includes(view.phase) && !isUndone(view);

function checkBlocks(view: CanaryView): readonly ReturnType<typeof section>[] {
  const hooks = hookLines(view);
  if (!isJudged(view) || (view.checks.length === 0 && hooks.length === 0)) return [];
  const measured = figureLines(view.evidence, view.checks);
  const names = new Set(view.evidence.map((figure) => figure.check));
  const missing = view.checks.filter((check) => !names.has(check.name)).map(checkLine);
  const lines = [...hooks, ...measured, ...missing].slice(0, 12);
  return [section(...lines.map((line) => clip(line, 400)), failureLine(view))];
}

function failureLine({ failedChecks, threshold, phase }: CanaryView): string {
  const failed = failedChecks === 0 ? "No failed check" : count(failedChecks, "failed check");
  if (!["waiting", "progressing", "waiting-promotion"].includes(phase)) return `${failed}; the limit was ${threshold}.`;
  if (failedChecks === 0) return `${failed} so far; ${threshold} roll it back.`;
  const left = Math.max(0, threshold - failedChecks);
  return `${failed} of ${threshold}; ${left} more ${left === 1 ? "rolls" : "roll"} it back.`;
}

/** The webhook that failed last, unless something was measured since. */
function hookLines({ hookFailures: [last], evidence }: CanaryView): readonly string[] {
  return last === undefined || last.at < (evidence[0]?.at ?? 0) ? [] : [hookLine(last)];
}

function footLine(view: CanaryView, placement: Placement): string {
  const by = ["initializing", "initialized"].includes(view.phase) ? "" : `, started by ${nameOf(view.startedBy)}`;
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
