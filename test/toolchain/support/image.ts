import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Stage } from "./dockerfile.ts";
import { run } from "./run.ts";

export interface BuiltImage {
  /** The folder that stands for the root of the last stage's file system, beyond what its base image brings. */
  readonly root: string;
  /** WORKDIR of the last stage, inside `root`. */
  readonly workdir: string;
  remove(): Promise<void>;
}

interface Recipe {
  readonly stages: readonly Stage[];
  /** Files of the build context, from its root, and where that is. */
  readonly context: string;
  readonly files: readonly string[];
}

/**
 * Does what a builder would do, stage by stage, in folders instead of containers: copies what COPY names and runs what
 * RUN says. The base images are not there; Node and npm are those of this machine.
 */
export async function buildInFolders({ stages, context, files }: Recipe): Promise<BuiltImage> {
  const folder = await mkdtemp(join(tmpdir(), "coalmine-image-"));
  const rootOf = (stage: Stage, index: number): string => join(folder, stage.name || `stage-${index}`);
  let last = { root: folder, workdir: folder };
  for (const [index, stage] of stages.entries()) {
    const root = rootOf(stage, index);
    let workdir = root;
    for (const { name, value } of stage.instructions) {
      if (name === "WORKDIR") {
        workdir = join(root, value);
        await mkdir(workdir, { recursive: true });
      }
      if (name === "COPY") await copy({ value, workdir, context, files, folder });
      if (name === "RUN") await runOrThrow(value, workdir);
    }
    last = { root, workdir };
  }
  return { ...last, remove: () => rm(folder, { recursive: true, force: true }) };
}

interface Copy {
  readonly value: string;
  readonly workdir: string;
  readonly context: string;
  readonly files: readonly string[];
  readonly folder: string;
}

async function copy({ value, workdir, context, files, folder }: Copy): Promise<void> {
  const words = value.split(" ");
  const from = words[0]?.startsWith("--from=") ? words.shift()?.slice("--from=".length) : undefined;
  const target = words.pop() ?? ".";
  for (const source of words) {
    // A builder copies a folder's content, and a file into a target that ends in a slash.
    const into = target.endsWith("/") && /\.\w+$/.test(source) ? join(target, source.split("/").at(-1) ?? "") : target;
    if (from !== undefined) await cp(join(folder, from, source), join(workdir, into), { recursive: true });
    else await copyFromContext({ source, into: join(workdir, into), context, files });
  }
}

interface ContextCopy {
  readonly source: string;
  readonly into: string;
  readonly context: string;
  readonly files: readonly string[];
}

async function copyFromContext({ source, into, context, files }: ContextCopy): Promise<void> {
  const found = files.filter((file) => file === source || file.startsWith(`${source}/`));
  if (found.length === 0) throw new Error(`COPY ${source}: the build context has no such file`);
  for (const file of found) {
    const target = file === source ? into : join(into, file.slice(source.length));
    await mkdir(dirname(target), { recursive: true });
    await cp(join(context, file), target);
  }
}

async function runOrThrow(command: string, cwd: string): Promise<void> {
  const { code, output } = await run("/bin/sh", ["-c", command], { cwd });
  if (code !== 0) throw new Error(`RUN ${command} ended with code ${code}:\n${output}`);
}
