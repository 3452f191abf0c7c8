import { writeFileSync } from "node:fs";

/** A skip for want of one of these is fine even in CI: a newcomer cannot be asked to have it, and we cannot install it. */
const NEVER_REQUIRED = ["kubectl"];

/** Counts results, prints each failure in full when it happens, and closes with one line that a machine can read. */
export function createTally({
  budgetMs,
  neverRequired = NEVER_REQUIRED,
  write = (text) => process.stdout.write(text),
  env = process.env,
}) {
  const startedAt = Date.now();
  const failures = [];
  const skips = [];
  let passes = 0;
  const counts = () => ({ passed: passes, failed: failures.length, skipped: skips.length });
  const failed = (failure) => {
    failures.push(failure);
    write(`\n✗ ${failure.name}\n${indented(failure.detail)}${outputOf(failure)}\n`);
  };
  const line = (isGood, title, tookMs) => write(`${isGood ? "✓" : "✗"} ${title} ${inSeconds(tookMs)}\n`);

  return {
    counts,
    failed,
    line,
    passed: () => void (passes += 1),
    skipped: (skip) => void skips.push(skip),
    remainingMs: () => startedAt + budgetMs - Date.now(),
    /** One line for a finished test process, from what it counted itself. */
    fileLine: (title, own, tookMs) => line(own.failed === 0, `${title}: ${nonZero(own)},`, tookMs),
    /** Prints the skips, the names of the failures and the closing line. Returns the exit code. */
    close: () => {
      if (env.CI === "true") refuseSkips(skips, { failed, neverRequired });
      const { passed, failed: bad, skipped } = counts();
      if (skipped > 0) write(`\nSkipped:\n${skips.map(({ name, reason }) => `  ${name}: ${reason}\n`).join("")}`);
      if (bad > 0) write(`\nFailed:\n${failures.map(({ name }) => `  ${name}\n`).join("")}`);
      if (env.COALMINE_TEST_SUMMARY) {
        writeFileSync(env.COALMINE_TEST_SUMMARY, JSON.stringify({ passed, failed: bad, skipped, failures, skips }));
      }
      write(`\n${inSeconds(Date.now() - startedAt)} in all\n${passed} passed, ${bad} failed, ${skipped} skipped\n`);
      return bad === 0 ? 0 : 1;
    },
  };
}

/** In CI nothing may go unnoticed: what was skipped for want of a tool has failed. */
function refuseSkips(skips, { failed, neverRequired }) {
  const isRefused = ({ reason }) => !neverRequired.some((tool) => reason.includes(tool));
  const refused = skips.filter(isRefused);
  skips.splice(0, skips.length, ...skips.filter((skip) => !isRefused(skip)));
  for (const { name, reason } of refused) failed({ name, detail: `skipped, which CI does not accept: ${reason}` });
}

function nonZero(counts) {
  const told = Object.entries(counts).filter(([, count]) => count > 0);
  return told.map(([what, count]) => `${count} ${what}`).join(", ") || "nothing run";
}

function outputOf({ output }) {
  return output ? `  printed by the test process:\n${indented(output)}` : "";
}

function indented(text) {
  return `${String(text).trimEnd().replace(/^/gm, "    ")}\n`;
}

function inSeconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
