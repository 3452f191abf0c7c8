import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const FOLDER = join(import.meta.dirname, "../../../golden");

/** Compares with `test/golden/<name>.json`, which can be pasted into Block Kit Builder. `UPDATE_GOLDEN=1` writes it anew. */
export function matchesGolden(name: string, rendered: object): void {
  const file = join(FOLDER, `${name}.json`);
  const json = `${JSON.stringify(rendered, null, 2)}\n`;
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, json);
  }
  assert.equal(json, readFileSync(file, "utf8"), `${name} differs from its golden; UPDATE_GOLDEN=1 accepts the change`);
}
