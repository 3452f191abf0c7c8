import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readFile } from "node:fs/promises";
import { ROOT } from "./copy-of-project.ts";

/** The two Go modules as they stand, for a copy of the project. */
export async function goModules(): Promise<Readonly<Record<string, string>>> {
  const paths = ["control-plane", "definitions"].flatMap((module) =>
    ["go.mod", "go.sum"].map((name) => `test/cluster/modules/${module}/${name}`),
  );
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(ROOT, path), "utf8")])),
  );
}

const FETCHED = [
  "kubernetes/customresourcedefinitions.gen.yaml",
  "artifacts/flagger/crd.yaml",
  "config/crd/standard/one.yaml",
  "config/crd/bases/keda.sh_scaledobjects.yaml",
];

export interface FakeGo {
  /** What stands for PATH: nothing but this `go`. */
  readonly bin: string;
  /** Packages that were built so far, in order. */
  built(): Promise<readonly string[]>;
}

/**
 * A `go` that writes a script in place of a program, and downloads modules whose content is made up. `duringBuild` is shell
 * that runs when half of a program has been written; `sum` replaces the hash that is told for each module.
 */
export async function fakeGo(folder: string, { duringBuild = "", sum = "" } = {}): Promise<FakeGo> {
  const bin = join(folder, "bin");
  const log = join(folder, "go.log");
  const modules = join(folder, "module");
  for (const path of FETCHED) {
    await mkdir(dirname(join(modules, path)), { recursive: true });
    await writeFile(join(modules, path), "kind: CustomResourceDefinition\n");
  }
  const script = `#!/bin/sh
case "$1" in
  env) printf 'go1.26.0\\nlinux\\namd64\\n' ;;
  mod)
    while read -r path version hash; do
      [ "$path@$version" != "$4" ] || printf '{"Dir": "${modules}", "Sum": "%s"}' "${sum === "" ? "$hash" : sum}"
    done <go.sum
    ;;
  build)
    while [ "$1" != "-o" ]; do shift; done
    printf '#!/bin/sh\\n' >"$2"; /bin/chmod +x "$2"
    ${duringBuild}
    printf 'echo whole\\n' >>"$2"
    echo "$3" >>'${log}'
    ;;
esac
`;
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "go"), script);
  await chmod(join(bin, "go"), 0o755);
  const read = () => readFile(log, "utf8").catch(() => "");
  return { bin, built: async () => (await read()).split("\n").filter((line) => line !== "") };
}
