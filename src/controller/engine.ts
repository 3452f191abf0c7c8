import { ConflictError, explain, SchemaError, waitAskedBy } from "../errors.ts";
import type { Receipt, RolloutJob, SignedCommand } from "../queue/jobs.ts";
import type { RolloutCommand } from "../rollout/command.ts";
import { passNeeded, type Observation } from "../rollout/observation.ts";
import { hasUnannounced, withPosted, type Posted } from "../rollout/outbox.ts";
import { definitionOf, type Subject } from "../rollout/subject.ts";
import type { CanaryKey } from "../store/canary-store.ts";
import { timestamp } from "../units.ts";
import { Announcer } from "./announce.ts";
import { InTurn } from "./in-turn.ts";
import { refused, unfit } from "./intake.ts";
import { glance } from "./observe.ts";
import type { EngineParts, PassOutcome } from "./parts.ts";
import { rankOf } from "./rank.ts";
import { reconcile, type PassResult, type Wish } from "./reconcile.ts";
import { WritersLine } from "./writers-line.ts";

/** The net under the queue: how often it looks, and how late a pass may be before the first in line takes it. */
const SWEEP_MS = 500;
const GRACE_MS = 1_000;
/** Later workers in line wait this much longer each. */
const RANK_MS = 1_000;
/** Changes that arrive together are looked at together. */
const SETTLE_MS = 10;
/** Passes that follow one another at once; after that the rest waits for the sweep. */
const FOLLOW_AT_ONCE = 6;
const RETRY_MS = 250;
const RETRY_AT_MOST_MS = 30_000;
/** Reports of the bot join the next write, or are written alone after this; the root message's place sooner. */
const REPORT_MS = 4_000;
const ROOT_MS = 500;
/** Passes that write at once. A hundred become due together; a person's command must not stand behind all their requests. */
const WRITERS = 12;
const REPEAT_LOOK_MS = 2_500;

class Superseded extends Error {
  override readonly name = "Superseded";
}

/** Whatever is under way for one canary in this process. */
interface Desk {
  timer: NodeJS.Timeout | undefined;
  /** When the timer fires. */
  at: number;
  failures: number;
  /** Until when the API server wants to be left alone with this. A person's command is tried all the same. */
  busyUntil: number;
  followed: number;
  measuring: AbortController | null;
  /** Commands that wait for their turn or have it. */
  commands: number;
  posted: readonly Posted[];
  savePosted: boolean;
  wokenAt: number | null;
  /** The record as this worker saw it last. */
  mark: string;
}

/**
 * Runs the passes of one worker: those that jobs ask for, those that changes in the cluster call for, and those that are
 * overdue. Passes of one canary run one after another; between workers the record's version decides.
 */
