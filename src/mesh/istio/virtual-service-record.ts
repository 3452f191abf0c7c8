import { z } from "zod";
import { Metadata, readHead, type Head } from "../head.ts";
import type { Part } from "../json-patch.ts";
import type { RuleList, Slot } from "../rule-list.ts";

const Destination = z.looseObject({ destination: z.looseObject({ host: z.string() }), weight: z.number().optional() });
const Rule = z.looseObject({ match: z.array(z.unknown()).nullish(), route: z.array(Destination).nullish() });
const list = z.array(z.string()).nullish();

const Stored = z.object({
  metadata: Metadata,
  spec: z
    .object({ hosts: list, gateways: list, http: z.array(Rule).nullish(), tcp: z.array(Rule).nullish() })
    .default({}),
});

/** Lists of rules that can be ours. */
export type RuleListName = "http" | "tcp";

/** What is kept of a VirtualService. Its name tells which destinations are ours: `<name>-primary` and `<name>-canary`. */
export interface VirtualServiceRecord extends Head {
  readonly hosts: readonly string[] | undefined;
  readonly gateways: readonly string[] | undefined;
  readonly lists: Readonly<Record<RuleListName, RuleList>>;
}

/** Projects a VirtualService. Throws a ZodError for an object that is none. */
export function readVirtualService(object: unknown): VirtualServiceRecord {
  const { metadata, spec } = Stored.parse(object);
  const read = (rules: readonly z.infer<typeof Rule>[] | null | undefined): RuleList =>
    rules?.map((rule) => readSlot(rule, metadata)) ?? null;
  const lists = { http: read(spec.http), tcp: read(spec.tcp) };
  const mayBeOurs = [...(lists.http ?? []), ...(lists.tcp ?? [])].some(({ kind }) => kind === "pair");
  return {
    ...readHead(metadata, mayBeOurs),
    hosts: spec.hosts ?? undefined,
    gateways: spec.gateways ?? undefined,
    lists,
  };
}

type Place = Pick<z.infer<typeof Metadata>, "name" | "namespace">;

function readSlot(rule: z.infer<typeof Rule>, { name, namespace }: Place): Slot {
  const route = rule.route ?? [];
  const takesAll = (rule.match ?? []).length === 0 || (rule.match ?? []).some(isEverything);
  const isHost = (suffix: string) => (one: z.infer<typeof Destination>) =>
    names(one.destination.host, `${name}${suffix}`, namespace);
  const weightOf = (one: z.infer<typeof Destination> | undefined): number => one?.weight ?? 0;
  const primary = route.find(isHost("-primary"));
  const canary = route.find(isHost("-canary"));
  if (primary !== undefined && canary !== undefined) {
    const total = route.reduce((sum, one) => sum + weightOf(one), 0);
    return { kind: "pair", takesAll, rule, shares: { primary: weightOf(primary), canary: weightOf(canary), total } };
  }
  if (route.length !== 1) return { kind: "foreign", takesAll };
  if (route.some(isHost(""))) return { kind: "apex", takesAll, rule };
  return primary === undefined && canary === undefined
    ? { kind: "foreign", takesAll }
    : { kind: "half", takesAll, rule };
}

/** An entry of `match` that says nothing, or only that the path begins with a slash. */
function isEverything(match: unknown): boolean {
  const Everything = z.strictObject({
    name: z.string().optional(),
    uri: z.strictObject({ prefix: z.literal("/") }).optional(),
  });
  return Everything.safeParse(match).success;
}

/** A host may be written short, with the namespace, or in full. */
export function names(host: string, service: string, namespace: string): boolean {
  return host === service || host === `${service}.${namespace}` || host.startsWith(`${service}.${namespace}.svc`);
}

const RouteOf = z.object({ route: z.array(Destination).nullish() });

/** Destinations of a rule as they are written, with what they are for us. */
export function destinationsOf(
  rule: Part,
  { name, namespace }: Place,
): readonly { readonly is: "primary" | "canary" | "apex" | "other"; readonly entry: Part }[] {
  const { route } = RouteOf.parse(rule);
  return (route ?? []).map((entry) => {
    const { host } = entry.destination;
    if (names(host, `${name}-primary`, namespace)) return { is: "primary", entry };
    if (names(host, `${name}-canary`, namespace)) return { is: "canary", entry };
    return { is: names(host, name, namespace) ? "apex" : "other", entry };
  });
}
