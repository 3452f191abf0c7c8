import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runQuietly, step } from "./progress.mjs";
import { ROOT } from "./root.mjs";

/** Runs `npm ci` when node_modules is missing, unfinished or not what package-lock.json says. */
export async function installPackages({ node, env }) {
  if (packagesMatchLock(ROOT)) return;
  const npmCli = env.npm_execpath;
  const [command, ...start] = npmCli && /npm-cli\.[cm]?js$/.test(npmCli) ? [node, npmCli] : ["npm"];
  const args = [...start, "ci", "--include=dev", "--no-audit", "--no-fund"];
  await step("installing npm packages (npm ci)", () => runQuietly(command, args, { cwd: ROOT, env }));
}

/**
 * Whether node_modules holds just what the lock asks for. npm writes its own copy of the lock into node_modules as the
 * last act of an install, so an interrupted one, or another branch's, does not match.
 */
export function packagesMatchLock(root) {
  const wanted = readPackages(join(root, "package-lock.json"));
  const present = readPackages(join(root, "node_modules", ".package-lock.json"));
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(([place, entry]) => {
    if (place === "") return true;
    const found = present[place];
    // Optional ones for other platforms are rightly absent.
    if (found === undefined) return entry.optional === true;
    return (
      found.version === entry.version && (found.integrity ?? entry.integrity) === (entry.integrity ?? found.integrity)
    );
  });
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    // Missing or half written: either way there is nothing to compare with.
    return undefined;
  }
}
