import { isDeepStrictEqual } from "node:util";
import type { Canary, ServicePlan } from "../../rollout/canary.ts";
import type { RouteObservation } from "../../rollout/observation.ts";
import { Weight } from "../../units.ts";
import type { SetRoute } from "../router.ts";
import { HANDS_OFF, ownedBy } from "./owner.ts";
import {
  OWN_FIELDS,
  STAMP,
  type OwnField,
  type RuleRecord,
  type VirtualServiceRecord,
} from "./virtual-service-record.ts";

export interface PatchOperation {
  readonly op: "add" | "replace" | "remove";
  readonly path: string;
  readonly value?: unknown;
}

type Wanted = Pick<SetRoute, "weight" | "stamp">;

/** Reads the canary's share of traffic. Several rules to our destinations must agree. */
export function observeRoute(canary: Canary, record: VirtualServiceRecord): RouteObservation {
  const { resourceVersion, rules, stamp } = record;
  const problem = findProblem(canary, rules);
  if (problem !== null) return { kind: "unusable", problem, resourceVersion };
  const weight = Weight.safeParse(rules[0]?.canaryWeight);
  if (!weight.success) return { kind: "unusable", problem: "its weights are not between 0 and 100", resourceVersion };
  const intact = repairs(canary, record).length === 0;
  return {
    kind: "present",
    weight: weight.data,
    mirrored: false,
    audience: "everyone",
    stamp,
    intact,
    resourceVersion,
  };
}

function findProblem({ service: { name } }: Canary, rules: readonly RuleRecord[]): string | null {
  const [first] = rules;
  if (first === undefined) return `no HTTP rule of VirtualService ${name} goes to ${name}-primary and ${name}-canary`;
  for (const rule of rules) {
    if (rule.total !== 100 || rule.primaryWeight + rule.canaryWeight !== 100) {
      return `the weights ${rule.primaryWeight} and ${rule.canaryWeight} in VirtualService ${name} do not add up to 100`;
    }
    if (rule.canaryWeight !== first.canaryWeight) {
      return `two HTTP rules of VirtualService ${name} give the canary ${first.canaryWeight} and ${rule.canaryWeight} %`;
    }
  }
  return null;
}

/** The VirtualService of a canary that has none. */
export function buildVirtualService(canary: Canary, wanted: Wanted): object {
  const { name, http, metadata } = canary.service;
  return {
    apiVersion: "networking.istio.io/v1beta1",
    kind: "VirtualService",
    metadata: {
      name,
      namespace: canary.ref.namespace,
      labels: metadata.apex.labels,
      annotations: { ...ownAnnotations(canary.service), [STAMP]: wanted.stamp },
      ownerReferences: ownedBy(canary.ref),
    },
    spec: { hosts: http.hosts, gateways: http.gateways, http: [buildRule(canary.service, wanted)] },
  };
}

const ownAnnotations = ({ metadata }: ServicePlan): Readonly<Record<string, string>> => ({
  ...metadata.apex.annotations,
  ...HANDS_OFF,
});

/** Weight 0 is written like any other: Istio takes a missing weight of a lone destination for 100. */
function buildRule(service: ServicePlan, { weight }: Wanted): object {
  return {
    ...Object.fromEntries(
      OWN_FIELDS.map((field) => [field, ownField(service, field)] as const).filter(([, value]) => value !== undefined),
    ),
    route: buildDestinations(service, weight),
  };
}

function buildDestinations({ name }: ServicePlan, weight: number): readonly object[] {
  return [
    { destination: { host: `${name}-primary` }, weight: 100 - weight },
    { destination: { host: `${name}-canary` }, weight },
  ];
}

/** What the manifest says about a field of our rule; `undefined`: it must not be there. */
function ownField({ http }: ServicePlan, field: OwnField): unknown {
  const value = http[field];
  return value === null || (field === "match" && http.match.length === 0) ? undefined : value;
}

/**
 * The edits that make an existing VirtualService send `weight` percent to the canary and carry the stamp, as a JSON patch for
 * exactly the version that `record` was read from. Rules that are not ours are not mentioned.
 */
