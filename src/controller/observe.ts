import type { MetricCheck } from "../analysis/metric-check.ts";
import type { Canary } from "../rollout/canary.ts";
import type { Observation } from "../rollout/observation.ts";
import type { PassParts } from "./parts.ts";

export interface Look {
  /** `null`: the manifest was not understood, so there is nothing to look at. */
  readonly canary: Canary | null;
  readonly checks: readonly MetricCheck[];
  /** Interrupts the measuring; what was only half measured is never judged. */
  readonly signal: AbortSignal;
}

/**
 * Looks at everything that `decide` wants to know. Measures first and reads the caches after that, all at one moment, so that
 * the picture is as it was when it was decided on. Rejects when interrupted.
 */
export async function observe(parts: PassParts, { canary, checks, signal }: Look): Promise<Observation> {
  if (canary === null || checks.length === 0) return glance(parts, canary);
  const measurements = await parts.measurer.measure(canary, checks, signal);
  return { ...glance(parts, canary), measurements };
}

/** What the caches show, without measuring. */
export function glance(parts: PassParts, canary: Canary | null): Observation {
  const moment = { observedAt: parts.now(), slots: parts.slots(), measurements: [] };
  if (canary === null) return { ...blank, ...moment };
  return {
    ...moment,
    target: parts.reader.target(canary),
    primary: parts.reader.primary(canary),
    services: parts.reader.services(canary),
    route: parts.router.observe(canary),
  };
}

const blank = {
  target: null,
  primary: null,
  services: { ready: false, apexSelects: "absent" },
  route: { kind: "absent" },
} as const;
