import { spawn } from "node:child_process";
import { constants } from "node:os";

/** A problem that the person at the keyboard can solve: its message is printed without a stack trace. */
export class SetupError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const STILL_BUSY_EVERY_MS = 15_000;
const LINES_SHOWN_ON_FAILURE = 20;

/** Prints one line of progress. To stderr: the bot and the worker own stdout. */
export function say(line) {
  process.stderr.write(`coalmine: ${line}\n`);
}

/** Runs `work` between two lines that say what it is and how long it took; a third one now and then while it lasts. */
export async function step(title, work) {
  const startedAt = Date.now();
  const elapsed = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
  say(`${title} …`);
  const reminder = setInterval(() => say(`${title}: still busy after ${elapsed()}`), STILL_BUSY_EVERY_MS);
  try {
    const result = await work();
    say(`${title}: done in ${elapsed()}`);
    return result;
  } catch (error) {
    say(`${title}: failed after ${elapsed()}`);
    throw error;
  } finally {
    clearInterval(reminder);
  }
}

/**
 * Runs a program to its end and returns what it wrote to stdout.
 * Throws a SetupError with its last lines when it fails. Ctrl-C is passed on to it, and then ends us too.
 */
export function runQuietly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const stopPassingOn = passSignalsOn(child);
    let stdout = "";
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => ((stdout += text), (output += text)));
    child.stderr.setEncoding("utf8").on("data", (text) => (output += text));
    child.once("error", (error) => {
      stopPassingOn();
      reject(new SetupError(`while running ${command}: ${error.message}`));
    });
    child.once("close", (code, signal) => {
      const interruptedBy = stopPassingOn();
      if (interruptedBy) reject(new SetupError("interrupted", 128 + constants.signals[interruptedBy]));
      else if (code === 0) resolve(stdout);
      else reject(new SetupError(`"${command} ${args.join(" ")}" failed (${signal ?? code}):\n${lastLines(output)}`));
    });
  });
}

function passSignalsOn(child) {
  let received;
  const passOn = (signal) => {
    received ??= signal;
    child.kill(signal);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, passOn);
  return () => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.removeListener(signal, passOn);
    return received;
  };
}

function lastLines(text) {
  return text.trimEnd().split("\n").slice(-LINES_SHOWN_ON_FAILURE).join("\n");
}
