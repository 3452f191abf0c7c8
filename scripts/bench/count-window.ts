import type { ProductProcess } from "../../src/playground/stage/product.ts";
import { requestsBetween, type RequestCount } from "./counting.ts";
import { INTERVAL_MS } from "./names.ts";
import type { Window } from "./results.ts";
import type { Scene } from "./scene.ts";
import { usageOf } from "./usage.ts";
import { pause } from "./wait.ts";

/** How our workers name themselves to the API server. */
const USER_AGENT = "coalmine";

export interface WindowOptions {
  readonly intervals: number;
  readonly workers: readonly ProductProcess[];
  /** Queries so far; default: those at the stand-in. */
  readonly queries?: () => Promise<number>;
}

interface Reading {
  readonly at: number;
  readonly requests: readonly RequestCount[];
  readonly raises: number;
  readonly queries: number;
  readonly cpuMs: number;
  readonly rssMiB: number;
  readonly emulatorCpuMs: number;
}

/** Ticks stand on multiples of the interval and on even parts of it: a window that began there would cut some of them in two. */
const BEFORE_TICKS_MS = 30;

function untilBetweenTicks(): Promise<void> {
  return pause(INTERVAL_MS - ((Date.now() + BEFORE_TICKS_MS) % INTERVAL_MS));
}

/** Counts for so many whole intervals, in which every live canary has exactly that many ticks. */
export async function countWindow(scene: Scene, options: WindowOptions): Promise<Window> {
  await untilBetweenTicks();
  const before = await read(scene, options);
  await pause(options.intervals * INTERVAL_MS - (performance.now() - before.at));
  const after = await read(scene, options);
  return {
    due: scene.canaries.length * options.intervals,
    advanced: after.raises - before.raises,
    seconds: (after.at - before.at) / 1000,
    requests: requestsBetween(before.requests, after.requests, USER_AGENT),
    queries: after.queries - before.queries,
    cpuMs: after.cpuMs - before.cpuMs,
    rssMiB: after.rssMiB,
    emulatorCpuMs: after.emulatorCpuMs - before.emulatorCpuMs,
  };
}

async function read(scene: Scene, { workers, queries }: WindowOptions): Promise<Reading> {
  const at = performance.now();
  const raises = scene.routes.raises();
  const [requests, asked, emulator, ...usages] = await Promise.all([
    scene.cluster.requests(),
    queries?.() ?? scene.source.queries(),
    usageOf(scene.cluster.pid),
    ...workers.map((worker) => usageOf(worker.pid())),
  ]);
  return {
    at,
    requests,
    raises,
    queries: asked,
    cpuMs: usages.reduce((sum, usage) => sum + usage.cpuMs, 0),
    rssMiB: usages[0]?.rssMiB ?? Number.NaN,
    emulatorCpuMs: emulator.cpuMs,
  };
}
