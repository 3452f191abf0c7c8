import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { ROOT } from "./root.mjs";

const LIFELINE = fileURLToPath(new URL("./lifeline.mjs", import.meta.url));
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Signals closer together than this are one: the terminal tells the whole group, and npm passes its own on as well. */
const SAME_SIGNAL_MS = 300;

const PARENT_CHECK_MS = 500;

/**
 * Runs the task in a session of its own and returns the exit code for us: its own, or 128 + the signal that ended it.
 * It hears each signal once, and it ends (SIGTERM) when we are gone, however that happened.
 */
export function launch({ node, env, args }) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, ["--import", LIFELINE, ...args], {
      cwd: ROOT,
      env: { ...env, COALMINE_LIFELINE: "3" },
      stdio: ["inherit", "inherit", "inherit", "pipe"],
      detached: true,
    });
    const lastAt = {};
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        const now = Date.now();
        if (now - (lastAt[signal] ?? 0) > SAME_SIGNAL_MS) child.kill(signal);
        lastAt[signal] = now;
      });
    }
    const stopWatching = whenParentDies(() => child.kill("SIGTERM"));
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      resolve(code ?? 128 + constants.signals[signal]);
      stopWatching();
      // Otherwise a grandchild that kept the lifeline open would keep us.
      child.stdio[3].destroy();
      for (const name of SIGNALS) process.removeAllListeners(name);
    });
  });
}

/** Under npm we belong to npm: when it was killed outright, nobody would be left to stop us. */
function whenParentDies(stop) {
  if (process.env.npm_lifecycle_event === undefined) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, PARENT_CHECK_MS);
  return () => clearInterval(timer);
}
