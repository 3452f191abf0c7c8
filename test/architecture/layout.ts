import { areaOf } from "./directions.ts";
import type { Project } from "./project.ts";

const README_LINES = 20;
const NAMELESS_FOLDERS = ["utils", "helpers", "common", "types", "misc", "lib"];

/** File and folder names that say nothing, or are written in another way than the rest. */
export function badNames({ sources }: Project): readonly string[] {
  return sources.flatMap(({ path }) => {
    const parts = path.split("/").slice(1);
    const file = parts.at(-1) ?? "";
    return [
      ...(/^index\.[jt]s$/.test(file) ? [`${path}: no index files; import from the file that defines it`] : []),
      ...parts.filter((part) => NAMELESS_FOLDERS.includes(part)).map((part) => `${path}: "${part}" names nothing`),
      ...(parts.every((part) => /^[a-z0-9]+(-[a-z0-9]+)*(\.(d\.)?[jt]s)?$/.test(part))
        ? []
        : [`${path}: not kebab-case`]),
    ];
  });
}

/** Words that no source file may contain as code or, for the last one, as a comment. */
export function bannedWords({ sources }: Project): readonly string[] {
  return sources.flatMap(({ path, code, comments }) => [
    ...(/(?<![.\w$])(?:const\s+)?enum\s+[A-Z]\w*\s*\{/.test(code) ? [`${path}: enum; use a union of strings`] : []),
    ...(/(?<![.\w$])export\s+\*\s+from\b/.test(code) ? [`${path}: re-exports everything of another file`] : []),
    ...(comments.some((comment) => /(?:oxlint|eslint)-disable/.test(comment)) ? [`${path}: silences the linter`] : []),
    ...(path !== "src/config.ts" && /\bprocess\s*(?:\.\s*env\b|\[\s*["'])/.test(code)
      ? [`${path}: reads the environment; only config.ts may`]
      : []),
  ]);
}

/** Folders directly under src, and those of the playground, whose README is missing or too long to be read. */
export function readmeProblems({ sources, others }: Project): readonly string[] {
  const folders = new Set(sources.flatMap(({ path }) => documentedFolder(path)));
  return [...folders].sort().flatMap((folder) => {
    const readme = others.get(`${folder}/README.md`);
    if (readme === undefined) return [`${folder} has no README.md`];
    const lines = readme.trimEnd().split("\n").length;
    return lines > README_LINES ? [`${folder}/README.md has ${lines} lines, more than ${README_LINES}`] : [];
  });
}

function documentedFolder(path: string): readonly string[] {
  const parts = path.split("/");
  const depth = areaOf(path) === "playground" ? 3 : 2;
  return parts.length > depth
    ? [parts.slice(0, depth).join("/")]
    : parts.length > 2
      ? [parts.slice(0, 2).join("/")]
      : [];
}

/** Variables that only one of `.env.example` and `src/config.ts` knows. */
export function environmentDifferences({ sources, others }: Project): readonly string[] {
  const config = sources.find(({ path }) => path === "src/config.ts");
  const example = others.get(".env.example");
  if (config === undefined) return ["src/config.ts does not exist"];
  if (example === undefined) return [".env.example does not exist"];
  const read = variablesOfConfig(config.text, config.code);
  const shown = new Set([...example.matchAll(/^#? ?([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1] ?? ""));
  return [
    ...(read.size === 0 ? ["src/config.ts names no variable"] : []),
    ...[...read].filter((name) => !shown.has(name)).map((name) => `${name} is missing in .env.example`),
    ...[...shown]
      .filter((name) => !read.has(name))
      .map((name) => `${name} stands in .env.example, but nothing reads it`),
  ];
}

/** Names in capitals that are keys of an object (of the schema), or are read from one (`env.NAME`, `env["NAME"]`). */
function variablesOfConfig(text: string, code: string): ReadonlySet<string> {
  const keys = [...code.matchAll(/(?:^|[{,])\s*([A-Z][A-Z0-9_]*)\s*:/gm)].map((match) => match[1] ?? "");
  const members = [...code.matchAll(/\benv\s*\??\.\s*([A-Z][A-Z0-9_]*)/g)].map((match) => match[1] ?? "");
  const indexed = [...text.matchAll(/\benv\s*\[\s*["']([A-Z][A-Z0-9_]*)["']/g)].map((match) => match[1] ?? "");
  return new Set([...keys, ...members, ...indexed]);
}
