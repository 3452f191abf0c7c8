import { z } from "zod";
import { Metadata, readHead, type Head } from "../head.ts";
import type { Part } from "../json-patch.ts";
import type { RuleList, Slot } from "../rule-list.ts";

const BackendRef = z.looseObject({
  group: z.string().default(""),
  kind: z.string().default("Service"),
  name: z.string(),
  namespace: z.string().optional(),
  /** The API's default is 1. */
  weight: z.number().default(1),
});
const Rule = z.looseObject({
  matches: z.array(z.unknown()).nullish(),
  backendRefs: z.array(z.looseObject({ name: z.string() })).nullish(),
});
const Condition = z.object({
  type: z.string(),
  status: z.string(),
  observedGeneration: z.number().default(0),
  reason: z.string().default(""),
  message: z.string().default(""),
});
const Parent = z.object({
  parentRef: z.object({ name: z.string().default("") }).default({ name: "" }),
  conditions: z.array(Condition).default([]),
});

const Stored = z.object({
  metadata: Metadata,
  spec: z
    .object({
      parentRefs: z.array(z.record(z.string(), z.unknown())).nullish(),
      hostnames: z.array(z.string()).nullish(),
      rules: z.array(Rule).nullish(),
    })
    .default({}),
  status: z.object({ parents: z.array(Parent).default([]) }).default({ parents: [] }),
});

/** What a parent says about a route. */
export interface Acceptance {
  readonly parent: string;
  readonly accepted: boolean;
  /** The generation that it has looked at. */
  readonly generation: number;
  readonly why: string;
}

/** What is kept of an HTTPRoute. Its name tells which backends are ours: `<name>-primary` and `<name>-canary`. */
export interface HttpRouteRecord extends Head {
  readonly parentRefs: readonly Part[] | undefined;
  readonly hostnames: readonly string[] | undefined;
  readonly rules: RuleList;
  readonly acceptances: readonly Acceptance[];
}

/** Projects an HTTPRoute. Throws a ZodError for an object that is none. */
export function readHttpRoute(object: unknown): HttpRouteRecord {
  const { metadata, spec, status } = Stored.parse(object);
  const rules = spec.rules?.map((rule) => readSlot(rule, metadata)) ?? null;
  const acceptances = status.parents.flatMap(({ parentRef, conditions }) =>
    conditions
      .filter(({ type }) => type === "Accepted")
      .map(({ status: accepted, observedGeneration, reason, message }) => ({
        parent: parentRef.name,
        accepted: accepted === "True",
        generation: observedGeneration,
        why: message === "" ? reason : message,
      })),
  );
  return {
    ...readHead(
      metadata,
      (rules ?? []).some(({ kind }) => kind === "pair"),
    ),
    parentRefs: spec.parentRefs ?? undefined,
    hostnames: spec.hostnames ?? undefined,
    rules,
    acceptances,
  };
}

type Place = Pick<z.infer<typeof Metadata>, "name" | "namespace">;

function readSlot(rule: z.infer<typeof Rule>, place: Place): Slot {
  const backends = backendsOf(rule, place);
  const takesAll = (rule.matches ?? []).length === 0 || (rule.matches ?? []).some(isEverything);
  const primary = backends.find(({ is }) => is === "primary");
  const canary = backends.find(({ is }) => is === "canary");
  if (primary !== undefined && canary !== undefined) {
    const total = backends.reduce((sum, { weight }) => sum + weight, 0);
    return { kind: "pair", takesAll, rule, shares: { primary: primary.weight, canary: canary.weight, total } };
  }
  const [only, ...more] = backends;
  if (only === undefined || more.length > 0 || only.is === "other") return { kind: "foreign", takesAll };
  return { kind: only.is === "apex" ? "apex" : "half", takesAll, rule };
}

/** An entry of `matches` that takes every path and asks nothing else. */
function isEverything(match: unknown): boolean {
  const Everything = z.strictObject({
    path: z
      .strictObject({ type: z.literal("PathPrefix").default("PathPrefix"), value: z.literal("/").default("/") })
      .optional(),
  });
  return Everything.safeParse(match).success;
}

export interface Backend {
  readonly is: "primary" | "canary" | "apex" | "other";
  readonly weight: number;
  readonly entry: Part;
}

const Refs = z.object({ backendRefs: z.array(z.record(z.string(), z.unknown())).nullish() });

/** Backends of a rule as they are written, with what they are for us. */
export function backendsOf(rule: Part, { name, namespace }: Place): readonly Backend[] {
  const { backendRefs } = Refs.parse(rule);
  return (backendRefs ?? []).map((entry) => {
    const ref = BackendRef.parse(entry);
    const here = ref.group === "" && ref.kind === "Service" && (ref.namespace ?? namespace) === namespace;
    const is = here ? roleOf(ref.name, name) : "other";
    return { is, weight: ref.weight, entry };
  });
}

function roleOf(backend: string, service: string): Backend["is"] {
  if (backend === service) return "apex";
  if (backend === `${service}-primary`) return "primary";
  return backend === `${service}-canary` ? "canary" : "other";
}
