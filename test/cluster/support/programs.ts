import { accessSync, constants } from "node:fs";
import { join } from "node:path";

export type Program = "etcd" | "kube-apiserver" | "kube-controller-manager" | "kubectl";

/** Where a program is: named by the test runner, or in the folder of Kubernetes' own test environment. */
function find(program: Program): string | undefined {
  const { KUBEBUILDER_ASSETS: assets } = process.env;
  const named = process.env[`TEST_ASSET_${program.toUpperCase().replaceAll("-", "_")}`];
  return [named, assets && join(assets, program)].find((path) => path !== undefined && path !== "" && canRun(path));
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Throws when there is none: a suite that needs it is skipped by `skipWithout`. */
export function pathOf(program: Program): string {
  const path = find(program);
  if (path === undefined) throw new Error(`there is no ${program}: "npm run test:cluster" brings it`);
  return path;
}

/** For a suite's `skip`: false when all of it is there, else the reason. Without names: all of a control plane. */
export function skipWithout(...programs: readonly Program[]): string | false {
  const wanted: readonly Program[] =
    programs.length === 0 ? ["etcd", "kube-apiserver", "kube-controller-manager"] : programs;
  const missing = wanted.filter((program) => find(program) === undefined);
  return missing.length === 0 ? false : `${missing.join(" and ")} missing ("npm run test:cluster" brings it)`;
}
