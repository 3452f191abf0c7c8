import type { Canary } from "../../rollout/canary.ts";
import type { ServicesObservation } from "../../rollout/observation.ts";
import type { Operation } from "../json-patch.ts";
import { copyName, HANDS_OFF, ownedBy } from "../names.ts";
import { sameJson, type KubernetesObject } from "../object.ts";
import { primaryLabel } from "../workloads/selector-label.ts";
import type { SelectorLabel, WorkloadRecord } from "../workloads/workload-record.ts";
import { metadataEdits, newMetadata } from "./managed-metadata.ts";
import { mergePorts, wantedPorts } from "./ports.ts";
import type { ServicePort, ServiceRecord } from "./service-record.ts";

/** Pure: the three Services of a canary whose target runs pods. */

export type Role = "apex" | "primary" | "canary";
export const ROLES: readonly Role[] = ["canary", "primary", "apex"];

export function serviceName({ service }: Pick<Canary, "service">, role: Role): string {
  if (role === "apex") return service.name;
  return role === "primary" ? copyName(service.name) : `${service.name}-canary`;
}

/** What is known of the target. */
export interface Selecting extends Pick<WorkloadRecord, "podLabels" | "ports"> {
  readonly label: SelectorLabel;
}

/** One Service as it should be. */
export interface WantedService {
  readonly name: string;
  readonly selects: "primary" | "target";
  /** What the manifest asks for. */
  readonly metadata: Canary["service"]["metadata"][Role];
  /** What every Service of ours has. */
  readonly own: Canary["service"]["metadata"][Role];
  readonly ports: readonly ServicePort[];
}

/** How one of the three should be. `apexSelects` only concerns the apex Service. */
export function wantedService(
  canary: Canary,
  { role, selecting, apexSelects }: { role: Role; selecting: Selecting; apexSelects: "primary" | "target" },
): WantedService {
  const name = serviceName(canary, role);
  return {
    name,
    selects: role === "apex" ? apexSelects : role === "primary" ? "primary" : "target",
    metadata: canary.service.metadata[role],
    own: { labels: { [selecting.label.key]: name }, annotations: HANDS_OFF },
    ports: wantedPorts(canary.service, selecting.ports),
  };
}

function selectorFor(selects: WantedService["selects"], label: SelectorLabel): Record<string, string> {
  const { key, value } = selects === "primary" ? primaryLabel(label) : label;
  return { [key]: value };
}

export function buildService(canary: Canary, wanted: WantedService, label: SelectorLabel): KubernetesObject {
  const { headless, trafficDistribution } = canary.service;
  const { name, selects, ports } = wanted;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: canary.ref.namespace, ...newMetadata(wanted), ownerReferences: ownedBy(canary.ref) },
    spec: {
      type: "ClusterIP",
      selector: selectorFor(selects, label),
      ports,
      ...(headless && { clusterIP: "None" }),
      ...(trafficDistribution !== null && { trafficDistribution }),
    },
  };
}

/**
 * Which workload a Service leads to. A longer selector than ours that still picks the target's pods, and only those, counts as
 * the target: charts write such ones.
 */
export function selectionOf(
  record: ServiceRecord | null,
  { label, podLabels }: Pick<Selecting, "label" | "podLabels">,
): ServicesObservation["apexSelects"] {
  if (record === null) return "absent";
  const { selector } = record;
  if (sameJson(selector, selectorFor("primary", label))) return "primary";
  const entries = Object.entries(selector);
  const picksTarget = entries.length > 0 && entries.every(([key, value]) => podLabels[key] === value);
  return picksTarget && selector[label.key] === label.value ? "target" : "other";
}

/** Edits that make an existing Service as wanted, without its version; none when it is so already. */
export function serviceEdits(
  canary: Canary,
  { wanted, record, selecting }: { wanted: WantedService; record: ServiceRecord; selecting: Selecting },
): readonly Operation[] {
  const isOurs = record.owner === canary.ref.uid;
  const { label } = selecting;
  const selection = selectionOf(record, selecting) === wanted.selects;
  const ports = mergePorts(record.ports, wanted.ports, isOurs);
  const spec: readonly Operation[] = [
    ...(selection ? [] : [{ op: "add", path: "/spec/selector", value: selectorFor(wanted.selects, label) } as const]),
    ...(ports === null ? [] : [{ op: "add", path: "/spec/ports", value: ports } as const]),
    ...(isOurs ? distributionEdits(canary, record) : []),
  ];
  if (isOurs) return [...spec, ...metadataEdits(wanted, record, canary.service.unmanaged)];
  // Of a Service that somebody else made, only what keeps other tools from undoing the change is added.
  return spec.length === 0 ? [] : [...spec, ...metadataEdits(NOTHING_BUT_HANDS_OFF, record, NOTHING_UNMANAGED)];
}

const NOTHING = { labels: {}, annotations: {} };
const NOTHING_BUT_HANDS_OFF = { metadata: NOTHING, own: { labels: {}, annotations: HANDS_OFF } };
const NOTHING_UNMANAGED = { labels: [], annotations: [] };

function distributionEdits({ service }: Canary, record: ServiceRecord): readonly Operation[] {
  const path = "/spec/trafficDistribution";
  if (service.trafficDistribution === record.trafficDistribution) return [];
  return service.trafficDistribution === null
    ? [{ op: "remove", path }]
    : [{ op: "add", path, value: service.trafficDistribution }];
}
