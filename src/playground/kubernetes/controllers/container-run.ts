import { timestamp } from "../clock.ts";
import type { JsonObject } from "../json.ts";
import { compact } from "../json.ts";
import type { ImageBehaviour } from "../options.ts";

const FIRST_RESTART_MS = 500;
const BACK_OFF_MS = 10_000;
const LONGEST_BACK_OFF_MS = 300_000;
/** How long the first failure is shown as ErrImagePull before it becomes a back-off. */
const PULL_ERROR_MS = 1000;

interface Exit {
  readonly startedAt: number;
  readonly finishedAt: number;
}

type Phase =
  | { readonly kind: "new" }
  | { readonly kind: "pull-failed"; readonly reason: string; readonly failedAt: number; readonly retryAt: number }
  | { readonly kind: "running"; readonly startedAt: number; readonly behaviour: ImageBehaviour }
  | { readonly kind: "crashed"; readonly exit: Exit; readonly restartAt: number };

/** One container of one pod, as its kubelet knows it. */
export interface ContainerRun {
  readonly name: string;
  readonly image: string;
  readonly phase: Phase;
  readonly crashes: number;
  readonly pulls: number;
  readonly lastExit: Exit | undefined;
}

export function newContainer(name: string, image: string): ContainerRun {
  return { name, image, phase: { kind: "new" }, crashes: 0, pulls: 0, lastExit: undefined };
}

function backOff(failures: number): number {
  return Math.min(BACK_OFF_MS * 2 ** Math.max(0, failures - 1), LONGEST_BACK_OFF_MS);
}

/** The container after everything that was due by now. */
export function advance(run: ContainerRun, now: number, image: (image: string) => ImageBehaviour): ContainerRun {
  const { phase } = run;
  switch (phase.kind) {
    case "new":
      return start(run, now, image(run.image));
    case "pull-failed":
      return now >= phase.retryAt ? start(run, now, image(run.image)) : run;
    case "crashed":
      return now >= phase.restartAt ? start(run, now, image(run.image)) : run;
    case "running":
      return phase.behaviour.kind === "crashes" && now >= phase.startedAt + phase.behaviour.afterMs
        ? crash(run, phase.startedAt, now)
        : run;
  }
}

function start(run: ContainerRun, now: number, behaviour: ImageBehaviour): ContainerRun {
  if (behaviour.kind === "pull-fails") {
    const pulls = run.pulls + 1;
    return {
      ...run,
      pulls,
      phase: { kind: "pull-failed", reason: behaviour.reason, failedAt: now, retryAt: now + backOff(pulls) },
    };
  }
  return { ...run, phase: { kind: "running", startedAt: now, behaviour } };
}

function crash(run: ContainerRun, startedAt: number, now: number): ContainerRun {
  const exit = { startedAt, finishedAt: now };
  const crashes = run.crashes + 1;
  return {
    ...run,
    crashes,
    lastExit: exit,
    phase: { kind: "crashed", exit, restartAt: now + (crashes === 1 ? FIRST_RESTART_MS : backOff(crashes - 1)) },
  };
}

/** Only the first failure is shown as an error; later ones are back-offs at once. */
function showsPullError(run: ContainerRun, failedAt: number, now: number): boolean {
  return run.pulls === 1 && now < failedAt + PULL_ERROR_MS;
}

/** When something about the container changes by itself, in epoch milliseconds; undefined when nothing does. */
export function nextChange(run: ContainerRun, now: number): number | undefined {
  const { phase } = run;
  switch (phase.kind) {
    case "new":
      return now;
    case "pull-failed":
      return showsPullError(run, phase.failedAt, now) ? phase.failedAt + PULL_ERROR_MS : phase.retryAt;
    case "crashed":
      return phase.restartAt;
    case "running": {
      if (phase.behaviour.kind !== "ready" && phase.behaviour.kind !== "crashes") return undefined;
      const due = phase.startedAt + phase.behaviour.afterMs;
      return phase.behaviour.kind === "ready" && now >= due ? undefined : due;
    }
  }
}

export function isContainerReady(run: ContainerRun, now: number): boolean {
  return (
    run.phase.kind === "running" &&
    run.phase.behaviour.kind === "ready" &&
    now >= run.phase.startedAt + run.phase.behaviour.afterMs
  );
}

export function hasStarted(run: ContainerRun): boolean {
  return run.phase.kind === "running" || run.phase.kind === "crashed";
}

function exited({ startedAt, finishedAt }: Exit): JsonObject {
  return { exitCode: 1, reason: "Error", startedAt: timestamp(startedAt), finishedAt: timestamp(finishedAt) };
}

/** The container's `state`, as `kubectl describe pod` shows it. */
export function stateOf(run: ContainerRun, now: number): JsonObject {
  const { phase } = run;
  switch (phase.kind) {
    case "new":
      return { waiting: { reason: "ContainerCreating" } };
    case "running":
      return { running: { startedAt: timestamp(phase.startedAt) } };
    case "pull-failed":
      return showsPullError(run, phase.failedAt, now)
        ? { waiting: { reason: "ErrImagePull", message: phase.reason } }
        : {
            waiting: {
              reason: "ImagePullBackOff",
              message: `Back-off pulling image "${run.image}": ErrImagePull: ${phase.reason}`,
            },
          };
    case "crashed": {
      if (run.crashes === 1) return { terminated: exited(phase.exit) };
      const seconds = Math.round((phase.restartAt - phase.exit.finishedAt) / 1000);
      return {
        waiting: {
          reason: "CrashLoopBackOff",
          message: `back-off ${seconds}s restarting failed container=${run.name}`,
        },
      };
    }
  }
}

/** One entry of `status.containerStatuses`. */
export function containerStatus(run: ContainerRun, now: number): JsonObject {
  const restarts = run.phase.kind === "crashed" ? run.crashes - 1 : run.crashes;
  const lastState =
    run.lastExit === undefined || (run.phase.kind === "crashed" && run.crashes === 1)
      ? {}
      : { terminated: exited(run.lastExit) };
  return compact({
    name: run.name,
    state: stateOf(run, now),
    lastState,
    ready: isContainerReady(run, now),
    restartCount: restarts,
    image: run.image,
    imageID: hasStarted(run) ? `emulated://${run.image}` : "",
    containerID: hasStarted(run) ? `emulated://${run.name}-${run.crashes}` : undefined,
    started: run.phase.kind === "running",
  });
}
