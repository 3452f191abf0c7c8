import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { blankOut } from "./blank-out.ts";

export interface Import {
  /** As written: "./x.ts", "node:fs", "bullmq". */
  readonly specifier: string;
  /** Erased before running: `import type` and `export type … from`. */
  readonly isType: boolean;
  /** Path from the root of the project, for a relative specifier. */
  readonly target: string | undefined;
}

export interface SourceFile {
  /** From the root of the project, with slashes: "src/rollout/decide.ts". */
  readonly path: string;
  readonly text: string;
  readonly code: string;
  readonly comments: readonly string[];
  readonly imports: readonly Import[];
}

/** What the rules look at. `others` are the paths of files that are no code: READMEs, `.env.example`. */
export interface Project {
  readonly sources: readonly SourceFile[];
  readonly others: ReadonlyMap<string, string>;
  /** Names under "dependencies" of package.json. */
  readonly dependencies: readonly string[];
}

/** Reads the project at `root`: all of src, and the few other files that rules ask for. */
export function readProject(root: string): Project {
  const read = (path: string): string => readFileSync(posix.join(root, path), "utf8");
  const code = globSync("src/**/*.{ts,js}", { cwd: root }).sort();
  const others = globSync(["src/**/README.md", ".env.example"], { cwd: root });
  const manifest: unknown = JSON.parse(read("package.json"));
  return {
    sources: code.map((path) => sourceFile(path, read(path))),
    others: new Map(others.map((path) => [path, read(path)])),
    dependencies: Object.keys((manifest as { dependencies?: object }).dependencies ?? {}),
  };
}

export function sourceFile(path: string, text: string): SourceFile {
  const { code, comments } = blankOut(text);
  return { path, text, code, comments, imports: importsOf(path, text, code) };
}

/**
 * Finds the statements in the blanked code, where only real ones are left, and reads the specifier at the same place of
 * the original text.
 */
function importsOf(path: string, text: string, code: string): readonly Import[] {
  const statement =
    /(?:^|[;}\n])\s*(?:(import|export)(\s+type\b(?!\s+from\b))?\s*[\w\s{},*$]*?\bfrom\s*|import\s*)(["'])/g;
  const dynamic = /\bimport\s*\(\s*(["'])/g;
  const found: Import[] = [];
  const add = (quoteAt: number, isType: boolean): void => {
    const specifier = text.slice(quoteAt + 1, text.indexOf(text.charAt(quoteAt), quoteAt + 1));
    const target = specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : undefined;
    found.push({ specifier, isType, target });
  };
  for (const match of code.matchAll(statement)) {
    add(match.index + match[0].length - 1, match[2] !== undefined);
  }
  for (const match of code.matchAll(dynamic)) add(match.index + match[0].length - 1, isInsideType(code, match.index));
  return found;
}

/** `typeof import("x")` and `import("x").Name` are types and vanish; of the promise itself one uses only `then` and its like. */
function isInsideType(code: string, at: number): boolean {
  return /\btypeof\s*$/.test(code.slice(0, at)) || /^import\s*\(["']\s*["']\)\.[A-Z]/.test(code.slice(at));
}
