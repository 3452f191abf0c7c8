import type { Project, SourceFile } from "./project.ts";

/** What the bot must not even load: whoever takes it over must not find a way into a cluster. */
const OUT_OF_REACH_OF_BOT = [
  "controller",
  "store",
  "kubernetes",
  "mesh",
  "metric-providers",
  "outbound",
  "webhooks",
  "alerts",
  "playground",
];

/** Everything that runs when `entry` does: its value imports, theirs, and so on. Each with the file that imports it. */
export function reachableFrom(entry: string, project: Project): ReadonlyMap<string, string> {
  const byPath = indexed(project);
  const importedBy = new Map([[entry, "the command line"]]);
  const queue = [entry];
  for (const path of queue) {
    for (const { target, isType } of byPath.get(path)?.imports ?? []) {
      if (target === undefined || isType || importedBy.has(target)) continue;
      importedBy.set(target, path);
      queue.push(target);
    }
  }
  return importedBy;
}

/** Ways from the bot into a cluster, by our own code or by the library. */
export function clusterCodeInBot(project: Project): readonly string[] {
  const byPath = indexed(project);
  return [...reachableFrom("src/bot.ts", project)].flatMap(([path, importer]) => [
    ...OUT_OF_REACH_OF_BOT.filter((area) => path.startsWith(`src/${area}/`)).map(
      () => `${path}, imported by ${importer}`,
    ),
    ...(byPath.get(path)?.imports ?? [])
      .filter(({ specifier, isType }) => !isType && specifier.startsWith("@kubernetes/client-node"))
      .map(({ specifier }) => `${specifier}, imported by ${path}`),
  ]);
}

/** Relative imports of files that do not exist. */
export function danglingImports(project: Project): readonly string[] {
  const byPath = indexed(project);
  return project.sources.flatMap(({ path, imports }) =>
    imports
      .filter(({ target }) => target !== undefined && /\.[jt]s$/.test(target) && !byPath.has(target))
      .map(({ specifier }) => `${path} imports ${specifier}, which does not exist`),
  );
}

/** Groups of files that need each other to load, each as one round trip. */
export function importCycles(project: Project): readonly string[] {
  const byPath = indexed(project);
  const finished = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start !== -1) cycles.push([...trail.slice(start), path].join(" → "));
    if (start !== -1 || finished.has(path)) return;
    for (const { target, isType } of byPath.get(path)?.imports ?? []) {
      if (target !== undefined && !isType) visit(target, [...trail, path]);
    }
    finished.add(path);
  };
  for (const { path } of project.sources) visit(path, []);
  return cycles;
}

function indexed({ sources }: Project): ReadonlyMap<string, SourceFile> {
  return new Map(sources.map((file) => [file.path, file]));
}
