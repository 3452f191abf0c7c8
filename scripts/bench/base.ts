import { raiseScene } from "./scene.ts";
import type { Base } from "./results.ts";
import { usageOf } from "./usage.ts";
import { pause } from "./wait.ts";

const SETTLE_MS = 5_000;

export interface BaseOptions {
  readonly directory: string;
  readonly seconds: number;
  readonly say: (what: string) => void;
}

/** What a worker costs that has nothing to look after. */
export async function measureBase({ directory, seconds, say }: BaseOptions): Promise<Base> {
  const scene = await raiseScene({ size: 0, directory, say });
  try {
    await pause(SETTLE_MS);
    say("measuring: base");
    const before = await usageOf(scene.worker.pid());
    await pause(seconds * 1000);
    const after = await usageOf(scene.worker.pid());
    return { cpuMsPerSecond: (after.cpuMs - before.cpuMs) / seconds, rssMiB: after.rssMiB };
  } finally {
    await scene.stop();
  }
}
