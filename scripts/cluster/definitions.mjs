import { randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { say, step } from "../setup/progress.mjs";
import { cacheFolder, hasGo, pinsOf, runGo } from "./go.mjs";

const MODULE = "definitions";

/** Other projects' definitions: the module that holds them, and which of its files or folders are wanted, under which name. */
const SOURCES = [
  { name: "istio", module: "istio.io/api", path: "kubernetes/customresourcedefinitions.gen.yaml" },
  { name: "peer", module: "github.com/fluxcd/flagger", path: "artifacts/flagger/crd.yaml" },
  { name: "gateway-api", module: "sigs.k8s.io/gateway-api", path: "config/crd/standard" },
  { name: "keda", module: "github.com/kedacore/keda/v2", path: "config/crd/bases/keda.sh_scaledobjects.yaml" },
];

/**
 * The variable that names a folder with a subfolder for each source, filled once from the pinned modules. Go checks each
 * module against our go.sum. Without Go there is no such folder, and one line says so.
 */
export async function bringDefinitions(env) {
  const ingredients = [...pinsOf(MODULE), JSON.stringify(SOURCES)];
  const folder = cacheFolder({ kind: MODULE, ingredients, env });
  if (!existsSync(folder)) {
    if (!hasGo(env)) {
      say(
        "no Go to fetch other projects' CRDs (Istio, Flagger, Gateway API, KEDA): the tests that need them are skipped by name.",
      );
      return {};
    }
    await step("fetching other projects' CRDs as Go modules (once)", () => fill(folder, env));
  }
  return { COALMINE_CLUSTER_DEFINITIONS: folder };
}

/** Fills a folder of another name first, so that a half filled one is never taken for a whole one. */
async function fill(folder, env) {
  const unfinished = `${folder}.unfinished-${randomUUID()}`;
  try {
    for (const { name, module, path } of SOURCES) {
      const source = join(await fetchModule(module, env), path);
      const isFile = path.endsWith(".yaml");
      const target = join(unfinished, name, isFile ? basename(path) : "");
      mkdirSync(dirname(target), { recursive: true });
      cpSync(source, target, { recursive: true });
    }
    renameUnlessThere(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** The folder of one module at its pinned version. Throws when its hash is not the one in our go.sum. */
async function fetchModule(module, env) {
  const [goMod, goSum] = pinsOf(MODULE);
  const version = goMod.split("\n").flatMap((line) => {
    const [path, pinned] = line.trim().split(" ");
    return path === module ? [pinned] : [];
  })[0];
  const { Dir, Sum } = JSON.parse(await runGo(MODULE, ["mod", "download", "-json", `${module}@${version}`], env));
  if (!goSum.includes(`${module} ${version} ${Sum}\n`)) throw new Error(`${module}@${version} is not what go.sum pins`);
  return Dir;
}

/** Somebody else may have filled it meanwhile, with the same. */
function renameUnlessThere(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
