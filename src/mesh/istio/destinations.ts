import type { Canary } from "../../rollout/canary.ts";
import { isPart, withoutUndefined, type Part } from "../json-patch.ts";
import type { Rule } from "../rule-list.ts";
import { settle } from "../same-meaning.ts";
import type { Cookies } from "../variants.ts";
import { destinationsOf } from "./virtual-service-record.ts";

export interface RouteWish {
  /** Percent to the canary. */
  readonly weight: number;
  /** `null`: what destinations do to headers is not ours. */
  readonly cookies: Cookies | null;
  readonly isOurs: boolean;
}

/** The port that a destination has to name: a gateway does not know which of several is meant. */
export function namedPort({ service }: Canary): { readonly number: number } | undefined {
  const { gateways, delegation } = service.http;
  return service.portDiscovery && (delegation || gateways[0] !== "mesh") ? { number: service.port } : undefined;
}

/** `route` of a rule, as it should be. With a third destination that takes traffic no pair of weights could be right. */
export function routeOf(canary: Canary, rule: Rule, wish: RouteWish): readonly Part[] {
  const place = { name: canary.service.name, namespace: canary.ref.namespace };
  const found = destinationsOf(rule, place);
  const [only] = found;
  const isPair = found.some(({ is }) => is === "primary") && found.some(({ is }) => is === "canary");
  const third = found.some(({ is, entry }) => is !== "primary" && is !== "canary" && entry["weight"]);
  if (isPair && !third) {
    return found.map(({ is, entry }) =>
      is === "primary" || is === "canary" ? destination(canary, { is, entry }, wish) : entry,
    );
  }
  const start = only?.is === "apex" && found.length === 1 ? only.entry : {};
  // Written out even when it is 0: for the weight of a lone destination Istio takes a missing one for 100.
  return (["primary", "canary"] as const).map((is) => ({
    ...destination(canary, { is, entry: renamed(canary, start, is) }, wish),
    weight: is === "canary" ? wish.weight : 100 - wish.weight,
  }));
}

/** A destination that led to the apex Service leads to its copy, by the port that the copy has. */
function renamed({ service }: Canary, { destination: before, weight: _, ...rest }: Part, is: keyof Cookies): Part {
  const port = isPart(before) && before["port"] !== undefined ? { port: { number: service.port } } : {};
  return { ...rest, destination: { host: `${service.name}-${is}`, ...port } };
}

function destination(
  canary: Canary,
  { is, entry }: { readonly is: keyof Cookies; readonly entry: Part },
  { weight, cookies, isOurs }: RouteWish,
): Part {
  const to = isPart(entry["destination"]) ? entry["destination"] : {};
  const wanted = namedPort(canary);
  const port = isOurs || to["port"] === undefined ? settle(to["port"], wanted) : to["port"];
  const share = is === "canary" ? weight : 100 - weight;
  return withoutUndefined({
    ...entry,
    destination: withoutUndefined({ ...to, port }),
    // A weight that is left out says 0 among several destinations.
    weight: settle(entry["weight"], share),
    headers: cookies === null ? entry["headers"] : withCookie(entry["headers"], cookies[is]),
  });
}

const SET_COOKIE = "Set-Cookie";

function withCookie(headers: unknown, cookie: string): unknown {
  const all = isPart(headers) ? headers : {};
  const response = isPart(all["response"]) ? all["response"] : {};
  const { [SET_COOKIE]: _, ...others } = isPart(response["add"]) ? response["add"] : {};
  const add = filled({ ...others, ...(cookie === "" ? {} : { [SET_COOKIE]: cookie }) });
  return settle(headers, filled({ ...all, response: filled({ ...response, add }) }), "headers");
}

/** `undefined` for a part that would be empty. */
function filled(part: Part): Part | undefined {
  const kept = withoutUndefined(part);
  return Object.keys(kept).length === 0 ? undefined : kept;
}
