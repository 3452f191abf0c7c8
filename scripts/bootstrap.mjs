// Every npm script starts here: bring what the task needs, then run it on Node 24.
// It must run before anything is installed and on older Nodes: no dependencies, nothing newer than Node 18.
import { launch } from "./setup/launch.mjs";
import { nodeProgram, withNodeOnPath } from "./setup/node.mjs";
import { installPackages } from "./setup/packages.mjs";
import { bringPrograms } from "./setup/programs.mjs";
import { say, SetupError } from "./setup/progress.mjs";
import { findTask } from "./setup/tasks.mjs";

async function main([name, ...extra]) {
  const task = findTask(name);
  const node = await nodeProgram();
  const env = withNodeOnPath(process.env, node);
  await installPackages({ node, env });
  await bringPrograms(task, env);
  return launch({ node, env, args: [...task.run, ...extra] });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}
