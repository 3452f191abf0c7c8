import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** How a child ended: one of the two is set. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProcessOptions {
  /** What the process is called in messages, e.g. "redis". */
  readonly name: string;
  /** Path of the program, or a name that is looked up on PATH. */
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  /** The whole environment of the child. Default: ours. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Called with each line that the child writes, without its line break. */
  readonly onLine?: (line: string, stream: "stdout" | "stderr") => void;
  /** Resolves true once the child serves. Asked again every 20 ms; throwing means "not yet". Default: at once. */
  readonly isReady?: () => Promise<boolean>;
  /** Milliseconds until a child that is not ready is killed and starting it fails. Default 15,000. */
  readonly readyTimeoutMs?: number;
}

export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the child has ended, whatever ended it. Never rejects. */
  readonly exited: Promise<Exit>;
  isRunning(): boolean;
  /** Sends one signal and does not wait. A child that has ended already is left alone. */
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL after `graceMs` (default 5,000). Resolves when the child has ended. Safe to repeat. */
  stop(graceMs?: number): Promise<Exit>;
}

const LINES_KEPT_FOR_ERRORS = 8;
const READY_POLL_MS = 20;

/**
 * Starts a child process and waits until it is ready.
 * Throws when it cannot be started, ends early or is not ready in time; the message holds the last lines it wrote.
 *
 * The child leads a session of its own, so Ctrl-C in a terminal reaches only us and we decide in which order things
 * stop. It does not outlive us all the same: see `startGuard`.
 */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const child = spawn(options.command, options.args ?? [], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const lastLines = keepLastLines(child, options.onLine);
  const running = await spawned(child, options);

  try {
    await waitUntilReady(running, options);
  } catch (error) {
    await running.stop(500);
    const output = lastLines.length === 0 ? "" : `\nIts last output:\n  ${lastLines.join("\n  ")}`;
    throw new Error(`while starting ${options.name} (${options.command})${output}`, { cause: error });
  }
  return running;
}

function spawned(child: ChildProcess, { name, command }: ProcessOptions): Promise<RunningProcess> {
  const exited = new Promise<Exit>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new Error(`while starting ${name} (${command})`, { cause: error })));
    child.once("spawn", () => {
      const { pid } = child;
      if (pid === undefined) reject(new Error(`while starting ${name} (${command}): it has no process id`));
      else resolve(guarded(child, { name, pid, exited }));
    });
  });
}

interface Known {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<Exit>;
}

function guarded(child: ChildProcess, { name, pid, exited }: Known): RunningProcess {
  const dismissGuard = startGuard(pid);
  child.once("exit", dismissGuard);
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const kill = (signal: NodeJS.Signals): void => {
    if (isRunning()) child.kill(signal);
  };
  const stop = async (graceMs = 5_000): Promise<Exit> => {
    kill("SIGTERM");
    const timer = setTimeout(() => kill("SIGKILL"), graceMs);
    const exit = await exited;
    clearTimeout(timer);
    return exit;
  };
  return { name, pid, exited, isRunning, kill, stop };
}

/**
 * A shell of a few kilobytes that waits for its standard input to close. Only we hold the other end, so that happens
 * exactly when we are gone, even by SIGKILL; it then stops the child: SIGTERM, and SIGKILL after five seconds.
 * Returns the function that sends the guard away, for when the child has ended by itself.
 */
function startGuard(pid: number): () => void {
  const script =
    'trap "" INT TERM HUP; read -r _; kill -TERM "$1" 2>/dev/null || exit 0; ' +
    'for _ in 1 2 3 4 5; do sleep 1; kill -0 "$1" 2>/dev/null || exit 0; done; kill -KILL "$1" 2>/dev/null';
  const guard = spawn("/bin/sh", ["-c", script, "guard", String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  // A guard that could not be started leaves only the ordinary ways to stop the child, which is no reason to fail.
  guard.on("error", () => guard.unref());
  guard.stdin.on("error", () => guard.unref());
  guard.unref();
  return () => {
    guard.kill("SIGKILL");
    guard.stdin.destroy();
  };
}

async function waitUntilReady(running: RunningProcess, options: ProcessOptions): Promise<void> {
  const { isReady, readyTimeoutMs = 15_000 } = options;
  if (isReady === undefined) return;
  const giveUpAt = performance.now() + readyTimeoutMs;
  while (performance.now() < giveUpAt) {
    if (!running.isRunning()) {
      const { code, signal } = await running.exited;
      throw new Error(`it ended before it was ready (${signal ?? `exit code ${code}`})`);
    }
    if (await answersYes(isReady)) return;
    await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
  }
  throw new Error(`it was not ready after ${readyTimeoutMs} ms`);
}

function answersYes(isReady: () => Promise<boolean>): Promise<boolean> {
  return isReady().catch(() => false);
}

function keepLastLines(child: ChildProcess, onLine: ProcessOptions["onLine"]): readonly string[] {
  const lines: string[] = [];
  const read = (input: Readable | null, stream: "stdout" | "stderr"): void => {
    if (input === null) return;
    createInterface({ input, crlfDelay: Infinity }).on("line", (line) => {
      lines.push(line);
      if (lines.length > LINES_KEPT_FOR_ERRORS) lines.shift();
      onLine?.(line, stream);
    });
  };
  read(child.stdout, "stdout");
  read(child.stderr, "stderr");
  return lines;
}
