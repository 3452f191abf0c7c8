import { Queue, UnrecoverableError, Worker, type Job } from "bullmq";
import type { Redis } from "ioredis";
import type { z } from "zod";
import { explain, TerminalError } from "../errors.ts";
import type { Log } from "../telemetry/log.ts";
import { closeWith, connectFailFast, connectPatient, whenReady, type PatientConnection } from "./connection.ts";

/** A killed process holds its jobs no longer than these two together. They must be equal in all processes of a queue. */
const LOCK_MS = 5_000;
const STALLED_CHECK_MS = 2_500;
/** A job may lose its process this often before it is given up. */
const MAX_STALLED = 10;
const LOOK_EVERY_MS = 5_000;
/** How long jobs may wait for a consumer that has nothing to do. */
const SUSPICIOUS_MS = 10_000;

export interface ConsumerOptions<Payload> {
  readonly queue: string;
  /** What a job must look like. Others fail at once and are logged. */
  readonly schema: z.ZodType<Payload>;
  readonly redisUrl: string;
  /** How many jobs may run at once, 1 or more. */
  readonly concurrency: number;
  readonly log: Log;
  /**
   * Does what the job asks. Rejecting lets the queue try again, with a TerminalError it gives up.
   * `signal` aborts when the job is no longer ours to do: the lock was lost, or the process stops.
   */
  readonly run: (payload: Payload, signal: AbortSignal) => Promise<void>;
}

interface Running {
  readonly worker: Worker;
  readonly connection: PatientConnection;
}

/**
 * Takes jobs from one queue, and goes on by itself after Redis was lost, restarted or emptied.
 * Jobs may arrive twice or out of order; `run` has to bear that.
 */
export class Consumer<Payload> {
  readonly #options: ConsumerOptions<Payload>;
  readonly #redis: Redis;
  readonly #watcher: Queue;
  #worker: Running | null = null;
  #timer: NodeJS.Timeout | undefined;
  #running = 0;
  /** Jobs whose end Redis has not confirmed; a new process would run them again. */
  #unreported = 0;
  #taken = 0;
  #idleSince: number | null = null;
  #problem = "it has not been started";

  constructor(options: ConsumerOptions<Payload>) {
    this.#options = options;
    this.#redis = connectFailFast(options.redisUrl, options.log);
    this.#watcher = new Queue(options.queue, { connection: this.#redis });
    this.#watcher.on("error", () => this.#noteProblem("redis cannot be reached"));
  }

  /** Begins to take jobs. Resolves at once, also while Redis is away. */
  start(): void {
    this.#worker = this.#build();
    this.#problem = "";
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Why no jobs come through at present; empty when they do. */
  problem(): string {
    return this.#problem;
  }

  /** Takes no more jobs, waits for the running ones up to `deadlineMs`, then aborts them and lets go. */
  async stop(deadlineMs = 5_000): Promise<void> {
    clearInterval(this.#timer);
    const worker = this.#worker;
    this.#worker = null;
    if (worker !== null) await this.#retire(worker, deadlineMs);
    await closeWith(this.#redis, [this.#watcher]);
  }

  #build(): Running {
    const connection = connectPatient(this.#options.redisUrl);
    const { queue, concurrency, log } = this.#options;
    const worker = new Worker(queue, (job, _token, signal) => this.#take(job, signal), {
      connection: connection.redis,
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: MAX_STALLED,
      drainDelay: 5,
      runRetryDelay: 1_000,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 100 },
    });
    worker.on("error", (error) => this.#noteProblem(error.message));
    worker.on("lockRenewalFailed", (ids) => ids.forEach((id) => worker.cancelJob(id, "its lock was lost")));
    worker.on("completed", () => (this.#unreported -= 1));
    worker.on("failed", (job, error) => {
      this.#unreported -= 1;
      const fields = { queue, job: job?.name, attempt: job?.attemptsMade, error: explain(error) };
      log.warn(fields, "job failed");
    });
    worker.on("stalled", (id) => log.warn({ queue, id }, "took over a job whose process vanished"));
    return { worker, connection };
  }

  async #take(job: Job, signal: AbortSignal | undefined): Promise<void> {
    this.#running += 1;
    this.#unreported += 1;
    this.#taken += 1;
    this.#problem = "";
    try {
      const payload = this.#options.schema.safeParse(job.data);
      if (!payload.success) throw new UnrecoverableError(`the payload is not what this queue takes: ${payload.error}`);
      await this.#options.run(payload.data, signal ?? new AbortController().signal);
    } catch (error) {
      if (error instanceof TerminalError) throw new UnrecoverableError(explain(error));
      throw error;
    } finally {
      this.#running -= 1;
    }
  }

  /** The heartbeat: jobs that are due while this consumer idles mean that it is dead, whatever it thinks of itself. */
  async #look(): Promise<void> {
    const taken = this.#taken;
    const overdue = await this.#jobsAreOverdue();
    if (!overdue || this.#running > 0 || taken !== this.#taken || this.#worker === null) {
      this.#idleSince = null;
      return;
    }
    this.#idleSince ??= Date.now();
    if (Date.now() - this.#idleSince < SUSPICIOUS_MS) return;
    this.#idleSince = null;
    this.#options.log.warn({ queue: this.#options.queue }, "jobs wait but none arrive, connecting anew");
    const dead = this.#worker;
    this.#worker = this.#build();
    await this.#retire(dead, 0);
  }

  async #jobsAreOverdue(): Promise<boolean> {
    try {
      await whenReady(this.#redis);
      const counts = await this.#watcher.getJobCounts("wait", "prioritized");
      this.#problem = "";
      if (Object.values(counts).some((count) => count > 0)) return true;
      const [next] = await this.#watcher.getDelayed(0, 0);
      return next !== undefined && next.timestamp + next.delay < Date.now() - SUSPICIOUS_MS;
    } catch (error) {
      this.#noteProblem(explain(error));
      return false;
    }
  }

  /** Redis may be away meanwhile: nothing here waits for it. */
  async #retire({ worker, connection }: Running, deadlineMs: number): Promise<void> {
    await within(500, worker.pause(true));
    await until(() => this.#running === 0, deadlineMs);
    if (this.#running > 0) {
      worker.cancelAllJobs("the process stops");
      await until(() => this.#running === 0, 500);
    }
    await until(() => this.#unreported <= 0, 500);
    // Always by force: asked politely, BullMQ waits for an end of the connection that never comes when Redis goes away just then.
    await within(1_000, worker.close(true));
    connection.end();
  }

  #noteProblem(problem: string): void {
    if (this.#problem === "") this.#options.log.warn({ queue: this.#options.queue, problem }, "queue trouble");
    this.#problem = problem;
  }
}

/** Waits until something is so, but only so long. */
async function until(isSo: () => boolean, patienceMs: number): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  while (!isSo() && Date.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Waits for something that may never end or may fail, but only so long. */
async function within(patienceMs: number, ending: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, patienceMs)));
  await Promise.race([Promise.allSettled([ending]), late]);
  clearTimeout(timer);
}
