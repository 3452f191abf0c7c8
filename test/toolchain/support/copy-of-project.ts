import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const ROOT = join(import.meta.dirname, "../../..");

export interface ProjectCopy {
  readonly folder: string;
  remove(): Promise<void>;
}

/** A temporary project with our scripts, manifest and packages, and `files` of the test in place of src and test. */
export async function copyOfProject(files: Readonly<Record<string, string>>): Promise<ProjectCopy> {
  const folder = await mkdtemp(join(tmpdir(), "coalmine-project-"));
  for (const name of ["scripts", ".ci", "package.json", "package-lock.json", "tsconfig.json", ".oxlintrc.json"]) {
    await cp(join(ROOT, name), join(folder, name), { recursive: true });
  }
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
