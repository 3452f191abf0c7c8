import type { Canary } from "./canary.ts";
import type { Affinity, Rollout } from "./rollout.ts";

const LETTERS = 10;

/**
 * The record with the cookies that its route needs: a run has its own from its first traffic on, and when the traffic is gone that
 * cookie is the one to take off people again. The same record when nothing has to change.
 */
export function withAffinity({ analysis }: Canary, rollout: Rollout): Rollout {
  const { affinity, route } = rollout;
  const plan = analysis.strategy.kind === "weighted" ? analysis.affinity : null;
  const used = affinity.cookie !== "" || affinity.primaryCookie !== "";
  if (plan === null || route.weight === 0) {
    return used ? { ...rollout, affinity: put(affinity, "", "", affinity.cookie) } : rollout;
  }
  const cookie = `${plan.cookieName}=${valueFor(rollout, "canary")}`;
  const primary = plan.primaryCookieName === null ? "" : `${plan.primaryCookieName}=${valueFor(rollout, "primary")}`;
  if (affinity.cookie === cookie && affinity.primaryCookie === primary) return rollout;
  return { ...rollout, affinity: put(affinity, cookie, primary, affinity.previousCookie) };
}

function put(before: Affinity, cookie: string, primaryCookie: string, previousCookie: string): Affinity {
  return { ...before, cookie, primaryCookie, previousCookie };
}

/** Ten letters that follow from rollout and revision, so that every worker gives the same. No secret: whoever knows it gets a version. */
function valueFor({ id, revision }: Rollout, side: string): string {
  let text = "";
  for (let index = 0; index < LETTERS; index += 1) {
    text += String.fromCharCode(97 + (mix(`${id}/${revision.hash}/${side}/${index}`) % 26));
  }
  return text;
}

/** FNV-1a with a final mix, 32 bits. */
function mix(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;
  return (state ^ (state >>> 13)) >>> 0;
}
