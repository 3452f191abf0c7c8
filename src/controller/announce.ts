import { explain } from "../errors.ts";
import type { WorkerSender } from "../queue/jobs.ts";
import type { Observation } from "../rollout/observation.ts";
import type { Subject } from "../rollout/subject.ts";
import { viewOf } from "../rollout/view-of.ts";
import type { CanaryView } from "../rollout/view.ts";
import type { SnapshotWriter } from "../snapshots/snapshots.ts";
import type { Log } from "../telemetry/log.ts";
import type { Timestamp } from "../units.ts";

/** A card is redrawn at most this often; events are told at once. */
const REDRAW_MS = 3_000;
/** Events that nobody confirmed are told again, first after this long, then after longer and longer. */
const REPEAT_MS = 5_000;
const REPEAT_AT_MOST_MS = 60_000;

export interface AnnouncerOptions {
  readonly sender: Pick<WorkerSender, "announce">;
  readonly snapshots: Pick<SnapshotWriter, "put" | "remove">;
  readonly now: () => Timestamp;
  readonly log: Log;
}

/** What is known of one canary's announcements. */
interface Told {
  /** How the card looked when it was last sent, and at all. */
  sentLooks: string;
  snapshotLooks: string;
  /** Newest event that was sent. */
  sequence: number;
  sentAt: number;
  repeats: number;
  redraw: NodeJS.Timeout | undefined;
  unsaved: string;
}

/** Tells chat what happened: snapshots for questions, announcements for the thread. Never waited for. */
export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #told = new Map<string, Told>();
  #stopped = false;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** The view of a canary for snapshots, as far as it has one. */
  view(subject: Subject, seen: Observation): CanaryView | null {
    const view = viewOf(subject, seen, this.#options.now());
    const { unsaved } = this.#toldOf(subject);
    return view === null || unsaved === "" ? view : { ...view, stuck: unsaved };
  }

  /**
   * Takes note of how a canary stands after a pass. `mine`: whether this worker announces it, since it changed the record or
   * is the first in line. `unsaved`: why the cluster does not keep the record, so that nothing is done; empty: it does.
   */
  note(subject: Subject, seen: Observation, mine: boolean, unsaved = ""): void {
    const told = this.#toldOf(subject);
    told.unsaved = unsaved;
    const view = this.view(subject, seen);
    if (view === null || this.#stopped) return;
    const looks = looksOf(view);
    if (looks !== told.snapshotLooks) this.#options.snapshots.put(view);
    told.snapshotLooks = looks;
    const last = view.events.at(-1)?.sequence ?? 0;
    if (!mine) return;
    if (last > told.sequence) this.#send(view, told);
    else if (view.root !== null && told.sentLooks !== looks) this.#sendLater(view, told);
  }

  /** Tells again what nobody has confirmed for a while; looks only then. */
  repeat(subject: Subject, look: () => Observation): void {
    const told = this.#toldOf(subject);
    const patience = Math.min(REPEAT_MS * 2 ** told.repeats, REPEAT_AT_MOST_MS);
    if (this.#options.now() - told.sentAt < patience) return;
    const view = this.view(subject, look());
    if (view === null || view.events.length === 0) return;
    const repeats = told.repeats + 1;
    this.#send(view, told);
    told.repeats = repeats;
  }

  /** A canary that no longer exists. */
  forget(key: { readonly namespace: string; readonly name: string }): void {
    const name = `${key.namespace}/${key.name}`;
    clearTimeout(this.#told.get(name)?.redraw);
    this.#told.delete(name);
    this.#options.snapshots.remove(key);
  }

  stop(): void {
    this.#stopped = true;
    for (const told of this.#told.values()) clearTimeout(told.redraw);
  }

  #sendLater(view: CanaryView, told: Told): void {
    clearTimeout(told.redraw);
    const wait = Math.max(0, told.sentAt + REDRAW_MS - this.#options.now());
    told.redraw = setTimeout(() => this.#send(view, told), wait).unref();
  }

  #send(view: CanaryView, told: Told): void {
    clearTimeout(told.redraw);
    told.redraw = undefined;
    if (this.#stopped) return;
    told.sentLooks = looksOf(view);
    told.sequence = Math.max(told.sequence, view.events.at(-1)?.sequence ?? 0);
    told.sentAt = this.#options.now();
    told.repeats = 0;
    this.#options.sender.announce(view).catch((error: unknown) => {
      this.#options.log.debug({ canary: view.name, error: explain(error) }, "announcement waits for redis");
    });
  }

  #toldOf({ ref }: Subject): Told {
    const name = `${ref.namespace}/${ref.name}`;
    const told = this.#told.get(name) ?? {
      sentLooks: "",
      snapshotLooks: "",
      sequence: 0,
      sentAt: 0,
      repeats: 0,
      redraw: undefined,
      unsaved: "",
    };
    this.#told.set(name, told);
    return told;
  }
}

/** What a reader could see of a view: all but its version, its age and how far Slack has it. */
function looksOf(view: CanaryView): string {
  const { version: _version, madeAt: _madeAt, announcedThrough: _through, ...visible } = view;
  return JSON.stringify(visible);
}
