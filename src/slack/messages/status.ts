import type { ClusterHealth } from "../../snapshots/snapshots.ts";
import type { CanaryView } from "../../rollout/view.ts";
import { buttonsFor } from "../buttons/table.ts";
import { context, controls, message, section, type Message } from "./blocks.ts";
import { figureLines } from "./figures.ts";
import { label, place, subject } from "./names.ts";
import { nextSentence } from "./next.ts";
import { stateOf } from "./phases.ts";
import { code, nameOf, plain } from "./text.ts";
import { ago, clock } from "./time.ts";
import { trafficLines, trafficText } from "./traffic.ts";

/** What an answer needs beside the view. */
export interface StatusFacts {
  /** Permalink of the root message; empty when there is none. */
  readonly link: string;
  /** Health of the view's cluster; `null` when it has never been heard of. */
  readonly health: ClusterHealth | null;
}

/** The private answer to `status`: state, figures, what is next, how old the answer is, and where the thread stands. */
export function statusMessage(view: CanaryView, { link, health }: StatusFacts): Message {
  const { word, emoji } = stateOf(view);
  const head = `${emoji} *${word}* · ${subject(view)} in *${plain(place(view))}*`;
  const age = `As of ${clock(view.madeAt)}, ${ago(view.madeAt)}`;
  const thread = link === "" ? "no thread yet" : `<${link}|thread with everything so far>`;
  const text = `${plain(view.name)} ${plain(label(view.revision))} in ${plain(place(view))} is ${word}: ${trafficText(view)}. Next: ${nextSentence(view)}`;
  return message(text, [
    section(head, ...trafficLines(view)),
    ...figureBlock(view),
    section(`*Next:* ${nextSentence(view)}`),
    context([age, `started by ${nameOf(view.startedBy)}`, thread, healthWords(health)].filter(Boolean).join(" · ")),
    ...controls(`status:${view.rollout}`, buttonsFor(view)),
  ]);
}

function figureBlock(view: CanaryView): readonly ReturnType<typeof section>[] {
  return view.evidence.length === 0 ? [] : [section(...figureLines(view.evidence, view.checks))];
}

/** What to know about a cluster before trusting an answer about it; empty when it is live. */
export function healthWords(health: ClusterHealth | null): string {
  if (health === null) return "no worker of this cluster has been seen yet";
  switch (health.state) {
    case "live":
      return "";
    case "rebuilding":
      return `cluster ${code(health.name)}: being rebuilt, this may be old or incomplete`;
    case "silent":
      return `cluster ${code(health.name)}: no worker since ${clock(health.lastSeen)}, this may be old`;
  }
}
