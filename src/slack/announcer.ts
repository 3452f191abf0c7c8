import { setTimeout as pause } from "node:timers/promises";
import { explain } from "../errors.ts";
import type { CommandSender } from "../queue/jobs.ts";
import type { RecordedEvent } from "../rollout/event.ts";
import type { CanaryView } from "../rollout/view.ts";
import type { Log } from "../telemetry/log.ts";
import type { Channels } from "./channels.ts";
import type { Message } from "./messages/blocks.ts";
import { earlierRoot, hashOf, isUnchangeable } from "./drawing.ts";
import { earlierCard } from "./messages/earlier-card.ts";
import { eventReply, type Audience } from "./messages/event-reply.ts";
import { rolloutCard } from "./messages/rollout-card.ts";
import { postOnce } from "./post-once.ts";
import { BLANK_NOTE, type PostedHold, type PostedMemory, type PostedNote } from "./posted.ts";
import { closeDecided, withQuestion } from "./questions.ts";
import { isChannelTrouble, isMessageGone, type MessagePlace, type SlackApi } from "./slack-api.ts";

/** Slack asks that one message is not redrawn more often than this. In milliseconds. */
const REDRAW_GAP = 3_000;
/** With more rollouts than this moving at once, mere changes of figures are drawn less often. */
const QUIET_BELOW = 8;
const KEEP_EVERY = 2_000;
/** Longer than a dead bot's hold lasts. */
const HOLD_PATIENCE = 12_000;
/** How long a post may be on its way that its bot no longer has the right to. */
const SETTLE = 1_500;

export interface AnnouncerParts {
  readonly slack: SlackApi;
  readonly memory: PostedMemory;
  readonly sender: Pick<CommandSender, "sendPosted">;
  readonly channels: Channels;
  /** Channel for rollouts without one, by id or name; empty: they are not announced. */
  readonly defaultChannel: string;
  readonly audience: Audience;
  readonly log: Log;
  readonly now: () => number;
  /** Shortened in tests, as is the next one. */
  readonly redrawGap?: number;
  readonly settle?: number;
}

/** One rollout's messages while they are brought up to date. */
interface Work {
  readonly view: CanaryView;
  readonly rollout: string;
  /** Channel where it belongs; empty when that one does not exist. */
  readonly wanted: string;
  readonly signal: AbortSignal;
  readonly hold: PostedHold;
  note: PostedNote;
  /** Nothing was remembered, so what stands in Slack has to be looked at first. */
  forgotten: boolean;
}

/**
 * Draws rollouts into Slack: one root message each, redrawn in place, and one reply for every event, each exactly once
 * whatever crashes between. Only the bot that holds a canary posts for it.
 */
export class Announcer {
  readonly #parts: AnnouncerParts;
  readonly #lines = new Map<string, Promise<void>>();
  readonly #recent = new Map<string, number>();

  constructor(parts: AnnouncerParts) {
    this.#parts = parts;
  }

