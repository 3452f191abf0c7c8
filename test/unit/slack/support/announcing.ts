import type { RolloutJob } from "../../../../src/queue/jobs.ts";
import type { RolloutEvent } from "../../../../src/rollout/event.ts";
import type { CanaryView } from "../../../../src/rollout/view.ts";
import { Announcer } from "../../../../src/slack/announcer.ts";
import { Channels } from "../../../../src/slack/channels.ts";
import type { PostedHold, PostedMemory, PostedNote } from "../../../../src/slack/posted.ts";
import { FakeSlack } from "./fake-slack.ts";
import { memoryLog } from "./log.ts";
import { at, progressing } from "./views.ts";

export type PostedReport = Extract<RolloutJob, { kind: "posted" }>;

/** Notes in memory, with a switch that makes one write fail: what a kill at that point leaves behind. */
export class FakeMemory implements PostedMemory {
  readonly notes = new Map<string, PostedNote>();
  /** The process dies at the n-th write from now, before (or after) it happened. `null`: never. */
  dieAt: { write: number; readonly when: "before" | "after" } | null = null;

  /** Canaries that another bot holds. */
  readonly taken = new Set<string>();
  emptied = false;

  async hold(canary: string): Promise<PostedHold | null> {
    if (this.taken.has(canary)) return null;
    return {
      emptied: this.emptied,
      load: async (rollout) => this.notes.get(rollout) ?? null,
      save: (rollout, note) => this.save(rollout, note),
      keep: async () => true,
      release: async () => undefined,
    };
  }

  async save(rollout: string, note: PostedNote): Promise<void> {
    const dies = this.dieAt !== null && (this.dieAt.write -= 1) === 0;
    if (dies && this.dieAt?.when === "before") throw new Error("killed");
    this.notes.set(rollout, note);
    if (dies) throw new Error("killed");
  }
}

/** An announcer over fakes. `bot()` makes another process over the same Slack, memory and queue. */
export function announcing(options: { readonly defaultChannel?: string } = {}) {
  const slack = new FakeSlack();
  const memory = new FakeMemory();
  const reports: PostedReport[] = [];
  const { log, lines } = memoryLog();
  const bot = (): Announcer =>
    new Announcer({
      slack,
      memory,
      sender: { sendPosted: async (_, report) => void reports.push(report) },
      channels: new Channels(slack, () => 0),
      defaultChannel: options.defaultChannel ?? "general",
      audience: { approvers: () => ["<!subteam^S0APPROVER>"] },
      log,
      now: () => performance.now(),
      redrawGap: 0,
      settle: 0,
    });
  return { slack, memory, reports, lines, bot };
}

export const never = new AbortController().signal;

/** A view as a worker sends it: what is not yet announced, numbered on from `announcedThrough`. */
export function viewWith(events: readonly RolloutEvent[], change: Partial<CanaryView> = {}): CanaryView {
  const view = progressing({ root: null, announcedThrough: 0, ...change });
  const first = view.announcedThrough + 1;
  const recorded = events.map((event, index) => ({
    sequence: first + index,
    at: at(index),
    rollout: view.rollout,
    event,
  }));
  return { ...view, events: [...view.events, ...recorded] };
}
