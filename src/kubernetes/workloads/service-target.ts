import { z } from "zod";
import type { Revision } from "../../rollout/rollout.ts";
import { copiedLabels, withoutToolkit, type CopyRules } from "../copy-rules.ts";
import { setKeys, type Operation } from "../json-patch.ts";
import { HANDS_OFF, LAST_APPLIED, ownedBy, primaryName, SCALED_FOR } from "../names.ts";
import { isObject, listAt, objectAt, textAt, textsAt, type KubernetesObject } from "../object.ts";
import { noteRevision, readNoted, renoteRevision } from "./noted-revision.ts";
import { mapAt } from "./pod-copy.ts";
import { hashTemplate } from "./template-hash.ts";
import type { CopyOrder, WorkloadKind } from "./workload-kind.ts";
import type { WorkloadRecord } from "./workload-record.ts";

const Stored = z.object({
  metadata: z.object({ resourceVersion: z.string(), annotations: z.record(z.string(), z.string()).nullish() }),
});

/** What the cluster gives to each Service of its own. */
const ALLOCATED = ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort"] as const;

/** The target is a Service that somebody else gives its content: it has no size, and is ready as it is. */
export const serviceTargetKind: WorkloadKind = {
  read(object) {
    const { metadata } = Stored.parse(object);
    const template = revisionOf(object);
    return {
      state: {
        ...ALWAYS_READY,
        resourceVersion: metadata.resourceVersion,
        scaledFor: metadata.annotations?.[SCALED_FOR] ?? "",
      },
      template,
      copied: readNoted(metadata.annotations ?? {}, template),
      likeness: template.hash,
      selector: null,
      podLabels: {},
      ports: [],
      configs: [],
      obstacle: null,
    };
  },
  build: (order) => buildServiceCopy(order, primaryName(order.canary), noteRevision(order.revision)),
  edit: ({ target, revision, rules }, primary) => [
    ...renoteRevision(mapAt(primary, "annotations"), revision),
    ...setKeys("/metadata/labels", mapAt(primary, "labels"), labelsOf(target, rules)),
    setContent(contentOf(target), primary),
  ],
  keep: contentOf,
  restore: (kept, primary) => [setContent(kept, primary)],
  scale: () => null,
};

const ALWAYS_READY: Omit<WorkloadRecord["state"], "resourceVersion" | "scaledFor"> = {
  replicas: 1,
  updatedReplicas: 1,
  availableReplicas: 1,
  existingReplicas: 1,
  settled: true,
  unavailableSince: null,
  progressDeadlineExceeded: false,
};

/** A copy of a Service under another name. */
export function buildServiceCopy(
  { canary, target, rules }: Omit<CopyOrder, "revision">,
  name: string,
  notes: Readonly<Record<string, string>> = {},
): KubernetesObject {
  const { [LAST_APPLIED]: _, ...annotations } = withoutToolkit(textsAt(target, "metadata", "annotations"));
  const spec = contentOf(target);
  const headless = textAt(target, "spec", "clusterIP") === "None" ? { clusterIP: "None" } : {};
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name,
      namespace: canary.ref.namespace,
      labels: labelsOf(target, rules),
      annotations: { ...annotations, ...HANDS_OFF, ...notes },
      ownerReferences: ownedBy(canary.ref),
    },
    spec: { ...spec, ...headless },
  };
}

/** Labels of a Service are what it is found by, so that all of them are copied. */
const labelsOf = (target: KubernetesObject, rules: CopyRules): Record<string, string> =>
  copiedLabels(textsAt(target, "metadata", "labels"), { ...rules, labelPrefixes: ["*"] });

/** What a Service does, without what the cluster allocated to it. */
export function contentOf(service: unknown): KubernetesObject {
  const allocated: ReadonlySet<string> = new Set(ALLOCATED);
  const spec = Object.entries(objectAt(service, "spec")).filter(([key]) => !allocated.has(key));
  const ports = listAt(service, "spec", "ports");
  return { ...Object.fromEntries(spec), ...(ports.length > 0 && { ports: ports.map(withoutNodePort) }) };
}

function withoutNodePort(port: unknown): unknown {
  if (!isObject(port)) return port;
  const { nodePort: _, ...others } = port;
  return others;
}

/** Replaces what a Service does; its addresses and node ports stay. */
export function setContent(content: KubernetesObject, service: KubernetesObject): Operation {
  const spec = objectAt(service, "spec");
  const kept = Object.fromEntries(ALLOCATED.filter((key) => spec[key] !== undefined).map((key) => [key, spec[key]]));
  const present = listAt(spec, "ports");
  const ports = listAt(content, "ports").map((port) => withNodePort(port, present));
  return {
    op: "replace",
    path: "/spec",
    value: { ...content, ...kept, ...(ports.length > 0 && { ports }) },
  };
}

function withNodePort(port: unknown, present: readonly unknown[]): unknown {
  if (!isObject(port)) return port;
  const same = present.find((other) => isObject(other) && isSamePort(other, port));
  const nodePort = isObject(same) ? same["nodePort"] : undefined;
  return nodePort === undefined ? port : { ...port, nodePort };
}

const isSamePort = (left: KubernetesObject, right: KubernetesObject): boolean =>
  left["name"] === right["name"] || (left["port"] === right["port"] && left["protocol"] === right["protocol"]);

function revisionOf(service: unknown): Revision {
  const hash = hashTemplate(contentOf(service));
  const version = textsAt(service, "spec", "selector")["version"];
  return { hash, label: version ?? hash.slice(3, 11), images: [], configs: {} };
}
