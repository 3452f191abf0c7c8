import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { canRun } from "../setup/can-run.mjs";
import { runQuietly } from "../setup/progress.mjs";
import { ROOT } from "../setup/root.mjs";

/** Where our Go modules stand: one pins programs, the other definitions. */
export const MODULES = join(ROOT, "test/cluster/modules");

export function hasGo(env) {
  return canRun("go", env);
}

/** Runs the go command in one of our modules and returns what it printed. Nothing of the machine's settings changes the result. */
export function runGo(module, args, env) {
  const settled = { ...env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" };
  return runQuietly("go", args, { cwd: join(MODULES, module), env: settled });
}

/** The folder in the user's cache that belongs to just these ingredients: other ones never find it. */
export function cacheFolder({ kind, ingredients, env }) {
  const hash = createHash("sha256");
  for (const ingredient of ingredients) hash.update(`${ingredient.length} `).update(ingredient);
  const root = env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(root, "coalmine", `${kind}-${hash.digest("hex").slice(0, 16)}`);
}

/** Text of the files that pin a module's versions and hashes. */
export function pinsOf(module) {
  return ["go.mod", "go.sum"].map((name) => readFileSync(join(MODULES, module, name), "utf8"));
}
