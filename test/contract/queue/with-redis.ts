import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { silentLog } from "../../../src/playground/services/log.ts";
import { startRedis, type PrivateRedis } from "../../../src/playground/services/redis.ts";

/** A real Redis for the tests of one describe block; `redis()` answers it once they run. */
export function withRedis(): () => PrivateRedis {
  let directory: string;
  let server: PrivateRedis | undefined;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "coalmine-queue-"));
    server = await startRedis({ directory, log: silentLog });
  });
  after(async () => {
    await server?.stop();
    await rm(directory, { recursive: true, force: true });
  });
  return () => {
    if (server === undefined) throw new Error("redis is not up yet");
    return server;
  };
}

/** Collects what is undone after the tests of a block, last first. */
export function cleanup(): (undo: () => unknown) => void {
  const undone: (() => unknown)[] = [];
  after(async () => {
    for (const undo of undone.toReversed()) await undo();
  });
  return (undo) => void undone.push(undo);
}

export const quiet = { debug() {}, info() {}, warn() {}, error() {} };
