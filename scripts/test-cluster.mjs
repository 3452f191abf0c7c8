// `npm run test:cluster`: tests against a real control plane. Brings its programs and other projects' definitions first,
// then runs like `npm test` and closes with the same line. Options as there; `--only <folder of test/cluster>`.
import { bringDefinitions } from "./cluster/definitions.mjs";
import { bringControlPlane } from "./cluster/programs.mjs";
import { say, SetupError } from "./setup/progress.mjs";
import { planClusterTests } from "./test/plan.mjs";
import { runGroups, stopAllOnSignals } from "./test/process.mjs";
import { createTally } from "./test/tally.mjs";

const MINUTE = 60_000;
/** Without what has to be built first. */
const BUDGET_MS = 15 * MINUTE;
const LIMITS = { silenceMs: 4 * MINUTE, testTimeoutMs: 3 * MINUTE, fileTimeoutMs: 10 * MINUTE };
/** A control plane keeps a core busy now and then. */
const AT_ONCE = 2;

async function main() {
  const { groups, namePattern, silenceMs = LIMITS.silenceMs } = planClusterTests(process.argv.slice(2));
  Object.assign(process.env, await bring());
  // Whoever runs this group wants all of it: here, kubectl is built like the rest.
  const tally = createTally({ budgetMs: BUDGET_MS, neverRequired: [] });
  await runGroups(groups, { atOnce: AT_ONCE, limits: { ...LIMITS, silenceMs }, namePattern, tally });
  return tally.close();
}

async function bring() {
  return { ...(await bringControlPlane(process.env)), ...(await bringDefinitions(process.env)) };
}

stopAllOnSignals();
try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}
