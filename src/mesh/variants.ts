import type { Canary, SessionAffinity, TrafficCondition } from "../rollout/canary.ts";
import type { SetRoute } from "./router.ts";

/** What is asked of our rules. */
export type Asked = Pick<SetRoute, "weight" | "mirrored" | "audience" | "affinity">;

/** Rules that stand before a main rule and take some requests out of it, in this order. */
export type Role = "canary-cookie" | "primary-cookie" | "previous-cookie" | "matched";

/** `Set-Cookie` on answers of the two destinations; empty: none. */
export interface Cookies {
  readonly primary: string;
  readonly canary: string;
}

export interface Variant {
  readonly role: Role;
  /** Any of these; never empty. */
  readonly when: readonly TrafficCondition[];
  /** Percent to the canary. */
  readonly weight: number;
  readonly cookies: Cookies;
}

/** Names of derived rules; a main rule has none, or its author's. */
const PREFIX = "coalmine-";
export const nameFor = (role: Role): string => `${PREFIX}${role}`;
export const isVariantName = (name: unknown): name is string => typeof name === "string" && name.startsWith(PREFIX);

const NO_COOKIES: Cookies = { primary: "", canary: "" };

/** What the main rule does: with a matched audience it keeps everybody else on primary. */
export function mainShare(canary: Canary, asked: Asked): { readonly weight: number; readonly cookies: Cookies } {
  if (asked.audience === "matched") return { weight: 0, cookies: NO_COOKIES };
  return { weight: asked.weight, cookies: mainCookies(canary, asked) };
}

function mainCookies({ analysis }: Canary, { weight, affinity: { cookie, primaryCookie } }: Asked): Cookies {
  const { affinity: plan, interval } = analysis;
  if (plan === null || weight === 0) return NO_COOKIES;
  // Primary's cookie lasts one interval: until the next step draws lots again.
  const seconds = Math.max(1, Math.round(interval / 1000));
  return {
    canary: cookie === "" ? "" : setCookie(cookie, plan.maxAge, plan),
    primary: primaryCookie === "" || weight === 100 ? "" : setCookie(primaryCookie, seconds, plan),
  };
}

/**
 * The rules before the main one. Nobody is kept on the canary at weight 0, or on primary at 100: a weight is what it says, whatever
 * cookies people bring.
 */
export function variantsOf(canary: Canary, { weight, audience, affinity }: Asked): readonly Variant[] {
  const { affinity: plan, strategy } = canary.analysis;
  const variants: Variant[] = [];
  if (affinity.cookie !== "" && weight > 0 && audience === "everyone") {
    variants.push({ role: "canary-cookie", when: [bringing(affinity.cookie)], weight: 100, cookies: NO_COOKIES });
  }
  if (affinity.primaryCookie !== "" && weight > 0 && weight < 100 && audience === "everyone") {
    variants.push({
      role: "primary-cookie",
      when: [bringing(affinity.primaryCookie)],
      weight: 0,
      cookies: NO_COOKIES,
    });
  }
  if (affinity.previousCookie !== "" && weight === 0) {
    const cookies = { primary: setCookie(affinity.previousCookie, -1, plan), canary: "" };
    variants.push({ role: "previous-cookie", when: [bringing(affinity.previousCookie)], weight: 0, cookies });
  }
  if (audience === "matched" && strategy.kind === "ab-test") {
    variants.push({ role: "matched", when: strategy.match, weight, cookies: NO_COOKIES });
  }
  return variants;
}

/** A cookie is only replaced, or taken off, by one of the same name, domain and path: so each one has all attributes. */
function setCookie(cookie: string, maxAge: number, plan: SessionAffinity | null): string {
  return [cookie, `Max-Age=${maxAge}`, ...(plan?.attributes ?? [])].join("; ");
}

/** Requests that bring exactly this cookie among theirs. */
function bringing(cookie: string): TrafficCondition {
  return {
    headers: { cookie: { regex: `^(.*;\\s*)?${escapeRegex(cookie)}(;.*)?$` } },
    queryParams: {},
    sourceLabels: {},
  };
}

/** A text as a regular expression that matches just it. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
