import { z } from "zod";

/** Where the decision is written that an object carries. */
export const STAMP = "coalmine.dev/stamp";

/** Fields of a rule that `spec.service` decides. Everything else in a rule belongs to whoever wrote it. */
export const OWN_FIELDS = ["match", "rewrite", "timeout", "retries", "headers", "corsPolicy"] as const;
export type OwnField = (typeof OWN_FIELDS)[number];

const Destination = z.looseObject({ destination: z.looseObject({ host: z.string() }), weight: z.number().optional() });
const Rule = z.looseObject({ route: z.array(Destination).default([]) });
type Rule = z.infer<typeof Rule>;
const texts = z.record(z.string(), z.string());

const Stored = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    resourceVersion: z.string(),
    labels: texts.optional(),
    annotations: texts.optional(),
    ownerReferences: z.array(z.object({ uid: z.string(), controller: z.boolean().default(false) })).default([]),
  }),
  spec: z
    .object({
      hosts: z.array(z.string()).default([]),
      gateways: z.array(z.string()).default([]),
      http: z.array(Rule).optional(),
    })
    .default({ hosts: [], gateways: [] }),
});

/** A rule that sends traffic to primary and canary: where it stands, and what it says. */
export interface RuleRecord {
  readonly index: number;
  /** Places of our two destinations in its `route`. */
  readonly primary: number;
  readonly canary: number;
  readonly primaryWeight: number;
  readonly canaryWeight: number;
  /** Sum over all its destinations. */
  readonly total: number;
  readonly own: Readonly<Partial<Record<OwnField, unknown>>>;
}

/** What is kept of a VirtualService. Its name tells which destinations are ours: `<name>-primary` and `<name>-canary`. */
export interface VirtualServiceRecord {
  readonly resourceVersion: string;
  /** uid of the controlling owner; empty when somebody else made it. */
  readonly owner: string;
  readonly stamp: string;
  readonly hosts: readonly string[];
  readonly gateways: readonly string[];
  /** `null`: the object has no such map, so that a patch must make it. */
  readonly labels: Readonly<Record<string, string>> | null;
  readonly annotations: Readonly<Record<string, string>> | null;
  readonly rules: readonly RuleRecord[];
  /** `null`: no `http` at all. */
  readonly http: { readonly count: number; readonly toApex: number | null } | null;
}

/** Long copies of other people's manifests that nobody compares. */
const FORGOTTEN = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  "flagger.kubernetes.io/original-configuration",
]);

/** Projects a VirtualService. Throws a ZodError for an object that is none. */
export function readVirtualService(object: unknown): VirtualServiceRecord {
  const { metadata, spec } = Stored.parse(object);
  const { annotations = null, labels = null } = metadata;
  const isHost = (host: string, suffix: string): boolean =>
    names(host, `${metadata.name}${suffix}`, metadata.namespace);
  const rules = (spec.http ?? []).flatMap((rule, index) => readRule(rule, index, isHost) ?? []);
  const toApex = (spec.http ?? []).findIndex(({ route }) => route.length === 1 && isHost(hostOf(route[0]), ""));
  return {
    resourceVersion: metadata.resourceVersion,
    owner: metadata.ownerReferences.find(({ controller }) => controller)?.uid ?? "",
    stamp: annotations?.[STAMP] ?? "",
    hosts: spec.hosts,
    gateways: spec.gateways,
    labels,
    annotations: annotations === null ? null : without(annotations, FORGOTTEN),
    rules,
    http: spec.http === undefined ? null : { count: spec.http.length, toApex: toApex === -1 ? null : toApex },
  };
}

const hostOf = (destination: z.infer<typeof Destination> | undefined): string => destination?.destination.host ?? "";

/** A host may be written short, with the namespace, or in full. */
function names(host: string, service: string, namespace: string): boolean {
  return host === service || host === `${service}.${namespace}` || host.startsWith(`${service}.${namespace}.svc`);
}

type IsHost = (host: string, suffix: string) => boolean;

function readRule(rule: Rule, index: number, isHost: IsHost): RuleRecord | null {
  const primary = rule.route.findIndex((destination) => isHost(hostOf(destination), "-primary"));
  const canary = rule.route.findIndex((destination) => isHost(hostOf(destination), "-canary"));
  if (primary === -1 || canary === -1) return null;
  const weightAt = (place: number): number => rule.route[place]?.weight ?? 0;
  return {
    index,
    primary,
    canary,
    primaryWeight: weightAt(primary),
    canaryWeight: weightAt(canary),
    total: rule.route.reduce((sum, destination) => sum + (destination.weight ?? 0), 0),
    own: Object.fromEntries(
      OWN_FIELDS.filter((field) => rule[field] !== undefined).map((field) => [field, rule[field]]),
    ),
  };
}

function without(texts: Readonly<Record<string, string>>, keys: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([key]) => !keys.has(key)));
}
