import type { Canary, Strategy } from "../../src/rollout/canary.ts";
import { HOOK_TYPES, type Hook, type HookType } from "../../src/rollout/hook.ts";
import { seconds, weight } from "../../src/units.ts";
import { canary } from "../support/subjects.ts";

const rule = {
  gate: "confirm-promotion",
  group: "",
  count: 1,
  notStarter: true,
  timeout: seconds(120),
  onTimeout: "rollback",
} as const;

const hook = (type: HookType): Hook => ({
  name: type,
  type,
  url: "http://tester.demo/",
  timeout: seconds(10),
  retries: 0,
  insecure: false,
  muteAlert: false,
  metadata: {},
});
const hooks = HOOK_TYPES.map(hook);
const judging = [hook("pre-rollout"), hook("rollout"), hook("rollback"), hook("post-rollout")];

const scaler = {
  kind: "ScaledObject",
  name: "podinfo",
  primaryQueries: {},
  primaryMin: null,
  primaryMax: null,
} as const;
const by = (strategy: Strategy, more: Partial<Canary> = {}): Canary => canary({ ...more, analysis: { strategy } });

/** Canaries of every kind that the engine treats otherwise, by what is particular about them. */
export const DEFINITIONS: Readonly<Record<string, Canary>> = {
  weighted: canary(),
  "weighted, promoted in steps": canary({ analysis: { promotionStep: weight(30) } }),
  "weighted, with an approval": canary({ rollout: { approvals: [rule] } }),
  "weighted, started in chat by two": canary({
    rollout: { start: "chat", approvals: [{ ...rule, count: 2, notStarter: false, timeout: null }] },
  }),
  "weighted, gated at the start": canary({
    rollout: { approvals: [{ ...rule, gate: "confirm-rollout", onTimeout: "hold" }] },
  }),
  "weighted, without analysis": canary({ skipAnalysis: true }),
  "weighted, with a scaler, reverting": canary({ scaler, revertOnDeletion: true }),
  "weighted, with hooks that judge": canary({ analysis: { hooks: judging } }),
  "weighted, mirroring first, with every hook": canary({
    rollout: { approvals: [{ ...rule, timeout: null }] },
    analysis: { hooks, strategy: { kind: "weighted", steps: [weight(50)], mirror: { percent: null } } },
  }),
  "A/B, reverting": by({ kind: "ab-test", iterations: 2, match: [] }, { revertOnDeletion: true }),
  "blue/green, mirroring": by({ kind: "blue-green", iterations: 2, mirror: { percent: weight(50) }, switches: true }),
  "blue/green, without a mesh, with a scaler": by(
    { kind: "blue-green", iterations: 2, mirror: null, switches: false },
    { provider: "kubernetes", scaler },
  ),
};
