import type { Canary } from "../../../src/rollout/canary.ts";
import type { RolloutEvent } from "../../../src/rollout/event.ts";
import type { News } from "../../../src/rollout/news.ts";
import { canary, REF, T0 } from "../../support/subjects.ts";

/** News of an event, as the shell tells it. */
export function news(
  event: RolloutEvent,
  alerts: Canary["analysis"]["alerts"] = [],
  message = "Something happened.",
): News {
  return {
    ref: REF,
    canary: canary({ analysis: { alerts } }),
    event,
    at: T0,
    type: "Normal",
    message,
    phase: "Progressing",
    checksum: "0123456789abcdef",
    key: `${REF.uid}/7`,
  };
}
