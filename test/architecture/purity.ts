import type { Project } from "./project.ts";
import { reachableFrom } from "./reach.ts";

const PURE_PLACES = [
  "src/units.ts",
  "src/rollout/",
  "src/analysis/",
  "src/slack/messages/",
  "src/slack/slash-commands/parse.ts",
];

/** What a pure file must not contain, as code: each makes the same call give another answer, or does something. */
const IMPURE: readonly (readonly [string, RegExp])[] = [
  ["waits", /(?<![.\w$])(?:async|await)\b/],
  ["reads the clock", /(?<![.\w$])(?:Date|performance|Temporal)\b(?!\s*:)/],
  ["rolls dice", /\bMath\s*\.\s*random\b|(?<![.\w$])crypto\s*\./],
  ["touches the process", /(?<![.\w$])(?:process|globalThis|global)\s*[.[]/],
  ["starts something", /(?<![.\w$])(?:setTimeout|setInterval|setImmediate|queueMicrotask|fetch)\s*\(/],
  ["logs", /(?<![.\w$])(?:console|log|logger)\s*\./],
  ["loads code while running", /\bimport\s*\(|(?<![.\w$])require\s*\(/],
];

/** Pure files that do anything but compute, whether they lie in a pure place or are used by a file that does. */
export function impurities(project: Project): readonly string[] {
  const starts = project.sources.filter(({ path }) => PURE_PLACES.some((place) => path.startsWith(place)));
  const pure = new Map(starts.flatMap(({ path }) => [...reachableFrom(path, project)]));
  return project.sources
    .filter(({ path }) => pure.has(path))
    .flatMap(({ path, code, imports }) => [
      ...IMPURE.filter(([, pattern]) => pattern.test(code)).map(([what]) => `${path} ${what}`),
      ...imports
        .filter(({ specifier }) => specifier.startsWith("node:"))
        .map(({ specifier }) => `${path} imports ${specifier}`),
    ])
    .toSorted();
}
