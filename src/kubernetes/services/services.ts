import type { Canary } from "../../rollout/canary.ts";
import type { ServicesObservation } from "../../rollout/observation.ts";
import type { DeploymentRecord, SelectorLabel } from "../workloads/deployment-record.ts";
import { HANDS_OFF, ownedBy } from "../names.ts";
import { sameJson, type KubernetesObject } from "../object.ts";
import type { ServicePort, ServiceRecord } from "./service-record.ts";

/** Pure: the three Services of a canary. */

export type Role = "apex" | "primary" | "canary";
export const ROLES: readonly Role[] = ["canary", "primary", "apex"];

export const serviceName = ({ service }: Canary, role: Role): string =>
  role === "apex" ? service.name : `${service.name}-${role}`;

/** One Service as it should be. */
export interface WantedService {
  readonly name: string;
  readonly selects: "primary" | "target";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly port: ServicePort;
}

/** How one of the three should be. `apexSelects` only concerns the apex Service. */
export function wantedService(
  canary: Canary,
  { role, label, apexSelects }: { role: Role; label: SelectorLabel; apexSelects: "primary" | "target" },
): WantedService {
  const { portName, port, targetPort, appProtocol, metadata } = canary.service;
  const name = serviceName(canary, role);
  return {
    name,
    selects: role === "apex" ? apexSelects : role === "primary" ? "primary" : "target",
    labels: { ...metadata[role].labels, [label.key]: name },
    annotations: { ...metadata[role].annotations, ...HANDS_OFF },
    port: { name: portName, protocol: "TCP", port, targetPort, ...(appProtocol === null ? {} : { appProtocol }) },
  };
}

const selectorFor = (selects: WantedService["selects"], { key, value }: SelectorLabel): Record<string, string> => ({
  [key]: selects === "primary" ? `${value}-primary` : value,
});

export function buildService(canary: Canary, wanted: WantedService, label: SelectorLabel): KubernetesObject {
  const { name, labels, annotations, port } = wanted;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: canary.ref.namespace, labels, annotations, ownerReferences: ownedBy(canary.ref) },
    spec: { type: "ClusterIP", selector: selectorFor(wanted.selects, label), ports: [port] },
  };
}

/**
 * Which workload a Service leads to. A longer selector than ours that still picks the target's pods, and only those, counts as
 * the target: charts write such ones.
 */
export function selectionOf(
  record: ServiceRecord | null,
  label: SelectorLabel,
  podLabels: Readonly<Record<string, string>>,
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
  { wanted, record, label, podLabels }: ServiceComparison,
): readonly object[] {
  const isOurs = record.owner === canary.ref.uid;
  const selection = selectionOf(record, label, podLabels) === wanted.selects;
  const ports = mergePorts(record.ports, wanted.port, isOurs);
  const spec = [
    ...(selection ? [] : [{ op: "add", path: "/spec/selector", value: selectorFor(wanted.selects, label) }]),
    ...(ports === null ? [] : [{ op: "add", path: "/spec/ports", value: ports }]),
  ];
  // Of a Service that somebody else made, only what keeps other tools from undoing the change is added.
  const marks =
    isOurs || spec.length > 0
      ? mapEdits("annotations", record.annotations, isOurs ? wanted.annotations : HANDS_OFF)
      : [];
  return [...spec, ...marks, ...(isOurs ? mapEdits("labels", record.labels, wanted.labels) : [])];
}

export interface ServiceComparison {
  readonly wanted: WantedService;
  readonly record: ServiceRecord;
  readonly label: SelectorLabel;
  readonly podLabels: DeploymentRecord["podLabels"];
}

/** The ports as they should be, node ports kept; `null` when they are. Ports of others stay in Services of others, as do names. */
function mergePorts(
  present: readonly ServicePort[],
  wanted: ServicePort,
  isOurs: boolean,
): readonly ServicePort[] | null {
  const ours = present.find(({ port, protocol }) => port === wanted.port && protocol === wanted.protocol);
  const mended = { ...ours, ...wanted, ...(isOurs || ours?.name === undefined ? {} : { name: ours.name }) };
  const merged = ours === undefined ? [...present, mended] : present.map((port) => (port === ours ? mended : port));
  const next = isOurs ? [mended] : merged;
  return sameJson(present, next) ? null : next;
}

function mapEdits(
  map: "labels" | "annotations",
  present: Readonly<Record<string, string>> | null,
  wanted: Readonly<Record<string, string>>,
): readonly object[] {
  const missing = Object.entries(wanted).filter(([key, value]) => present?.[key] !== value);
  if (missing.length === 0) return [];
  if (present === null) return [{ op: "add", path: `/metadata/${map}`, value: wanted }];
  return missing.map(([key, value]) => ({
    op: "add",
    path: `/metadata/${map}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`,
    value,
  }));
}
