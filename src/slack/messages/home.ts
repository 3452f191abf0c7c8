import type { types } from "@slack/bolt";
import type { ClusterHealth } from "../../snapshots/snapshots.ts";
import type { CanaryView } from "../../rollout/view.ts";
import { buttonsFor } from "../buttons/table.ts";
import { context, controls, divider, header, plainText, section, type Block } from "./blocks.ts";
import { place, subject } from "./names.ts";
import { nextSentence } from "./next.ts";
import { stateOf } from "./phases.ts";
import { healthWords } from "./status.ts";
import { plain } from "./text.ts";
import { ago } from "./time.ts";
import { trafficLines } from "./traffic.ts";
import { isUndoable } from "./undo.ts";

/** What one person sees on their Home. */
export interface HomeFacts {
  readonly views: readonly CanaryView[];
  readonly clusters: readonly ClusterHealth[];
  /** Whether a gate of this view waits for this very person. */
  readonly waitsForMe: (view: CanaryView) => boolean;
  readonly mayStart: boolean;
  /** Permalink of a root message; empty when unknown. */
  readonly linkOf: (view: CanaryView) => string;
}

/** Entries of a part; four parts of two blocks an entry stay well below 100 blocks. */
const SHOWN = { mine: 8, running: 12, failed: 5, promoted: 5 };
export const START_ACTION = "canary_open_start";

/** The dashboard: what waits for me, what runs, what failed or was promoted lately, and which clusters cannot be seen. */
export function homeView(facts: HomeFacts): types.HomeView {
  const { views, clusters } = facts;
  const mine = views.filter(facts.waitsForMe);
  const failed = newest(views.filter((view) => view.phase === "failed"));
  const promoted = newest(views.filter((view) => view.phase === "succeeded" && isUndoable(view)));
  const running = views.filter((view) => !mine.includes(view) && isRunning(view));
  return {
    type: "home",
    callback_id: "canary_home",
    blocks: [
      header("Canary releases"),
      ...startButton(facts.mayStart),
      ...troubles(clusters),
      ...part("Waiting for me", mine.slice(0, SHOWN.mine), mine.length, facts),
      ...part("Running", running.slice(0, SHOWN.running), running.length, facts),
      ...part("Failed last", failed.slice(0, SHOWN.failed), failed.length, facts),
      ...(promoted.length === 0
        ? []
        : part("Promoted last", promoted.slice(0, SHOWN.promoted), promoted.length, facts)),
    ],
  };
}

const newest = (views: readonly CanaryView[]): readonly CanaryView[] =>
  [...views].sort((a, b) => b.phaseSince - a.phaseSince);

const isRunning = (view: CanaryView): boolean =>
  !["initializing", "initialized", "succeeded", "failed"].includes(view.phase);

function startButton(mayStart: boolean): readonly Block[] {
  if (!mayStart) return [];
  return controls("home:start", [
    { type: "button", action_id: START_ACTION, text: plainText("Start a release…", 75), style: "primary" },
  ]);
}

function troubles(clusters: readonly ClusterHealth[]): readonly Block[] {
  const words = clusters.map(healthWords).filter((entry) => entry !== "");
  return words.length === 0 ? [] : [context(`:warning: ${words.join(" · ")}`)];
}

function part(title: string, shown: readonly CanaryView[], total: number, facts: HomeFacts): readonly Block[] {
  const more = total > shown.length ? ` (${shown.length} of ${total})` : "";
  const entries = shown.flatMap((view) => entry(view, facts.linkOf(view)));
  const none: readonly Block[] = shown.length === 0 ? [context("Nothing.")] : [];
  return [divider(), header(`${title}${more}`), ...none, ...entries];
}

function entry(view: CanaryView, link: string): readonly Block[] {
  const { word, emoji } = stateOf(view);
  const thread = link === "" ? "" : ` · <${link}|open thread>`;
  return [
    section(
      `${emoji} *${word}* · ${subject(view)} in *${plain(place(view))}* · ${ago(view.phaseSince)}${thread}`,
      ...trafficLines(view).slice(0, 1),
      `*Next:* ${nextSentence(view)}`,
    ),
    ...controls(`home:${view.rollout}`, buttonsFor(view)),
  ];
}
