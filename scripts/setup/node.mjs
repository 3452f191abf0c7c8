import { delimiter, dirname } from "node:path";
import { runQuietly, SetupError, step } from "./progress.mjs";

const WANTED_MAJOR = 24;

/** Path of a Node that runs TypeScript as it is: ours when it is new enough, else the one that npx fetches and keeps. */
export async function nodeProgram(version = process.versions.node) {
  if (Number.parseInt(version, 10) >= WANTED_MAJOR) return process.execPath;
  const title = `this is Node ${version}; taking Node ${WANTED_MAJOR} from npm instead (npx keeps it for next time)`;
  return step(title, async () => {
    const args = ["-y", "-p", `node@${WANTED_MAJOR}`, "node", "-p", "process.execPath"];
    // Only the path is taken from npx: a process that stayed between us and the task would swallow signals.
    const printed = await runQuietly("npx", args, { env: { ...process.env, NODE_OPTIONS: "" } });
    const path = printed.trim().split("\n").pop();
    if (!path)
      throw new SetupError(`npx brought no Node ${WANTED_MAJOR}. Install it from https://nodejs.org and try again.`);
    return path;
  });
}

/** The environment in which `node`, and so npm too, is the given program. */
export function withNodeOnPath(env, node) {
  return { ...env, PATH: `${dirname(node)}${delimiter}${env.PATH ?? ""}` };
}
