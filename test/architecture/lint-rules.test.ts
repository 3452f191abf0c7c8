import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";

const ROOT = join(import.meta.dirname, "../..");
const lines = (count: number, text: string): string => `${text}\n`.repeat(count);
const promise = "declare function save(): Promise<boolean>;\n";

/** Files that break one rule each, by name of the rule; and below them their twins that are fine. */
const BROKEN: Readonly<Record<string, readonly [string, string]>> = {
  "max-lines": ["src/a/long.ts", lines(401, "export {};")],
  "max-lines(test)": ["test/unit/long.test.ts", lines(301, "export {};")],
  "max-lines-per-function": ["src/a/big.ts", `export function big(): void {\n${lines(80, "  big();")}}\n`],
  "no-explicit-any": ["src/a/any.ts", "export const a: any = 1;"],
  "ban-ts-comment": ["src/a/ignore.ts", '// @ts-ignore\nexport const a: number = "1";'],
  "no-default-export": ["src/a/default.ts", "export default 1;"],
  "no-console": ["src/a/console.ts", 'console.log("x");'],
  "no-process-env": ["src/a/env.ts", "export const a = process.env.HOME;"],
  "consistent-type-assertions": ["src/a/as.ts", "export const a = (b: unknown) => b as string;"],
  "no-non-null-assertion": ["src/a/bang.ts", "export const a = (b?: string) => b!;"],
  "no-empty": ["src/a/empty.ts", "try {\n  JSON.parse('');\n} catch {}"],
  "consistent-type-imports": ["src/a/imports.ts", 'import { B } from "./b.ts";\nexport const a = (b: B): B => b;'],
  "no-floating-promises": ["src/a/floating.ts", `${promise}export const a = () => { save(); };`],
  "no-misused-promises": ["src/a/misused.ts", `${promise}export const a = () => { if (save()) return 1; return 2; };`],
  "await-thenable": ["src/a/thenable.ts", "export const a = async () => { await 1; };"],
  "switch-exhaustiveness-check": [
    "src/a/switch.ts",
    'export function a(b: "x" | "y"): void { switch (b) { case "x": a("y"); } }',
  ],
};

const FINE: Readonly<Record<string, string>> = {
  "src/a/b.ts": "export interface B { readonly c: string }",
  "src/a/shapes-boundary.ts": "export const a = (b?: unknown) => (b as string)!;",
  "src/a/as-const.ts": 'export const a = ["x"] as const satisfies readonly string[];',
  "src/a/long-enough.ts": lines(400, "export {};"),
  "src/a/big-enough.ts": `export function big(): void {\n${lines(78, "  big();")}}\n`,
  "src/config.ts": "export const a = process.env;",
  "test/unit/as.test.ts": "export const a = (b?: unknown) => (b as string)!;",
};

interface Finding {
  readonly code: string;
  readonly filename: string;
}

describe("the linter", () => {
  let folder: string;
  let findings: readonly Finding[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "coalmine-lint-"));
    await cp(join(ROOT, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
    await cp(join(ROOT, "tsconfig.json"), join(folder, "tsconfig.json"));
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    for (const [path, text] of [...Object.values(BROKEN), ...Object.entries(FINE)]) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    findings = await lint(folder);
  });
  after(() => rm(folder, { recursive: true }));

  for (const [rule, [path]] of Object.entries(BROKEN)) {
    it(`refuses what breaks ${rule}`, () => {
      const found = findings.filter(({ filename }) => filename === path).map(({ code }) => code);

      assert.ok(
        found.some((code) => code.includes(`(${rule.replace("(test)", "")})`)),
        `${path}: ${found.join(", ") || "nothing found"}`,
      );
    });
  }

  it("leaves alone what comes close", () => {
    const wrong = findings.filter(({ filename }) => filename in FINE);

    assert.deepEqual(wrong, []);
  });
});

function lint(folder: string): Promise<readonly Finding[]> {
  const oxlint = join(ROOT, "node_modules/oxlint/bin/oxlint");
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [oxlint, "--type-aware", "--format=json", "src", "test"],
      { cwd: folder },
      (error, stdout, stderr) => {
        if (stdout === "") reject(new Error(`while running oxlint: ${stderr}`, { cause: error }));
        else resolve((JSON.parse(stdout) as { diagnostics: Finding[] }).diagnostics);
      },
    );
  });
}