export function editVirtualService(
  canary: Canary,
  record: VirtualServiceRecord,
  wanted: Wanted,
): readonly PatchOperation[] {
  return [
    // A precondition: another version makes it a conflict, and the places in the lists below would be wrong.
    { op: "replace", path: "/metadata/resourceVersion", value: record.resourceVersion },
    ...repairs(canary, record),
    ...weightEdits(canary.service, record, wanted),
    { op: "add", path: `/metadata/annotations/${escape(STAMP)}`, value: wanted.stamp },
  ];
}

/** Whatever we own and is not as the manifest wants it, weights and stamp aside. */
function repairs(canary: Canary, record: VirtualServiceRecord): readonly PatchOperation[] {
  const { service } = canary;
  const isOurs = record.owner === canary.ref.uid;
  return [
    ...mapEdits("annotations", record.annotations, ownAnnotations(service)),
    ...mapEdits("labels", record.labels, service.metadata.apex.labels),
    ...(isOurs ? listEdits(record, service) : []),
    ...record.rules.flatMap((rule) => ruleEdits(rule, service, isOurs)),
  ];
}

function mapEdits(
  map: "labels" | "annotations",
  present: Readonly<Record<string, string>> | null,
  wanted: Readonly<Record<string, string>>,
): readonly PatchOperation[] {
  const missing = Object.entries(wanted).filter(([key, value]) => present?.[key] !== value);
  if (missing.length === 0) return [];
  if (present === null) return [{ op: "add", path: `/metadata/${map}`, value: wanted }];
  return missing.map(([key, value]) => ({ op: "add", path: `/metadata/${map}/${escape(key)}`, value }));
}

function listEdits(record: VirtualServiceRecord, { http }: ServicePlan): readonly PatchOperation[] {
  return (["hosts", "gateways"] as const)
    .filter((list) => !isDeepStrictEqual([...record[list]].sort(), [...http[list]].sort()))
    .map((list) => ({ op: "add", path: `/spec/${list}`, value: http[list] }));
}

/** In an object that somebody else made, a field that the manifest leaves out is theirs. */
function ruleEdits(rule: RuleRecord, service: ServicePlan, isOurs: boolean): readonly PatchOperation[] {
  return OWN_FIELDS.flatMap((field): PatchOperation[] => {
    const value = ownField(service, field);
    const path = `/spec/http/${rule.index}/${field}`;
    if (isDeepStrictEqual(rule.own[field], value)) return [];
    if (value !== undefined) return [{ op: "add", path, value }];
    return isOurs ? [{ op: "remove", path }] : [];
  });
}

function weightEdits(service: ServicePlan, record: VirtualServiceRecord, wanted: Wanted): readonly PatchOperation[] {
  const destinations = buildDestinations(service, wanted.weight);
  if (record.rules.length > 0) return record.rules.flatMap((rule) => ruleWeights(rule, wanted, destinations));
  // Adopting: the rule that served the apex Service now serves its two copies; without one, ours comes last.
  if (record.http === null) return [{ op: "add", path: "/spec/http", value: [buildRule(service, wanted)] }];
  const { toApex } = record.http;
  if (toApex === null) return [{ op: "add", path: "/spec/http/-", value: buildRule(service, wanted) }];
  return [{ op: "replace", path: `/spec/http/${toApex}/route`, value: destinations }];
}

function ruleWeights(
  { index, primary, canary, primaryWeight, canaryWeight, total }: RuleRecord,
  { weight }: Wanted,
  destinations: readonly object[],
): readonly PatchOperation[] {
  const path = `/spec/http/${index}/route`;
  // With a third destination no pair of weights could be right.
  if (total !== primaryWeight + canaryWeight) return [{ op: "replace", path, value: destinations }];
  return [
    { op: "add", path: `${path}/${primary}/weight`, value: 100 - weight },
    { op: "add", path: `${path}/${canary}/weight`, value: weight },
  ];
}

/** As JSON pointers want it. */
const escape = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");
