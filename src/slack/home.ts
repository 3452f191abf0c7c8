import { createHash } from "node:crypto";
import { explain } from "../errors.ts";
import type { CanaryView } from "../rollout/view.ts";
import type { SnapshotReader } from "../snapshots/snapshots.ts";
import type { Log } from "../telemetry/log.ts";
import { permalink } from "./background-client.ts";
import type { Views } from "./interactive-client.ts";
import type { View } from "./messages/blocks.ts";
import { section } from "./messages/blocks.ts";
import { denialMessage } from "./messages/denial.ts";
import { homeView } from "./messages/home.ts";
import type { Caller, Known as Person, Permissions } from "./permissions.ts";
import { rolesOf } from "./policy.ts";

/** Who opened Home within this time gets newer views of it. In milliseconds. */
const INTERESTED = 10 * 60_000;
const AT_MOST_EVERY = 30_000;
const MOST_PEOPLE = 200;

export interface HomeParts {
  readonly permissions: Permissions;
  readonly snapshots: SnapshotReader;
  readonly views: Pick<Views, "publish">;
  readonly workspace: string;
  readonly log: Log;
  readonly now: () => number;
}

interface Opened {
  readonly caller: Caller;
  openedAt: number;
  drawn: string;
  drawnAt: number;
}

/** Keeps the Home of those who looked at it lately up to date. */
export class HomePublisher {
  readonly #parts: HomeParts;
  readonly #opened = new Map<string, Opened>();
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: HomeParts) {
    this.#parts = parts;
  }

  /** Draws the Home that somebody has just opened. Never rejects. */
  async opened(caller: Caller): Promise<void> {
    if (this.#opened.size >= MOST_PEOPLE) this.#opened.clear();
    const known = this.#opened.get(caller.user);
    const entry = known ?? { caller, openedAt: 0, drawn: "", drawnAt: 0 };
    entry.openedAt = this.#parts.now();
    this.#opened.set(caller.user, entry);
    await this.#draw(entry);
  }

  /** Something moved: whoever looked lately gets a newer view, at most every 30 s. */
  changed(): void {
    if (this.#timer !== null || this.#opened.size === 0) return;
    const last = Math.max(...[...this.#opened.values()].map((entry) => entry.drawnAt));
    const wait = Math.max(0, last + AT_MOST_EVERY - this.#parts.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#drawAll();
    }, wait);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#opened.clear();
  }

  async #drawAll(): Promise<void> {
    for (const [user, entry] of this.#opened) {
      if (this.#parts.now() - entry.openedAt > INTERESTED) this.#opened.delete(user);
      else await this.#draw(entry);
    }
  }

  async #draw(entry: Opened): Promise<void> {
    try {
      const view = await this.#viewFor(entry.caller);
      entry.drawnAt = this.#parts.now();
      const drawn = createHash("sha256").update(JSON.stringify(view)).digest("hex");
      if (drawn === entry.drawn) return;
      await this.#parts.views.publish(entry.caller.user, view);
      entry.drawn = drawn;
    } catch (error) {
      this.#parts.log.warn({ user: entry.caller.user, error: explain(error) }, "home could not be drawn");
    }
  }

  async #viewFor(caller: Caller): Promise<View> {
    const person = await this.#parts.permissions.recognise(caller);
    if ("why" in person) return { type: "home", callback_id: "canary_home", blocks: [...denialMessage(person).blocks] };
    try {
      const [views, clusters] = await Promise.all([this.#parts.snapshots.list(), this.#parts.snapshots.clusters()]);
      const may = (verb: "start" | "status" | "approve", target: CanaryView | null): boolean =>
        this.#parts.permissions.decide(person, { verb, target, channel: "" }).allowed;
      return homeView({
        views: views.filter((view) => may("status", view)),
        clusters,
        waitsForMe: (view) => waitsFor(person, view) && may(view.gate === null ? "start" : "approve", view),
        mayStart: may("start", null),
        linkOf: (view) => permalink(this.#parts.workspace, view.root),
      });
    } catch (error) {
      this.#parts.log.warn({ error: explain(error) }, "snapshots cannot be read");
      return {
        type: "home",
        callback_id: "canary_home",
        blocks: [
          section(
            "Redis, where the workers' reports are, does not answer. Running rollouts go on by themselves. Open this again in a minute.",
          ),
        ],
      };
    }
  }
}

/** Whether a rollout stands still until this very person, or somebody like them, acts. */
function waitsFor({ policy, asker }: Person, view: CanaryView): boolean {
  const { gate } = view;
  if (gate === null) return view.phase === "waiting";
  if (gate.have.length >= gate.count) return false;
  if (gate.group !== "" && !rolesOf(policy, asker).includes(gate.group)) return false;
  if (gate.notStarter && view.startedBy.user === asker.user) return false;
  return !gate.have.some((approval) => approval.user === asker.user);
}