  /** Brings Slack up to date with this view and tells the worker. Rejects when that has to be tried again. */
  announce(view: CanaryView, signal: AbortSignal): Promise<void> {
    const key = `${view.cluster}/${view.uid}`;
    const before = this.#lines.get(key) ?? Promise.resolve();
    const line = before.catch(() => undefined).then(() => this.#holding(key, { view, signal }));
    const settled = line
      .catch(() => undefined)
      .then(() => {
        if (this.#lines.get(key) === settled) this.#lines.delete(key);
      });
    this.#lines.set(key, settled);
    return line;
  }

  /** Holds the canary's messages while they are brought up to date. Rejects when another bot does not let go of them. */
  async #holding(key: string, { view, signal }: Pick<Work, "view" | "signal">): Promise<void> {
    const hold = await this.#takeHold(key, signal);
    const lost = new AbortController();
    const keeping = setInterval(() => {
      hold.keep().then(
        (kept) => kept || lost.abort(new Error(`another bot has taken over ${key}`)),
        (error: unknown) => lost.abort(error),
      );
    }, KEEP_EVERY);
    try {
      // Whoever held it before Redis was emptied notices at their next post; what is on its way by then has to arrive first.
      if (hold.emptied) await pause(this.#parts.settle ?? SETTLE, undefined, { signal });
      await this.#bringUpToDate(hold, { view, signal: AbortSignal.any([signal, lost.signal]) });
    } finally {
      clearInterval(keeping);
      await hold
        .release()
        .catch((error: unknown) => this.#parts.log.warn({ key, error: explain(error) }, "hold was not released"));
    }
  }

  async #takeHold(key: string, signal: AbortSignal): Promise<PostedHold> {
    for (const until = this.#parts.now() + HOLD_PATIENCE; this.#parts.now() < until;) {
      const hold = await this.#parts.memory.hold(key);
      if (hold !== null) return hold;
      await pause(250, undefined, { signal });
    }
    throw new Error(`while announcing ${key}: another bot is at it, trying again later`);
  }

  async #bringUpToDate(hold: PostedHold, { view, signal }: Pick<Work, "view" | "signal">): Promise<void> {
    const wanted = await this.#wantedChannel(view);
    if (wanted === null) return;
    const present = await this.#open({ view, rollout: view.rollout, wanted, signal, hold });
    const unsaid = view.events.filter(({ sequence }) => sequence > view.announcedThrough);
    const earlier = unsaid.filter(({ rollout }) => rollout !== view.rollout);
    // The sequence runs over the canary's whole life, so earlier rollouts must have had their say before this one reports.
    for (const rollout of new Set(earlier.map((event) => event.rollout)))
      await this.#sayEarlier(
        present,
        rollout,
        earlier.filter((event) => event.rollout === rollout),
      );
    const root = await this.#root(present);
    await this.#say(
      present,
      root,
      unsaid.filter((event) => event.rollout === view.rollout),
    );
    await this.#report(present);
    await this.#closeQuestions(present);
    await this.#redraw(present);
  }

  /** Questions that were decided lose their buttons. */
  async #closeQuestions(work: Work): Promise<void> {
    const { root, questions: open } = work.note;
    if (root === null || open.length === 0) return;
    const { slack, audience, log } = this.#parts;
    const questions = await closeDecided({ open, view: work.view, root, slack, audience, log });
    if (questions.length < open.length) await this.#save(work, { questions });
  }

  /** Where this rollout belongs, or `null` when it is nowhere announced. An unknown channel is an empty string. */
  async #wantedChannel(view: CanaryView): Promise<string | null> {
    const { channels, defaultChannel, log } = this.#parts;
    const name = view.channel === "" ? defaultChannel : view.channel;
    if (name === "") {
      log.warn({ rollout: view.rollout }, "rollout has no channel, set SLACK_DEFAULT_CHANNEL or spec.rollout.channel");
      return null;
    }
    return (await channels.idOf(name)) ?? "";
  }

  async #open(job: Pick<Work, "view" | "rollout" | "wanted" | "signal" | "hold">): Promise<Work> {
    const note = await job.hold.load(job.rollout);
    const known = job.rollout === job.view.rollout ? job.view.root : earlierRoot(job.view, job.rollout);
    const root = note?.root ?? known;
    return { ...job, note: { ...(note ?? BLANK_NOTE), root }, forgotten: note === null };
  }

  async #save(work: Work, change: Partial<PostedNote>): Promise<void> {
    work.note = { ...work.note, ...change };
    await work.hold.save(work.rollout, work.note);
  }

  /** Remembers what is about to go out, which fails when another bot has taken over. */
  #intending(work: Work, sequence: number): () => Promise<void> {
    return async () => {
      work.signal.throwIfAborted();
      await this.#save(work, { intent: sequence });
    };
  }

  /** The root message, posted when it does not stand anywhere yet: where it belongs, else in the default channel. */
  async #root(work: Work): Promise<MessagePlace> {
    if (work.note.root !== null && work.note.intent !== 0) return work.note.root;
    const { channels, defaultChannel, log } = this.#parts;
    const places = new Set([work.wanted, (await channels.idOf(defaultChannel)) ?? ""].filter((id) => id !== ""));
    let trouble: unknown = null;
    for (const channel of places) {
      try {
        return await this.#postRoot(work, channel);
      } catch (error) {
        if (!isChannelTrouble(error)) throw error;
        log.warn({ rollout: work.rollout, channel, error: explain(error) }, "rollout cannot be announced in a channel");
        trouble = error;
      }
    }
    const tried = `${work.view.channel || "(no channel of its own)"} and SLACK_DEFAULT_CHANNEL ${defaultChannel || "(not set)"}`;
    throw new Error(`while announcing ${work.rollout}: no channel takes it (${tried}); invite the bot`, {
      cause: trouble,
    });
  }

  async #postRoot(work: Work, channel: string): Promise<MessagePlace> {
    const card = this.#card(work, channel);
    const oldest = Math.floor(work.view.startedAt / 1000) - 120;
    const root = await postOnce({
      lookFirst: work.forgotten || work.note.intent === 0,
      find: async () =>
        (await this.#parts.slack.roots(channel, oldest)).find(
          ({ mark }) => mark.rollout === work.rollout && mark.sequence === 0,
        ) ?? null,
      post: () =>
        this.#parts.slack.post({
          channel,
          message: card,
          mark: { rollout: work.rollout, sequence: 0 },
          beforeSending: this.#intending(work, 0),
        }),
      signal: work.signal,
      log: this.#parts.log,
    });
    const drawn = root.found
      ? {}
      : { drawn: hashOf(card), drawnAt: this.#parts.now(), drawnThrough: work.note.through };
    await this.#save(work, { root: root.place, intent: null, ...drawn });
    // A thread that has just begun holds nothing that could have been forgotten.
    if (!root.found) work.forgotten = false;
    return root.place;
  }

  #card(work: Work, channel: string): Message {
    const { view, wanted } = work;
    const misplacedFrom = channel === wanted ? "" : wanted === "" ? view.channel : wanted;
    return rolloutCard(view, { misplacedFrom });
  }

  /** Posts what does not stand in the thread yet, in order. */
  async #say(work: Work, root: MessagePlace, events: readonly RecordedEvent[]): Promise<void> {
    const last = events.at(-1)?.sequence ?? 0;
    await this.#recall(work, root, last);
    let place = root;
    for (const event of events) {
      if (event.sequence <= work.note.through) continue;
      place = await this.#sayOne(work, place, event);
    }
  }

  /** After a loss of memory, or a crash in the middle of a post, Slack itself says what stands in the thread. */
  async #recall(work: Work, root: MessagePlace, last: number): Promise<void> {
    const through = Math.max(work.note.through, work.view.announcedThrough);
    work.note = { ...work.note, through };
    if (last <= through || (!work.forgotten && work.note.intent === null)) return;
    const found = await this.#standing(root);
    await this.#save(work, { through: Math.max(through, ...found.map(({ mark }) => mark.sequence)), intent: null });
    work.forgotten = false;
  }

  async #standing(root: MessagePlace): Promise<Awaited<ReturnType<SlackApi["replies"]>>> {
    try {
      return await this.#parts.slack.replies(root);
    } catch (error) {
      if (isMessageGone(error) || isChannelTrouble(error)) return [];
      throw error;
    }
  }

  async #sayOne(work: Work, root: MessagePlace, event: RecordedEvent): Promise<MessagePlace> {
    const { slack, audience, log } = this.#parts;
    const reply = eventReply(event, work.view, audience);
    const mark = { rollout: event.rollout, sequence: event.sequence };
    const { channel, ts } = root;
    try {
      const posted = await postOnce({
        lookFirst: false,
        find: async () => (await this.#standing(root)).find((found) => found.mark.sequence === event.sequence) ?? null,
        post: () =>
          slack.post({
            channel,
            threadTs: ts,
            message: reply,
            mark,
            broadcast: reply.broadcast,
            beforeSending: this.#intending(work, event.sequence),
          }),
        signal: work.signal,
        log,
      });
      const asked = { reply, ts: posted.place.ts, event, view: work.view };
      const questions = withQuestion(work.note.questions, asked);
      await this.#save(work, { through: event.sequence, intent: null, questions });
      return root;
    } catch (error) {
      if (!isMessageGone(error) && !isChannelTrouble(error)) throw error;
      return await this.#sayOne(work, await this.#moveRoot(work, error), event);
    }
  }

  /** The root message was deleted, or its channel closed: the rollout goes on under a new one. Rejects when there is no other place. */
  async #moveRoot(work: Work, cause: unknown): Promise<MessagePlace> {
    const old = work.note.root;
    const closed = isChannelTrouble(cause);
    const fallback = await this.#parts.channels.idOf(this.#parts.defaultChannel);
    const channel = closed ? fallback : (old?.channel ?? fallback);
    if (channel === null || (closed && channel === old?.channel)) throw cause;
    this.#parts.log.warn(
      { rollout: work.rollout, from: old?.channel, to: channel, error: explain(cause) },
      "root message is gone, posting another",
    );
    await this.#save(work, { root: null, intent: null, questions: [] });
    work.forgotten = false;
    return await this.#postRoot(work, channel);
  }

  /** Says what an earlier rollout had left to say: in its own thread, or in the present one when it has none. */
  async #sayEarlier(present: Work, rollout: string, events: readonly RecordedEvent[]): Promise<void> {
    const work = await this.#open({ ...present, rollout });
    if (work.note.root === null) return await this.#say(present, await this.#root(present), events);
    await this.#say(work, work.note.root, events);
    const last = events.at(-1);
    if (last !== undefined) await this.#closeEarlier(work, last);
    await this.#report(work);
  }

  async #closeEarlier(work: Work, last: RecordedEvent): Promise<void> {
    const { root } = work.note;
    if (root === null) return;
    try {
      await this.#parts.slack.update(root, earlierCard(work.view, last), { urgent: true });
    } catch (error) {
      this.#parts.log.warn(
        { rollout: work.rollout, error: explain(error) },
        "card of an earlier rollout could not be closed",
      );
    }
  }

  async #report({ view, rollout, note }: Work): Promise<void> {
    const { root, through } = note;
    if (root === null) return;
    const known = rollout === view.rollout ? view.root : earlierRoot(view, rollout);
    if (through <= view.announcedThrough && known?.channel === root.channel && known.ts === root.ts) return;
    const { namespace, name, cluster } = view;
    await this.#parts.sender.sendPosted(cluster, { kind: "posted", namespace, name, rollout, root, through });
  }

  /** Redraws the root message when it looks different now. Waits out the gap since the last time; the queue keeps newer views. */
  async #redraw(work: Work): Promise<void> {
    const { root, drawn, drawnAt, drawnThrough, through } = work.note;
    if (root === null) return;
    const card = this.#card(work, root.channel);
    const hash = hashOf(card);
    const urgent = drawnThrough < through;
    const wait = drawnAt + this.#gap(work.rollout, urgent) - this.#parts.now();
    if (hash === drawn || (!urgent && wait > REDRAW_GAP)) return;
    if (wait > 0) await pause(wait, undefined, { signal: work.signal });
    try {
      await this.#parts.slack.update(root, card, { urgent });
    } catch (error) {
      if (isMessageGone(error)) return void (await this.#moveRoot(work, error));
      if (!isUnchangeable(error)) throw error;
      this.#parts.log.warn({ rollout: work.rollout, error: explain(error) }, "root message cannot be redrawn any more");
    }
    await this.#save(work, { drawn: hash, drawnAt: this.#parts.now(), drawnThrough: through });
  }

  /** How far apart drawings of this rollout have to be, by how many move at once: Slack's limit is one for all. */
  #gap(rollout: string, urgent: boolean): number {
    const { redrawGap = REDRAW_GAP, now } = this.#parts;
    const moment = now();
    this.#recent.set(rollout, moment);
    for (const [other, at] of this.#recent) if (moment - at > 60_000) this.#recent.delete(other);
    const active = this.#recent.size;
    return urgent || active <= QUIET_BELOW ? redrawGap : Math.max(15_000, active * 1_500);
  }
}
