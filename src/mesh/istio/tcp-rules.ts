import type { Canary } from "../../rollout/canary.ts";
import type { Author, MainScope, Rule } from "../rule-list.ts";
import { sameMeaning, settle } from "../same-meaning.ts";
import { withoutUndefined } from "../json-patch.ts";
import type { Asked } from "../variants.ts";
import { routeOf } from "./destinations.ts";
import type { Ownership } from "./http-rules.ts";

/** Writes TCP rules: connections have weights and ports, and nothing else that could be told apart. */
export function tcpAuthor(canary: Canary, { weight }: Asked, ownership: Ownership): Author {
  const { isOurs } = ownership;
  const match = portsOf(canary);
  return {
    ...ownership,
    variantName: () => null,
    isChief: (rule) => sameMeaning(rule["match"], match),
    conditions: (rule) => rule["match"],
    main: (rule, scope) =>
      withoutUndefined({
        ...withPorts(rule, match, { ...scope, isOurs }),
        route: routeOf(canary, rule, { weight, cookies: null, isOurs }),
      }),
    variants: () => [],
  };
}

/** The ports of `spec.service.match`; `undefined`: every port. */
function portsOf({ service }: Canary): readonly object[] | undefined {
  const ports = service.http.match.flatMap(({ port }) => (typeof port === "number" ? [port] : []));
  return ports.length === 0 ? undefined : [...new Set(ports)].map((port) => ({ port }));
}

function withPorts(
  rule: Rule,
  match: unknown,
  { chief, alone, isOurs }: MainScope & { readonly isOurs: boolean },
): Rule {
  const theirs = !chief || (!isOurs && (match === undefined || !alone));
  return theirs ? rule : { ...rule, match: settle(rule["match"], match) };
}
