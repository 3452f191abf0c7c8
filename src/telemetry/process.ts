import type { Logger } from "pino";
import { explain } from "../errors.ts";

export interface ProcessOptions {
  readonly log: Logger;
  /** Puts everything together and answers how to stop it. Rejecting ends the process with code 1. */
  readonly start: () => Promise<() => Promise<void>>;
  /** How long stopping may take before the process ends anyway, in milliseconds. */
  readonly stopWithinMs: number;
}

/**
 * Runs a process until SIGTERM or SIGINT; a second signal ends it at once. An error that nobody handled is logged and ends it
 * with code 1: whoever supervises it starts a fresh one, and the record says where to go on.
 */
export async function runProcess({ log, start, stopWithinMs }: ProcessOptions): Promise<void> {
  const die = (error: unknown): never => {
    log.fatal({ error: explain(error), stack: error instanceof Error ? error.stack : undefined }, "cannot go on");
    log.flush();
    process.exit(1);
  };
  process.on("uncaughtException", die);
  process.on("unhandledRejection", die);
  const stop = await start().catch(die);
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      log.info({ signal }, "stopping");
      setTimeout(() => process.exit(1), stopWithinMs).unref();
      stop().then(() => process.exit(0), die);
    });
  }
}
