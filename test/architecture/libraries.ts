import { isBuiltin } from "node:module";
import { areaOf } from "./directions.ts";
import type { Project } from "./project.ts";

interface Fence {
  readonly library: RegExp;
  /** Where it may be imported: beginnings of paths below src. */
  readonly inside: readonly string[];
  /** Types cost nothing at run time; for some libraries they may be used everywhere. */
  readonly typesAnywhere: boolean;
}

const FENCES: readonly Fence[] = [
  { library: /^@slack\//, inside: ["slack/"], typesAnywhere: true },
  { library: /^@kubernetes\/client-node/, inside: ["kubernetes/"], typesAnywhere: false },
  { library: /^bullmq/, inside: ["queue/"], typesAnywhere: false },
  { library: /^ioredis/, inside: ["queue/", "snapshots/", "slack/chat-state"], typesAnywhere: false },
  { library: /^undici/, inside: ["kubernetes/", "metric-providers/", "outbound/"], typesAnywhere: false },
  { library: /^pino/, inside: ["telemetry/"], typesAnywhere: false },
];

/** Libraries used outside the folder that hides them. The playground is a program of its own and free. */
export function libraryEscapes({ sources }: Project): readonly string[] {
  return product(sources).flatMap(({ path, imports }) =>
    imports
      .filter(({ specifier, isType }) =>
        FENCES.some(
          ({ library, inside, typesAnywhere }) =>
            library.test(specifier) &&
            !inside.some((place) => path.startsWith(`src/${place}`)) &&
            !(isType && typesAnywhere),
        ),
      )
      .map(({ specifier }) => `${path} imports ${specifier}`),
  );
}

/** Product code that needs what the image does not have: it is built with the dependencies alone. */
export function undeclaredLibraries({ sources, dependencies }: Project): readonly string[] {
  return product(sources).flatMap(({ path, imports }) =>
    imports
      .filter(({ specifier, target }) => target === undefined && !isBuiltin(specifier))
      .filter(({ specifier }) => !dependencies.includes(packageOf(specifier)))
      .map(({ specifier }) => `${path} imports ${specifier}, which is not among the dependencies`),
  );
}

/** Node's own modules are written with their prefix. */
export function bareBuiltins({ sources }: Project): readonly string[] {
  return sources.flatMap(({ path, imports }) =>
    imports
      .filter(({ specifier }) => isBuiltin(specifier) && !specifier.startsWith("node:"))
      .map(({ specifier }) => `${path} imports ${specifier} without node:`),
  );
}

function product(sources: Project["sources"]): Project["sources"] {
  return sources.filter(({ path }) => !["playground", "playground.ts"].includes(areaOf(path)));
}

/** "@slack/bolt" for "@slack/bolt/dist/x", "zod" for "zod/v4". */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
