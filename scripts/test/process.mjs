import { spawn } from "node:child_process";
import { dirname, relative } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const REPORTER = fileURLToPath(new URL("./reporter.mjs", import.meta.url));
const LIFELINE = fileURLToPath(new URL("../setup/lifeline.mjs", import.meta.url));
const OUTPUT_KEPT = 20_000;
const GRACE_MS = 5_000;

const running = new Set();

/** Ends every test process and what it started. Resolves when all are gone. */
async function stopAll() {
  await Promise.all([...running].map(({ child, ended }) => (killGroup(child), ended)));
}

/** A signal that ends us ends every test process first. */
export function stopAllOnSignals() {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ]) {
    process.on(signal, () => stopAll().then(() => process.exit(code)));
  }
}

/** Runs groups of test files, each group in one process, so many at a time. */
export async function runGroups(groups, { atOnce, limits, namePattern, tally }) {
  const queue = [...groups];
  const takeNext = async () => {
    for (let files = queue.shift(); files !== undefined; files = queue.shift()) {
      await runProcess({ files, limits, namePattern, tally });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, takeNext));
}

/**
 * Runs test files in one process and counts their results. A process that hangs, is silent for too long or does not end
 * after its last test is killed and counted as a failure that says so.
 */
export async function runProcess({ files, limits, namePattern, tally }) {
  const title = files.length === 1 ? files[0] : `${files.length} files ${folderOf(files)}in one process`;
  const startedAt = Date.now();
  if (tally.remainingMs() <= 0) {
    tally.failed({ name: title, detail: "not run: the time for all tests was used up" });
    return;
  }
  const own = { passed: 0, failed: 0, skipped: 0 };
  const child = start(files, limits, namePattern);
  const output = keepOutput(child);
  const watchdog = watch(child, { ...limits, fileTimeoutMs: Math.min(limits.fileTimeoutMs, tally.remainingMs()) });
  const results = createInterface({ input: child.stdio[4] });
  results.on("line", (line) => {
    watchdog.sawResult();
    own[count(JSON.parse(line), { tally, output })] += 1;
  });
  const resultsRead = new Promise((resolve) => results.once("close", resolve));
  const ended = new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
  const entry = { child, ended };
  running.add(entry);
  const { code, signal } = await ended;
  await resultsRead;
  running.delete(entry);
  watchdog.stop();

  const endedBadly = watchdog.reason() ?? (code !== 0 && own.failed === 0 ? endOf(code, signal) : undefined);
  if (endedBadly !== undefined) {
    own.failed += 1;
    tally.failed({ name: title, detail: endedBadly, output: output.take() });
  }
  tally.fileLine(title, own, Date.now() - startedAt);
}

/** "of test/cluster " when all stand in one folder. */
function folderOf(files) {
  const folders = new Set(files.map(dirname));
  return folders.size === 1 ? `of ${[...folders][0]} ` : "";
}

function endOf(code, signal) {
  return `the test process ended with ${signal ?? `exit code ${code}`} although no test had failed`;
}

function start(files, limits, namePattern) {
  // A runner that is itself started by a test must not take its children for part of that test.
  const { NODE_TEST_CONTEXT: _outer, ...env } = process.env;
  const args = [
    ...["--import", LIFELINE, "--test", "--test-isolation=none", `--test-timeout=${limits.testTimeoutMs}`],
    ...[`--test-reporter=${REPORTER}`, "--test-reporter-destination=stdout"],
    ...(namePattern === undefined ? [] : [`--test-name-pattern=${namePattern}`]),
  ];
  return spawn(process.execPath, [...args, ...files], {
    env: { ...env, COALMINE_LIFELINE: "3" },
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    detached: true,
  });
}

/** Counts one result and returns what it was counted as. */
function count(result, { tally, output }) {
  const file = result.file === undefined ? "" : relative(process.cwd(), result.file);
  const isWholeFile = result.nesting === 0 && result.name.endsWith(".test.ts");
  const name = isWholeFile
    ? result.name
    : `${file}${result.line === undefined ? "" : `:${result.line}`} › ${result.name}`;
  const isEmpty = result.result === "passed" && isWholeFile;
  const counted = isEmpty ? "failed" : result.result;
  const detail = isEmpty ? "there is no test in this file" : result.detail;
  if (counted === "failed") tally.failed({ name, detail, output: output.take() });
  else if (counted === "skipped") tally.skipped({ name, reason: result.reason });
  else tally.passed();
  return counted;
}

function watch(child, { silenceMs, fileTimeoutMs }) {
  let reason;
  const giveUp = (why) => {
    reason ??= why;
    killGroup(child);
  };
  const inSeconds = (ms) => `${Math.round(ms / 1000)} s`;
  const total = setTimeout(() => giveUp(`killed: it ran for more than ${inSeconds(fileTimeoutMs)}`), fileTimeoutMs);
  const onSilence = () =>
    giveUp(
      `killed: no result for ${inSeconds(silenceMs)}. A test hangs, or something that a test opened was not closed.`,
    );
  const silence = setTimeout(onSilence, silenceMs);
  return {
    sawResult: () => silence.refresh(),
    stop: () => [total, silence].forEach(clearTimeout),
    reason: () => reason,
  };
}

/** SIGTERM to the process and what it started in its session, then SIGKILL. */
function killGroup(child) {
  const send = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  };
  send("SIGTERM");
  setTimeout(send, GRACE_MS, "SIGKILL").unref();
}

/** The end of what the tests printed; shown only beside a failure. */
function keepOutput(child) {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (more) => (text = (text + more).slice(-OUTPUT_KEPT)));
  }
  const take = () => {
    const taken = text;
    text = "";
    return taken;
  };
  return { take };
}
