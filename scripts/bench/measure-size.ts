import { explain } from "../../src/errors.ts";
import { countWindow } from "./count-window.ts";
import { timeCommands, timeRollbacks } from "./latencies.ts";
import { INTERVAL_MS, NEW_TAG } from "./names.ts";
import type { Options, Part } from "./options.ts";
import type { SizeResult, Window } from "./results.ts";
import { patienceFor, raiseScene, type Scene } from "./scene.ts";
import { pause, until } from "./wait.ts";

/** Fewer canaries would give percentiles of a handful. */
const LATENCIES_FROM = 100;
/** Each kind of latency is measured on a quarter of the canaries, at most on so many. */
const LATENCIES_MOST = 100;
const SETTLE_MS = 3_000;
/** Longer than a worker waits before it writes chat's confirmations on their own. */
const QUIET_MS = 6_000;
const EXTRA_WORKERS = 3;
/** Ticks are spread anew when many rollouts or workers join, which takes every canary one tick, and some of them two intervals. */
const SPREAD_MS = 2 * INTERVAL_MS;

export interface SizeOptions extends Pick<Options, "intervals" | "parts"> {
  readonly size: number;
  readonly directory: string;
  readonly say: (what: string) => void;
  readonly onProblem: (problem: string) => void;
}

/** Runs every wanted measurement with this many canaries. What fails is told and left out; the others go on. */
export async function measureSize(options: SizeOptions): Promise<SizeResult> {
  const { size, parts, say, onProblem, intervals } = options;
  const scene = await raiseScene(options);
  try {
    const attempt = async <T>(part: Part, measure: () => Promise<T>): Promise<T | null> => {
      if (!parts.has(part)) return null;
      say(`measuring: ${part}`);
      return measure().catch((error: unknown) => {
        onProblem(`${part} with ${size} canaries: ${explain(error)}`);
        return null;
      });
    };
    const one = (): Promise<Window> => countWindow(scene, { intervals, workers: [scene.worker] });
    await untilQuiet(scene);
    const idle = await attempt("idle", one);
    if (needsLive(parts)) await startAll(scene, options);
    const advancing = await attempt("advancing", one);
    const fourWorkers = await attempt("workers", () => withFourWorkers(scene, intervals));
    const chosen = (turn: number) => someCanaries(scene, turn);
    const timed = size >= LATENCIES_FROM;
    const command = timed ? await attempt("command", () => timeCommands(scene, chosen(0))) : null;
    const rollback = timed ? await attempt("rollback", () => timeRollbacks(scene, chosen(1))) : null;
    const redisDown = timed ? await attempt("redis-down", () => withoutRedis(scene, chosen(2))) : null;
    const refused = scene.source.refused();
    if (refused.length > 0) onProblem(`the metric source did not understand ${refused.length} queries: ${refused[0]}`);
    return { size, idle, advancing, fourWorkers, command, rollback, redisDown };
  } finally {
    say("stopping");
    await scene.stop();
  }
}

/** Waits until what the bootstrap left behind (Kubernetes Events above all, which are sent slowly) has been sent. */
async function untilQuiet({ cluster }: Scene): Promise<void> {
  const sent = async (): Promise<number> => (await cluster.requests()).reduce((sum, { count }) => sum + count, 0);
  let before = Number.NaN;
  const look = async (): Promise<string> => {
    const now = await sent();
    const state = now === before ? "done" : `${now - before} requests within ${QUIET_MS / 1000} s`;
    before = now;
    return state;
  };
  await until(look, { what: "for the worker to become quiet", timeoutMs: 180_000, everyMs: QUIET_MS });
}

const needsLive = (parts: ReadonlySet<Part>): boolean =>
  (["advancing", "workers", "command", "rollback", "redis-down"] as const).some((part) => parts.has(part));

/** Starts a rollout of every canary and waits until each has traffic and a tick of its own. */
export async function startAll(
  { commander, canaries, routes }: Scene,
  { say }: Pick<SizeOptions, "say">,
): Promise<void> {
  say("starting a rollout of every canary");
  for (const canary of canaries) await commander.send("start", canary, NEW_TAG);
  const look = (): string => {
    const waiting = canaries.filter(({ name }) => routes.weightOf(name) === 0);
    return waiting.length === 0 ? "done" : `${waiting.length} canaries have none, ${waiting[0]?.name} among them`;
  };
  await until(look, { what: "for traffic to all canaries", timeoutMs: patienceFor(canaries.length), everyMs: 100 });
  await pause(SPREAD_MS);
}

/** A share of the canaries that no other turn has touched. */
function someCanaries({ canaries }: Scene, turn: number): Scene["canaries"] {
  const count = Math.min(LATENCIES_MOST, Math.floor(canaries.length / 4));
  return canaries.slice(turn * count, (turn + 1) * count);
}

async function withFourWorkers(scene: Scene, intervals: number): Promise<Window> {
  const starting = await Promise.allSettled(Array.from({ length: EXTRA_WORKERS }, () => scene.addWorker()));
  const more = starting.flatMap((started) => (started.status === "fulfilled" ? [started.value] : []));
  try {
    const failed = starting.find((started) => started.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    await pause(SPREAD_MS);
    return await countWindow(scene, { intervals, workers: [scene.worker, ...more] });
  } finally {
    await Promise.all(more.map((worker) => worker.stop()));
    await pause(SPREAD_MS);
  }
}

async function withoutRedis(scene: Scene, canaries: Scene["canaries"]) {
  scene.redis.kill("SIGKILL");
  await pause(SETTLE_MS);
  return timeRollbacks(scene, canaries);
}
