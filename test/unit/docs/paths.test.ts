import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Folders in which a path that a document names may stand. */
const BASES = ["", "src/", "src/rollout/", "src/slack/", "deploy/"];

/** Code words of a document that look like files or folders of ours; patterns with `<…>` or `*` are no paths. */
function pathsIn(document: string): readonly string[] {
  const text = readFileSync(`${root}${document}`, "utf8");
  const words = [...text.matchAll(/`([^`\n]+)`|\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? match[2] ?? "");
  return words.filter((word) => /^[\w./-]+(\.(ts|mjs|ya?ml|md)|\/)$/.test(word));
}

describe("documents", () => {
  for (const document of ["README.md", "docs/ARCHITECTURE.md", "deploy/README.md"]) {
    it(`${document} names only files and folders that exist`, () => {
      const paths = pathsIn(document);

      const missing = paths.filter((path) => !BASES.some((base) => existsSync(`${root}${base}${path}`)));
      assert.ok(paths.length > 0, "it names some");
      assert.deepEqual(missing, []);
    });
  }
});
