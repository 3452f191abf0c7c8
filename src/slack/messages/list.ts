import type { ClusterHealth } from "../../snapshots/snapshots.ts";
import type { CanaryView } from "../../rollout/view.ts";
import { message, section, context, type Block, type Message } from "./blocks.ts";
import { fullName, label } from "./names.ts";
import { stateOf } from "./phases.ts";
import { healthWords } from "./status.ts";
import { code, count, typed } from "./text.ts";
import { ago } from "./time.ts";
import { atPresent } from "./traffic.ts";

const SHOWN = 40;
const PER_BLOCK = 10;
const IDLE = ["initialized", "succeeded", "failed"];
/** Phases in which a share of the traffic says nothing. */
const STANDING = [...IDLE, "initializing", "undoing", "terminating"];

/** Rollouts that want attention or move, before the quiet ones. */
export function byUrgency(views: readonly CanaryView[]): readonly CanaryView[] {
  const rank = (view: CanaryView): number => {
    if (view.gate !== null || view.phase === "waiting") return 0;
    if (view.phase === "failed") return 2;
    return IDLE.includes(view.phase) ? 3 : 1;
  };
  return [...views].sort((a, b) => rank(a) - rank(b) || fullName(a).localeCompare(fullName(b)));
}

/** The private answer to `list`: every canary that can be seen, a line each, the urgent ones first. */
export function listMessage(views: readonly CanaryView[], clusters: readonly ClusterHealth[]): Message {
  const troubles = clusters.map(healthWords).filter((words) => words !== "");
  const warning = troubles.length === 0 ? [] : [context(`:warning: ${troubles.join(" · ")}`)];
  if (views.length === 0) return message(emptyText(clusters, troubles), [section(emptyText(clusters, troubles))]);
  const sorted = byUrgency(views);
  const lines = sorted.slice(0, SHOWN).map(line);
  const blocks: Block[] = [section(`*${count(views.length, "canary").replace("canarys", "canaries")}*`)];
  for (let from = 0; from < lines.length; from += PER_BLOCK)
    blocks.push(section(...lines.slice(from, from + PER_BLOCK)));
  if (sorted.length > SHOWN)
    blocks.push(context(`${sorted.length - SHOWN} more: ask with ${typed("/canary status NAME")}`));
  const busy = views.filter((view) => !IDLE.includes(view.phase)).length;
  return message(`${views.length} canaries are known and ${busy} of them are being rolled out now.`, [
    ...blocks,
    ...warning,
  ]);
}

function line(view: CanaryView): string {
  const { word, emoji } = stateOf(view);
  const weight = STANDING.includes(view.phase) ? "" : ` ${atPresent(view)}`;
  return `${emoji} ${code(fullName(view), 200)} ${code(label(view.revision))} · ${word}${weight} · ${ago(view.phaseSince)}`;
}

function emptyText(clusters: readonly ClusterHealth[], troubles: readonly string[]): string {
  if (clusters.length === 0)
    return "No cluster is known: no worker has ever reported. Start one with its CLUSTER_NAME and this bot's REDIS_URL.";
  if (troubles.length > 0) return `No canary can be seen now: ${troubles.join("; ")}.`;
  return "There is no canary yet. Apply a Canary manifest, and it appears here.";
}
