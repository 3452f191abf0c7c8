import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { wrongDirections } from "./architecture/directions.ts";
import { badNames, bannedWords, environmentDifferences, readmeProblems } from "./architecture/layout.ts";
import { bareBuiltins, libraryEscapes, undeclaredLibraries } from "./architecture/libraries.ts";
import { readProject } from "./architecture/project.ts";
import { impurities } from "./architecture/purity.ts";
import { clusterCodeInBot, danglingImports, importCycles, reachableFrom } from "./architecture/reach.ts";

// Sizes, casts, `any` and their like are counted by the linter: test/architecture/lint-rules.test.ts shows that it does.
describe("the architecture", () => {
  const project = readProject(join(import.meta.dirname, ".."));
  const rules = {
    "imports point only in the allowed directions": wrongDirections,
    "imports lead to files that exist": danglingImports,
    "no files need each other to load": importCycles,
    "each library is used only in the folder that hides it": libraryEscapes,
    "product code needs nothing that the image lacks": undeclaredLibraries,
    "Node's modules are imported with their prefix": bareBuiltins,
    "pure folders only compute": impurities,
    "the bot cannot reach cluster code": clusterCodeInBot,
    "names are kebab-case and say something": badNames,
    "banned words do not occur": bannedWords,
    "each folder has a short README": readmeProblems,
    ".env.example and config.ts know the same variables": environmentDifferences,
  };

  for (const [name, violationsIn] of Object.entries(rules)) {
    it(name, () => {
      assert.deepEqual(violationsIn(project), []);
    });
  }

  it("has the files that the rules are about", () => {
    const paths = project.sources.map(({ path }) => path);

    for (const root of ["src/bot.ts", "src/worker.ts", "src/playground.ts"]) assert.ok(paths.includes(root), root);
    assert.ok(reachableFrom("src/bot.ts", project).size > 10, "the bot imports next to nothing");
  });
});
