import type { z } from "zod";
import { seconds, type Millis } from "../../units.ts";
import type { Canary } from "../canary.ts";
import type { ManifestProblem } from "../subject.ts";
import { findBeyondProvider } from "./beyond-provider.ts";
import { CanaryManifest } from "./canary-manifest.ts";
import { readMetricsServer } from "./read-metrics.ts";
import { readWhole } from "./found.ts";
import { findNotActedOn } from "./not-acted-on.ts";
import { describeIssue } from "./issue.ts";
import type { ProviderAbilities } from "./provider-abilities.ts";
import { readAnalysis } from "./read-analysis.ts";
import { readRolloutBlock } from "./read-rollout-block.ts";
import { readScaler } from "./read-scaler.ts";
import { readService } from "./read-service.ts";
import { readTarget } from "./read-target.ts";

export interface ReadContext {
  /** Name of the worker's cluster. */
  readonly cluster: string;
  /** Shorter analysis intervals are lengthened to this. 10 s in production. */
  readonly minInterval: Millis;
  /** What shifts the traffic of canaries that name nothing. */
  readonly defaultProvider: string;
  /** Whether canaries may only refer to AlertProviders and MetricTemplates of their own namespace. */
  readonly noCrossNamespaceRefs: boolean;
  /** What can shift traffic, and how. */
  readonly providers: Readonly<Record<string, ProviderAbilities>>;
}

export type ReadCanary =
  | { readonly canary: Canary; readonly problem: null; readonly retreat: null }
  /** `retreat`: enough to roll back with, where the only trouble is a field that is not acted on. */
  | { readonly canary: null; readonly problem: ManifestProblem; readonly retreat: Canary | null };

/**
 * Understands a Canary object completely, or says what the first problem is: a field that is wrong, or one that this version
 * would ignore. Never throws for what stands in a manifest.
 */
export function readCanary(object: unknown, context: ReadContext): ReadCanary {
  const parsed = CanaryManifest.safeParse(object);
  if (!parsed.success) return refused(firstProblem(parsed.error));
  const { spec } = parsed.data;
  const provider = spec.provider ?? context.defaultProvider;
  const abilities = context.providers[provider];
  if (abilities === undefined) return refused(unknownProvider(provider, context));
  const read = understand(parsed.data, { ...context, provider, abilities });
  if (read.problem !== null) return read;
  const ignored = findNotActedOn(spec) ?? findBeyondProvider({ spec, provider, abilities });
  return ignored === null ? read : { canary: null, problem: ignored, retreat: read.canary };
}

const unknownProvider = (provider: string, { providers }: ReadContext): ManifestProblem => ({
  path: "spec.provider",
  problem: `${provider} is nothing that this version can shift traffic with`,
  fix: `Use one of ${Object.keys(providers).join(", ")}.`,
});

interface Understanding extends ReadContext {
  readonly provider: string;
  readonly abilities: ProviderAbilities;
}

const refused = (problem: ManifestProblem) => ({ canary: null, problem, retreat: null });

function firstProblem(error: z.ZodError): ManifestProblem {
  const [issue] = error.issues;
  if (issue === undefined) return { path: "spec", problem: "is not a Canary", fix: "Compare it with the samples." };
  return describeIssue(issue);
}

function understand({ metadata, spec }: CanaryManifest, context: Understanding): ReadCanary {
  const { cluster, minInterval, provider, abilities, noCrossNamespaceRefs } = context;
  const { namespace } = metadata;
  const target = readTarget(spec);
  if (target.problem !== null) return refused(target.problem);
  const scaler = readScaler(spec);
  if (scaler.problem !== null) return refused(scaler.problem);
  const service = readService(spec, abilities);
  if (service.problem !== null) return refused(service.problem);
  const metrics = { namespace, provider, targetKind: spec.targetRef.kind, noCrossNamespaceRefs };
  const analysis = readAnalysis(spec.analysis, { minInterval, abilities, metrics });
  if (analysis.problem !== null) return refused(analysis.problem);
  const metricsServer = readMetricsServer(spec.metricsServer ?? "");
  if (metricsServer.problem !== null) return refused(metricsServer.problem);
  const rollout = readRolloutBlock(spec.rollout);
  if (rollout.problem !== null) return refused(rollout.problem);
  const deadline = readWhole({
    path: "spec.progressDeadlineSeconds",
    value: spec.progressDeadlineSeconds,
    fallback: 600,
    min: 1,
    max: 2_147_483_647,
  });
  if (deadline.problem !== null) return refused(deadline.problem);

  const canary: Canary = {
    ref: { cluster, namespace, name: metadata.name, uid: metadata.uid },
    generation: metadata.generation,
    provider,
    target: target.value,
    scaler: scaler.value,
    service: service.value,
    metricsServer: metricsServer.value,
    suspended: spec.suspend ?? false,
    skipAnalysis: spec.skipAnalysis ?? false,
    revertOnDeletion: spec.revertOnDeletion ?? false,
    progressDeadline: seconds(deadline.value),
    analysis: analysis.value,
    rollout: rollout.value,
  };
  return { canary, problem: null, retreat: null };
}