export class Engine {
  readonly #parts: EngineParts;
  readonly #turns = new InTurn();
  readonly #line = new WritersLine(WRITERS);
  readonly #desks = new Map<string, Desk>();
  readonly #announcer: Announcer;
  #sweeping: NodeJS.Timeout | undefined;
  #repeatedAt = 0;
  #stopped = false;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#announcer = new Announcer(parts);
  }

  /** Views of everything in the cache, for snapshots. */
  views() {
    return this.#parts.store.list().flatMap((subject) => this.#announcer.view(...this.#present(subject)) ?? []);
  }

  /** Begins once the caches are complete: looks at every canary, and from now on at what is overdue. */
  start(): void {
    for (const { ref } of this.#parts.store.list()) this.changed(ref);
    this.#sweeping = setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  /** Begins nothing more and waits for what runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#sweeping);
    this.#announcer.stop();
    for (const desk of this.#desks.values()) {
      clearTimeout(desk.timer);
      desk.measuring?.abort(new Superseded("the worker stops"));
    }
    await this.#turns.settled();
  }

  /** Does what a job asks. Rejects only where trying again is the queue's business: a command that was not answered. */
  async run(job: RolloutJob): Promise<void> {
    switch (job.kind) {
      case "command":
        return this.#command(job.signed);
      case "pass":
        return this.#pass(job);
      case "posted":
        return this.#report(job);
    }
  }

  /** Something about this canary changed in the cluster. Every worker hears it; the first in line looks at once. */
  changed(key: CanaryKey): void {
    const subject = this.#parts.store.get(key);
    const { mark } = this.#desk(key);
    // Somebody else has just saved it and is carrying that out: only what they leave undone is ours.
    const inOtherHands = mark !== "" && markOf(subject) !== mark && this.#parts.workers().length > 1;
    this.#passIn(key, SETTLE_MS + (inOtherHands ? GRACE_MS : 0) + this.#rank(key) * RANK_MS);
  }

  async #command(signed: SignedCommand): Promise<void> {
    const { command } = signed;
    const key = { namespace: command.namespace, name: command.name };
    const refusal = unfit(signed, this.#parts);
    if (refusal !== null) {
      this.#parts.log.warn({ command: command.id, verb: command.verb, reason: refusal.reason }, "refused a job");
      return this.#answer(command, refused(refusal, null, this.#parts.now()));
    }
    const desk = this.#desk(key);
    desk.measuring?.abort(new Superseded("a command came"));
    desk.commands += 1;
    const result = await this.#inTurn(key, command).finally(() => (desk.commands -= 1));
    if (result?.outcome) return this.#answer(command, result.outcome);
    throw new Error(`while taking in ${command.verb} for ${key.namespace}/${key.name}`, { cause: result?.failure });
  }

  async #answer(command: RolloutCommand, outcome: Receipt["outcome"]): Promise<void> {
    const reason = outcome.kind === "refused" ? outcome.refusal.reason : outcome.kind;
    this.#parts.meter.commandAnswered({ verb: command.verb, outcome: reason });
    const { id, verb, actor, namespace, name, image } = command;
    // Every answer is an entry of the audit trail.
    this.#parts.log.info(
      { audit: { id, verb, actor, canary: `${namespace}/${name}`, image }, reason },
      "answered a command",
    );
    await this.#parts.sender.sendReceipt({ command, outcome });
  }

  async #report(job: Posted & CanaryKey): Promise<void> {
    const subject = this.#parts.store.get(job);
    if (subject === null) return;
    const desk = this.#desk(job);
    const posted = { rollout: job.rollout, root: job.root, through: job.through };
    const told = this.#reported(subject);
    if (withPosted(told, posted) === told) return;
    desk.posted = [...desk.posted, posted];
    const newRoot = subject.rollout?.id === job.rollout && subject.rollout.root === null;
    const timer = setTimeout(
      () => {
        desk.savePosted = true;
        this.#passIn(job, 0);
      },
      newRoot ? ROOT_MS : REPORT_MS,
    );
    timer.unref();
  }

  /** A pass that nobody waits for. Whatever goes wrong is tried again from here. */
  async #pass(key: CanaryKey): Promise<void> {
    await this.#inTurn(key, null);
  }

  #passIn(key: CanaryKey, delayMs: number): void {
    if (this.#stopped) return;
    const desk = this.#desk(key);
    const at = Date.now() + delayMs;
    if (desk.timer !== undefined && desk.at <= at) return;
    clearTimeout(desk.timer);
    desk.at = at;
    desk.timer = setTimeout(() => {
      desk.timer = undefined;
      void this.#pass(key);
    }, delayMs).unref();
  }

  /** `null`: interrupted, or it failed before anything was saved and a person's command was not part of it. */
  #inTurn(key: CanaryKey, command: RolloutCommand | null): Promise<PassResult | null> {
    return this.#turns.run(nameOf(key), async () => {
      if (this.#stopped) return null;
      const desk = this.#desk(key);
      const wait = command === null ? this.#waitBefore(desk) : 0;
      if (wait > 0) {
        this.#passIn(key, wait);
        return null;
      }
      const startedAt = performance.now();
      const measuring = new AbortController();
      desk.measuring = measuring;
      const { posted, savePosted } = desk;
      try {
        const { signal } = measuring;
        const inLine: Wish["inLine"] = (work) => (command === null ? this.#line.run(work, signal) : work());
        const wish: Wish = { command, posted, savePosted, signal, inLine };
        const result = await reconcile(this.#parts, key, wish);
        this.#conclude(key, desk, result);
        this.#logPass(key, result, performance.now() - startedAt);
        return result;
      } catch (error) {
        if (error instanceof Superseded) return null;
        this.#logFailure(key, error, performance.now() - startedAt);
        this.#retry(key, desk, error);
        if (command !== null) throw error;
        return null;
      } finally {
        desk.measuring = null;
      }
    });
  }

  /** Milliseconds that a pass which nobody asked for has to wait: in front of a command it would measure, and hold the person up. */
  #waitBefore(desk: Desk): number {
    return desk.commands > 0 ? GRACE_MS : desk.busyUntil - Date.now();
  }

  /** What follows from a pass: who is told, and when to look again. */
  #conclude(key: CanaryKey, desk: Desk, result: PassResult): void {
    const { subject, failure } = result;
    if (subject === null) return this.#forget(key);
    desk.mark = markOf(subject);
    // A refused command: nothing was looked at and nothing was done.
    if (result.seen === null) return;
    desk.posted = desk.posted.filter((posted) => withPosted(subject, posted) !== subject);
    desk.savePosted = desk.savePosted && desk.posted.length > 0;
    this.#announcer.note(this.#reported(subject), result.seen, result.wrote || this.#rank(key) === 0);
    if (failure !== null) return this.#retry(key, desk, failure, result.recheckAt);
    desk.failures = 0;
    this.#follow(key, desk, result);
  }

  #follow(key: CanaryKey, desk: Desk, { wrote, effects, recheckAt, outcome }: PassResult): void {
    const now = this.#parts.now();
    const due = recheckAt !== null && recheckAt <= now;
    const moved = wrote || effects > 0;
    desk.followed = moved || outcome !== null ? desk.followed + 1 : 0;
    if (moved || due) this.#passIn(key, desk.followed <= FOLLOW_AT_ONCE && moved ? 0 : GRACE_MS);
    if (recheckAt === null || due || desk.wokenAt === recheckAt || !wrote) return;
    desk.wokenAt = recheckAt;
    this.#parts.sender.wakeAt(key, recheckAt).catch((error: unknown) => {
      this.#parts.log.debug({ canary: nameOf(key), error: explain(error) }, "a wake-up waits for redis");
    });
  }

  /** What failed may wait, a pass that becomes due meanwhile may not, unless the API server wants to be left alone. */
  #retry(key: CanaryKey, desk: Desk, failure: unknown, dueAt: number | null = null): void {
    const untilDue = dueAt === null ? RETRY_AT_MOST_MS : Math.max(RETRY_MS, dueAt - this.#parts.now());
    const longest = Math.min(RETRY_MS * 2 ** desk.failures, RETRY_AT_MOST_MS, untilDue);
    const pause = longest * (0.5 + Math.random() / 2);
    const asked = Math.min(waitAskedBy(failure), RETRY_AT_MOST_MS);
    desk.failures += 1;
    desk.busyUntil = Date.now() + asked;
    clearTimeout(desk.timer);
    desk.timer = undefined;
    this.#passIn(key, Math.max(pause, asked));
  }

  /** Runs what is overdue in this worker's own cache, whether Redis works or not, and repeats what chat has not confirmed. */
  #sweep(): void {
    const now = this.#parts.now();
    const repeats = now - this.#repeatedAt >= REPEAT_LOOK_MS;
    if (repeats) this.#repeatedAt = now;
    for (const subject of this.#parts.store.list()) {
      if (passNeeded(subject, timestamp(now - GRACE_MS))) this.#takeOverdue(subject, now);
      if (!repeats || !hasUnannounced(subject)) continue;
      if (this.#rank(subject.ref) === 0)
        this.#announcer.repeat(this.#reported(subject), () => glance(this.#parts, definitionOf(subject)));
    }
  }

  #takeOverdue(subject: Subject, now: number): void {
    const key = subject.ref;
    const desk = this.#desks.get(nameOf(key));
    if (desk?.timer !== undefined || this.#turns.isBusy(nameOf(key))) return;
    const wait = GRACE_MS + this.#rank(key) * RANK_MS;
    if (passNeeded(subject, timestamp(now - wait))) this.#passIn(key, 0);
  }

  #present(subject: Subject): [Subject, Observation] {
    return [this.#reported(subject), glance(this.#parts, definitionOf(subject))];
  }

  /** The record with the bot's reports that are not saved yet. */
  #reported(subject: Subject): Subject {
    const desk = this.#desks.get(nameOf(subject.ref));
    return desk === undefined ? subject : desk.posted.reduce(withPosted, subject);
  }

  #forget(key: CanaryKey): void {
    clearTimeout(this.#desks.get(nameOf(key))?.timer);
    this.#desks.delete(nameOf(key));
    this.#announcer.forget(key);
  }

  #rank(key: CanaryKey): number {
    return rankOf(nameOf(key), this.#parts.worker, this.#parts.workers());
  }

  #desk(key: CanaryKey): Desk {
    const desk = this.#desks.get(nameOf(key)) ?? {
      timer: undefined,
      at: 0,
      failures: 0,
      busyUntil: 0,
      followed: 0,
      measuring: null,
      commands: 0,
      posted: [],
      savePosted: false,
      wokenAt: null,
      mark: "",
    };
    this.#desks.set(nameOf(key), desk);
    return desk;
  }

  #logPass(key: CanaryKey, result: PassResult, tookMs: number): void {
    const outcome = outcomeOf(result);
    this.#parts.meter.passFinished({ outcome, tookMs });
    const { rollout } = result.subject ?? { rollout: null };
    const fields = {
      canary: nameOf(key),
      rollout: rollout?.id,
      phase: rollout?.phase,
      weight: rollout?.route.weight,
      failedChecks: rollout?.failedChecks,
      effects: result.effects,
      outcome,
      tookMs: Math.round(tookMs),
      ...(result.failure !== null && { error: explain(result.failure) }),
    };
    if (outcome === "idle" || outcome === "gone") this.#parts.log.debug(fields, "pass finished");
    else if (outcome === "wrote") this.#parts.log.info(fields, "pass finished");
    else this.#parts.log.warn(fields, "pass left something undone, trying again");
  }

  #logFailure(key: CanaryKey, error: unknown, tookMs: number): void {
    this.#parts.meter.passFinished({ outcome: "failed", tookMs });
    this.#parts.log.warn({ canary: nameOf(key), error: explain(error) }, "pass failed, trying again");
  }
}

function outcomeOf({ subject, failure, wrote, effects }: PassResult): PassOutcome {
  if (failure instanceof ConflictError) return "conflict";
  if (failure instanceof SchemaError) return "schema";
  if (failure !== null) return "failed";
  if (subject === null) return "gone";
  return wrote || effects > 0 ? "wrote" : "idle";
}

/** Tells one saved state of a record from another. */
function markOf(subject: Subject | null): string {
  const { rollout } = subject ?? { rollout: null };
  return rollout === null ? "" : [rollout.id, rollout.phase, rollout.pass, rollout.route.stamp].join("/");
}

const nameOf = ({ namespace, name }: CanaryKey): string => `${namespace}/${name}`;
