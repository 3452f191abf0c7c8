import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { canRun } from "../setup/can-run.mjs";
import { say, step } from "../setup/progress.mjs";
import { cacheFolder, hasGo, pinsOf, runGo } from "./go.mjs";

const MODULE = "control-plane";

/**
 * The programs of a control plane, and the packages they are built from. `variable` says where one is, as Kubernetes' own
 * test environment has it; without it, a program is looked for in KUBEBUILDER_ASSETS.
 */
const PROGRAMS = [
  { name: "etcd", variable: "TEST_ASSET_ETCD", from: "go.etcd.io/etcd/server/v3" },
  { name: "kube-apiserver", variable: "TEST_ASSET_KUBE_APISERVER", from: "k8s.io/kubernetes/cmd/kube-apiserver" },
  {
    name: "kube-controller-manager",
    variable: "TEST_ASSET_KUBE_CONTROLLER_MANAGER",
    from: "k8s.io/kubernetes/cmd/kube-controller-manager",
  },
  { name: "kubectl", variable: "TEST_ASSET_KUBECTL", from: "k8s.io/kubernetes/cmd/kubectl" },
];

/** A build that has not touched its file for so long was interrupted. */
const ABANDONED_MS = 2 * 3_600_000;
const UNFINISHED = ".unfinished-";

/**
 * The variables that say where each program is: from the environment, from KUBEBUILDER_ASSETS, else built once from the
 * pinned modules. A program that can be had from nowhere is left out, and one line says so.
 */
export async function bringControlPlane(env) {
  const given = PROGRAMS.map((program) => ({ ...program, path: givenPath(program, env) }));
  const lacking = given.filter(({ path }) => path === undefined);
  if (lacking.length === 0) return variables(given);

  const names = lacking.map(({ name }) => name).join(", ");
  const where = env.KUBEBUILDER_ASSETS ? `KUBEBUILDER_ASSETS=${env.KUBEBUILDER_ASSETS} has no ${names}` : "";
  if (!hasGo(env)) {
    const advice = "install Go 1.21 or newer, or set KUBEBUILDER_ASSETS to a folder that holds them";
    say(
      `${where || `no KUBEBUILDER_ASSETS and no Go to build ${names}`}: the tests that need them are skipped by name (${advice}).`,
    );
    return variables(given.filter(({ path }) => path !== undefined));
  }
  if (where) say(`${where}: taking our own build.`);
  const folder = await programFolder(env);
  for (const program of lacking) program.path = join(folder, program.name);
  await buildMissing(lacking, { folder, env });
  return variables(given);
}

function variables(programs) {
  return Object.fromEntries(programs.map(({ variable, path }) => [variable, path]));
}

function givenPath({ name, variable }, env) {
  const places = [env[variable], env.KUBEBUILDER_ASSETS && join(env.KUBEBUILDER_ASSETS, name)];
  return places.find((place) => place && canRun(place, env));
}

async function programFolder(env) {
  const compiler = await runGo(MODULE, ["env", "GOVERSION", "GOOS", "GOARCH"], env);
  const ingredients = [...pinsOf(MODULE), compiler, ...linkerFlags(), ...PROGRAMS.map(({ from }) => from)];
  return cacheFolder({ kind: MODULE, ingredients, env });
}

/** Builds one after the other what the folder lacks. Each appears under its name only when it is complete. */
async function buildMissing(programs, { folder, env }) {
  mkdirSync(folder, { recursive: true });
  removeAbandoned(folder);
  const missing = programs.filter(({ path }) => !canRun(path, env));
  for (const [index, { name, from, path }] of missing.entries()) {
    const title = `building ${name} (${index + 1} of ${missing.length}, once; kept in ${folder})`;
    const unfinished = join(folder, `${UNFINISHED}${name}-${randomUUID()}`);
    try {
      const flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", `-ldflags=${linkerFlags().join(" ")}`];
      await step(title, () => runGo(MODULE, ["build", ...flags, "-o", unfinished, from], env));
      renameSync(unfinished, path);
    } finally {
      rmSync(unfinished, { force: true });
    }
  }
}

/** No debug information, and the version that the programs say they are. */
function linkerFlags() {
  const version = /^\tk8s\.io\/kubernetes (v(\d+)\.(\d+)\.\S+)$/m.exec(pinsOf(MODULE)[0]);
  if (version === null) throw new Error("test/cluster/modules/control-plane/go.mod does not require k8s.io/kubernetes");
  const [, gitVersion, gitMajor, gitMinor] = version;
  const values = Object.entries({ gitVersion, gitMajor, gitMinor, gitTreeState: "archive" });
  const packages = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];
  return ["-s", "-w", ...packages.flatMap((path) => values.map(([key, value]) => `-X ${path}.${key}=${value}`))];
}

/** What killed builds left behind. Another build that is under way is left alone. */
function removeAbandoned(folder) {
  for (const name of readdirSync(folder).filter((entry) => entry.startsWith(UNFINISHED))) {
    const path = join(folder, name);
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Infinity };
    if (Date.now() - mtimeMs > ABANDONED_MS) rmSync(path, { force: true });
  }
}
