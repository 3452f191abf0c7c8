// `npm test`: the checks, then every core test, one closing line. Options: files or folders to run, `--only <area>`
// (checks, unit, contract, e2e, …: whatever stands under test/), `--name <pattern>` for tests by name, `--patience <seconds>`
// for how long a test process may be silent.
import { runChecks } from "./test/checks.mjs";
import { planTests } from "./test/plan.mjs";
import { runGroups, runProcess, stopAllOnSignals } from "./test/process.mjs";
import { createTally } from "./test/tally.mjs";

const MINUTE = 60_000;
const BUDGET_MS = 15 * MINUTE;
/** One process for all that can share one: it may be silent this long, then something hangs. */
const SHARED = { silenceMs: 3 * MINUTE, testTimeoutMs: 2 * MINUTE, fileTimeoutMs: 8 * MINUTE };
/** Each of the others in a process of its own. */
const ISOLATED = { silenceMs: 4 * MINUTE, testTimeoutMs: 3 * MINUTE, fileTimeoutMs: 5 * MINUTE };
/** Browser, Redis and Prometheus of one test already keep a core busy: more at a time only makes timeouts. */
const ISOLATED_AT_ONCE = 2;

async function main() {
  const plan = planTests(process.argv.slice(2));
  const tally = createTally({ budgetMs: BUDGET_MS });
  if (plan.checks) await runChecks(tally);
  const { namePattern } = plan;
  const limitsOf = (limits) => (plan.silenceMs === undefined ? limits : { ...limits, silenceMs: plan.silenceMs });
  if (plan.shared.length > 0) await runProcess({ files: plan.shared, limits: limitsOf(SHARED), namePattern, tally });
  const isolated = plan.isolated.map((file) => [file]);
  await runGroups(isolated, { atOnce: ISOLATED_AT_ONCE, limits: limitsOf(ISOLATED), namePattern, tally });
  return tally.close();
}

stopAllOnSignals();
process.exitCode = await main();
