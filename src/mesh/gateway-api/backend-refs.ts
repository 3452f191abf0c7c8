import type { Canary } from "../../rollout/canary.ts";
import { withoutUndefined, type Part } from "../json-patch.ts";
import type { Rule } from "../rule-list.ts";
import { settle } from "../same-meaning.ts";
import type { Cookies } from "../variants.ts";
import { withCookie } from "./filters.ts";
import { backendsOf } from "./http-route-record.ts";

export interface BackendWish {
  /** Percent to the canary. */
  readonly weight: number;
  /** `null`: what backends do to headers is not ours. */
  readonly cookies: Cookies | null;
  readonly isOurs: boolean;
}

/** `backendRefs` of a rule as they should be. With a third backend that takes traffic no pair of weights could be right. */
export function backendRefsOf(canary: Canary, rule: Rule, wish: BackendWish): readonly Part[] {
  const found = backendsOf(rule, { name: canary.service.name, namespace: canary.ref.namespace });
  const isPair = found.some(({ is }) => is === "primary") && found.some(({ is }) => is === "canary");
  const third = found.some(({ is, weight }) => is !== "primary" && is !== "canary" && weight > 0);
  if (isPair && !third) {
    return found.map(({ is, entry }) =>
      is === "primary" || is === "canary" ? backend(canary, { is, entry }, wish) : entry,
    );
  }
  const [only] = found;
  const start = only?.is === "apex" && found.length === 1 ? only.entry : {};
  return (["primary", "canary"] as const).map((is) =>
    backend(
      canary,
      {
        is,
        entry: {
          ...start,
          group: "",
          kind: "Service",
          name: `${canary.service.name}-${is}`,
          port: canary.service.port,
        },
      },
      wish,
    ),
  );
}

function backend(
  { service }: Canary,
  { is, entry }: { readonly is: keyof Cookies; readonly entry: Part },
  { weight, cookies, isOurs }: BackendWish,
): Part {
  const filters =
    cookies === null ? entry["filters"] : settle(entry["filters"], withCookie(entry["filters"], cookies[is]));
  return withoutUndefined({
    ...entry,
    port: isOurs ? service.port : entry["port"],
    weight: is === "canary" ? weight : 100 - weight,
    filters: Array.isArray(filters) && filters.length === 0 ? undefined : filters,
  });
}
