import type { Canary } from "../rollout/canary.ts";
import type { HookAnswer, HookCall } from "../rollout/hook.ts";
import type { Observation } from "../rollout/observation.ts";
import type { Asking } from "../rollout/questions.ts";
import type { PassParts } from "./parts.ts";

export interface Look extends Asking {
  /** `null`: the manifest was not understood, so there is nothing to look at. */
  readonly canary: Canary | null;
  /** Interrupts the measuring; what was only half measured is never judged. */
  readonly signal: AbortSignal;
}

/** What others answered: metric sources and webhooks. */
export type Answers = Pick<Observation, "measurements" | "hooks">;

/** Asks metric sources and webhooks side by side, if there is anything to ask. Rejects when interrupted. */
export async function ask({ measurer, hooks }: PassParts, look: Look): Promise<Answers> {
  const { canary, checks, signal } = look;
  const [measurements, answers] = await Promise.all([
    canary === null || checks.length === 0 ? [] : measurer.measure(canary, checks, signal),
    callInTurn(hooks, look.hooks, signal),
  ]);
  return { measurements, hooks: answers };
}

/** One after another; of one type only until the first that fails, for `rollback` until the first that succeeds. */
async function callInTurn(
  caller: PassParts["hooks"],
  calls: readonly HookCall[],
  signal: AbortSignal,
): Promise<readonly HookAnswer[]> {
  const answers: HookAnswer[] = [];
  for (const call of calls) {
    const { type } = call.hook;
    const decided = answers.some((answer) => answer.type === type && answer.ok === (type === "rollback"));
    if (!decided) answers.push(await caller.call(call, signal));
  }
  return answers;
}

/** What the caches show, all at one moment, without measuring. */
export function glance(parts: PassParts, canary: Canary | null): Observation {
  const moment = { observedAt: parts.now(), slots: parts.slots(), measurements: [], hooks: [] };
  if (canary === null) return { ...blank, ...moment };
  return {
    ...moment,
    target: parts.reader.target(canary),
    primary: parts.reader.primary(canary),
    services: parts.reader.services(canary),
    route: parts.router.observe(canary),
    scaler: parts.reader.scaler(canary),
    kept: parts.reader.kept(canary),
  };
}

const blank = {
  target: null,
  primary: null,
  services: { ready: false, apexSelects: "absent" },
  route: { kind: "absent" },
  scaler: null,
  kept: [],
} as const;
