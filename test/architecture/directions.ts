import type { Import, Project, SourceFile } from "./project.ts";

/** Folders and files a folder may import besides itself; `types` are those it may only `import type` from. */
interface Directions {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

/** They start a process; they may also read the version from package.json. */
const ROOTS = ["bot.ts", "worker.ts", "playground.ts"];
const PURE = ["rollout", "analysis"];
const SHARED = ["units.ts", "errors.ts"];
/** A logger is always passed in; its type has to be named. */
const LOGGERS = ["telemetry"];
const EDGES = [
  "mesh",
  "metric-providers",
  "kubernetes",
  "store",
  "queue",
  "snapshots",
  "outbound",
  "webhooks",
  "alerts",
  "telemetry",
];

/**
 * Who may import whom. What points the other way is passed in by a root. The bot serves many clusters and holds the
 * credentials of none, so nothing that reaches a cluster stands in its row or in slack's.
 */
const TABLE: Readonly<Record<string, Directions>> = {
  "bot.ts": {
    values: ["config.ts", ...SHARED, "rollout", "slack", "queue", "snapshots", "telemetry"],
    types: PURE,
  },
  "worker.ts": { values: ["config.ts", ...SHARED, ...PURE, "controller", ...EDGES], types: [] },
  "playground.ts": { values: ["units.ts", "playground"], types: [] },
  "config.ts": { values: SHARED, types: [] },
  "units.ts": { values: [], types: [] },
  "errors.ts": { values: [], types: [] },
  analysis: { values: SHARED, types: [] },
  rollout: { values: [...SHARED, "analysis"], types: [] },
  controller: { values: [...SHARED, ...PURE], types: EDGES },
  mesh: { values: [...SHARED, "kubernetes/client.ts"], types: ["rollout", "kubernetes", ...LOGGERS] },
  "metric-providers": { values: [...SHARED, ...PURE], types: ["kubernetes", ...LOGGERS] },
  kubernetes: { values: [...SHARED, "rollout"], types: [...PURE, ...LOGGERS] },
  store: { values: [...SHARED, "rollout", "kubernetes/client.ts"], types: [...PURE, "kubernetes", ...LOGGERS] },
  outbound: { values: SHARED, types: [] },
  // Where requests may go that a manifest asks for is decided in one place.
  webhooks: { values: [...SHARED, "rollout", "outbound"], types: [...PURE, ...LOGGERS] },
  alerts: { values: [...SHARED, "outbound"], types: [...PURE, "kubernetes", ...LOGGERS] },
  queue: { values: [...SHARED, "rollout"], types: [...PURE, ...LOGGERS] },
  // Both speak to Redis, and how a connection behaves when Redis is away is said once.
  snapshots: { values: [...SHARED, "rollout", "queue/connection.ts"], types: [...PURE, ...LOGGERS] },
  telemetry: { values: [...SHARED, "rollout"], types: [...PURE, "controller/parts.ts"] },
  slack: { values: [...SHARED, "rollout", "queue", "snapshots"], types: [...PURE, "config.ts", "telemetry"] },
  playground: { values: ["units.ts"], types: [] },
};

/** Imports that point the wrong way, lead out of src, or come from a folder that has no row. */
export function wrongDirections({ sources }: Project): readonly string[] {
  return sources.flatMap((file) =>
    file.imports.flatMap((imported) => {
      const problem = imported.target === undefined ? undefined : problemOf(file, imported, imported.target);
      return problem === undefined ? [] : [`${file.path} imports ${imported.specifier}: ${problem}`];
    }),
  );
}

function problemOf(file: SourceFile, { isType }: Import, target: string): string | undefined {
  const from = areaOf(file.path);
  if (target === "package.json" && ROOTS.includes(from)) return undefined;
  if (!target.startsWith("src/")) return "it leads out of src";
  const row = TABLE[from];
  if (row === undefined) return `${from} has no row in the table of directions`;
  if (from === areaOf(target)) return undefined;
  const isIn = (places: readonly string[]): boolean => places.some((place) => isWithin(target, place));
  if (isIn(row.values) || (isType && isIn(row.types))) return undefined;
  return isIn(row.types) ? `${from} may take only types from there` : `${from} may not know ${areaOf(target)}`;
}

function isWithin(target: string, place: string): boolean {
  return place.endsWith(".ts") ? target === `src/${place}` : target.startsWith(`src/${place}/`);
}

/** "rollout" for src/rollout/decide.ts, "bot.ts" for src/bot.ts. */
export function areaOf(path: string): string {
  return path.split("/")[1] ?? "";
}
