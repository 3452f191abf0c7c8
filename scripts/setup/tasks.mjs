import { existsSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "./progress.mjs";
import { ROOT } from "./root.mjs";

/**
 * What `npm run <name>` runs, the programs it wants on this machine, and whether it can go on without them.
 * `bot` and `worker` want none: in production their Redis and cluster are somewhere else.
 */
const TASKS = {
  playground: { run: ["src/playground.ts"], programs: ["redis", "prometheus"], without: "stop" },
  test: { run: ["scripts/test.mjs"], programs: ["redis", "prometheus", "chromium"], without: "go on" },
  "test:cluster": { run: ["scripts/test-cluster.mjs"], programs: ["redis", "prometheus"], without: "go on" },
  bench: { run: ["scripts/bench.ts"], programs: ["redis", "prometheus"], without: "stop" },
  bot: { run: ["src/bot.ts"], programs: [], without: "stop" },
  worker: { run: ["src/worker.ts"], programs: [], without: "stop" },
  check: { run: ["scripts/test.mjs", "--only", "checks"], programs: [], without: "stop" },
  generate: { run: ["scripts/generate.mjs"], programs: [], without: "stop" },
  bundle: { run: ["scripts/bundle.mjs"], programs: [], without: "stop" },
};

/** The task called `name`. Throws a SetupError that lists the known ones, or says that its file is missing. */
export function findTask(name) {
  const task = Object.prototype.hasOwnProperty.call(TASKS, String(name)) ? TASKS[name] : undefined;
  if (task === undefined) {
    throw new SetupError(`there is no task "${name}". Known: ${Object.keys(TASKS).join(", ")}.`, 64);
  }
  if (!existsSync(join(ROOT, task.run[0]))) throw new SetupError(`${task.run[0]} does not exist in this checkout.`, 66);
  return task;
}
