import { INTERVAL_MS, type CanaryName } from "./names.ts";
import { summarize, type Summary } from "./percentile.ts";
import type { RollbackLatency } from "./results.ts";
import type { Scene } from "./scene.ts";
import { pause, until } from "./wait.ts";

const COMMAND_PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 5;

/** Sends `rollback` for one canary after the other, while the rest go on advancing, and waits for each one's route. */
export async function timeCommands(scene: Scene, canaries: readonly CanaryName[]): Promise<Summary> {
  const latencies: number[] = [];
  for (const canary of canaries) {
    const sentAt = performance.now();
    await scene.commander.send("rollback", canary);
    await untilEmptied(scene, [canary], COMMAND_PATIENCE_MS);
    latencies.push(emptiedAt(scene, canary) - sentAt);
  }
  return summarize(latencies);
}

/** Lets one canary after the other fail, spread over one interval, and waits until all their routes are back at primary. */
export async function timeRollbacks(scene: Scene, canaries: readonly CanaryName[]): Promise<RollbackLatency> {
  const breaches: number[] = [];
  for (const { name } of canaries) {
    breaches.push(performance.now());
    scene.source.worsen(name);
    await pause(INTERVAL_MS / canaries.length);
  }
  await untilEmptied(scene, canaries, 6 * INTERVAL_MS);
  const samples = canaries.map(
    (canary) => emptiedAt(scene, canary) - (scene.source.shownBadAt(canary.name) ?? Number.NaN),
  );
  const all = canaries.map((canary, index) => emptiedAt(scene, canary) - (breaches[index] ?? Number.NaN));
  return { fromSample: summarize(samples), fromBreach: summarize(all) };
}

const emptiedAt = ({ routes }: Scene, { name }: CanaryName): number => routes.emptiedAt(name) ?? Number.NaN;

function untilEmptied({ routes }: Scene, canaries: readonly CanaryName[], timeoutMs: number): Promise<void> {
  const look = (): string => {
    const waiting = canaries.filter(({ name }) => routes.emptiedAt(name) === undefined);
    return waiting.length === 0
      ? "done"
      : `${waiting.length} canaries still have traffic: ${waiting[0]?.name} and others`;
  };
  return until(look, { what: "for the rollback", timeoutMs, everyMs: LOOK_EVERY_MS });
}
