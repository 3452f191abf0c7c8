import { z } from "zod";
import { imageLabel } from "../../rollout/image.ts";
import type { WorkloadObservation } from "../../rollout/observation.ts";
import type { Revision } from "../../rollout/rollout.ts";
import { RevisionHash, timestamp, type Timestamp } from "../../units.ts";
import { REVISION, REVISION_LABEL, SELECTOR_LABELS } from "../names.ts";
import { hashTemplate } from "./template-hash.ts";

const texts = z.record(z.string(), z.string());
const Container = z.object({ name: z.string(), image: z.string().default("") });
const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(""),
  lastTransitionTime: z.string().default(""),
});
const count = z.int().default(0);

const Stored = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    generation: count,
    annotations: texts.optional(),
  }),
  spec: z.object({
    replicas: z.int().default(1),
    selector: z.object({ matchLabels: texts.default({}) }).default({ matchLabels: {} }),
    template: z.looseObject({
      metadata: z.looseObject({ labels: texts.default({}) }).default({ labels: {} }),
      spec: z.looseObject({ containers: z.array(Container).default([]) }).default({ containers: [] }),
    }),
  }),
  status: z
    .object({
      observedGeneration: count,
      replicas: count,
      updatedReplicas: count,
      availableReplicas: count,
      conditions: z.array(Condition).default([]),
    })
    .prefault({}),
});

/** The label by which a workload's pods are told from others, and its value. */
export interface SelectorLabel {
  readonly key: string;
  readonly value: string;
}

/** What is kept of a Deployment. The template itself is not: it is read again when it has to be copied. */
export interface DeploymentRecord {
  readonly state: Omit<WorkloadObservation, "revision" | "trouble">;
  /** Content of its own template. */
  readonly template: Revision;
  /** What its template was copied from, as we noted on it; `null`: not noted. */
  readonly copied: Revision | null;
  /** `null`: no label that could tell its pods. */
  readonly selector: SelectorLabel | null;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly hasAnnotations: boolean;
}

/** Projects a Deployment. Throws a ZodError for an object that is none. */
export function readDeployment(object: unknown, rawTemplate: unknown): DeploymentRecord {
  const { metadata, spec, status } = Stored.parse(object);
  const images = spec.template.spec.containers.map(({ name, image }) => ({ container: name, image }));
  const label = imageLabel(images[0]?.image ?? "");
  return {
    state: {
      resourceVersion: metadata.resourceVersion,
      replicas: spec.replicas,
      updatedReplicas: status.updatedReplicas,
      availableReplicas: status.availableReplicas,
      existingReplicas: status.replicas,
      settled: status.observedGeneration >= metadata.generation,
      unavailableSince: unavailableSince(status.conditions),
      progressDeadlineExceeded: status.conditions.some(
        ({ type, reason }) => type === "Progressing" && reason === "ProgressDeadlineExceeded",
      ),
    },
    template: { hash: hashTemplate(rawTemplate), label, images, configs: {} },
    copied: readCopied(metadata.annotations ?? {}, images, label),
    selector: selectorOf(spec.selector.matchLabels),
    podLabels: spec.template.metadata.labels,
    hasAnnotations: metadata.annotations !== undefined,
  };
}

function unavailableSince(conditions: readonly z.infer<typeof Condition>[]): Timestamp | null {
  const available = conditions.find(({ type }) => type === "Available");
  if (available === undefined || available.status !== "False") return null;
  const since = Date.parse(available.lastTransitionTime);
  return Number.isNaN(since) ? null : timestamp(since);
}

function readCopied(
  annotations: Readonly<Record<string, string>>,
  images: Revision["images"],
  label: string,
): Revision | null {
  const hash = RevisionHash.safeParse(annotations[REVISION]);
  return hash.success ? { hash: hash.data, label: annotations[REVISION_LABEL] ?? label, images, configs: {} } : null;
}

/** The first label of the selector that may tell pods; `null` when it has none of them. */
export function selectorOf(matchLabels: Readonly<Record<string, string>>): SelectorLabel | null {
  for (const key of SELECTOR_LABELS) {
    const value = matchLabels[key];
    if (value !== undefined) return { key, value };
  }
  return null;
}
