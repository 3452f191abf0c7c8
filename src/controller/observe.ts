import type { Measurement, MetricCheck } from "../analysis/metric-check.ts";
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

/** Asks the metric source, if there is anything to ask. Rejects when interrupted. */
export async function measure({ measurer }: PassParts, look: Look): Promise<readonly Measurement[]> {
  const { canary, checks, signal } = look;
  return canary === null || checks.length === 0 ? [] : measurer.measure(canary, checks, signal);
}

/** What the caches show, all at one moment, without measuring. */
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
