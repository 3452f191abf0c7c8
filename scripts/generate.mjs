// `npm run generate`: writes the files that are made from code. Each row is a program of its own; it knows what it writes.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./setup/root.mjs";

const GENERATORS = [{ makes: "custom resource definitions", run: "scripts/generate-crds.ts" }];

for (const { makes, run } of GENERATORS) {
  if (!existsSync(join(ROOT, run))) throw new Error(`${run}, which makes the ${makes}, does not exist`);
  console.log(`${makes} (${run})`);
  const { status } = spawnSync(process.execPath, [run, ...process.argv.slice(2)], { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) process.exitCode = status ?? 1;
}
