import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Writes a kubeconfig where a client can read it. */
export async function writeKubeconfig(text: string) {
  const folder = await mkdtemp(join(tmpdir(), "coalmine-"));
  const path = join(folder, "kubeconfig");
  await writeFile(path, text);
  return { path, remove: () => rm(folder, { recursive: true }) };
}
