import type { ManifestProblem } from "../subject.ts";
import type { CanarySpec } from "./canary-manifest.ts";

/** A part of the API that this version understands but does not act on, so that a manifest with it must not run. */
interface Row {
  readonly path: string;
  /** Whether the manifest uses it in a way that would have an effect. */
  readonly used: (spec: CanarySpec) => boolean;
  readonly fix: string;
}

const remove = (what: string): string => `Remove ${what}, or leave this canary to the controller that runs it today.`;
const filled = (list: readonly unknown[] | undefined): boolean => list !== undefined && list.length > 0;

const service = (
  name: keyof NonNullable<CanarySpec["service"]>,
  used: (value: unknown) => boolean = (value) => value !== undefined,
): Row => ({ path: `spec.service.${name}`, used: (spec) => used(spec.service?.[name]), fix: remove("this field") });

const analysis = (
  name: keyof CanarySpec["analysis"],
  used: (value: unknown) => boolean,
  fix = remove("this field"),
): Row => ({ path: `spec.analysis.${name}`, used: (spec) => used(spec.analysis[name]), fix });

const given = (value: unknown): boolean => value !== undefined;
const isTrue = (value: unknown): boolean => value === true;
const notEmpty = (value: unknown): boolean => Array.isArray(value) && value.length > 0;
const text = (value: unknown): boolean => typeof value === "string" && value !== "";

/** The whole list. Making something work means to delete its row here and to add it to `Canary`. */
export const NOT_ACTED_ON: readonly Row[] = [
  {
    path: "spec.targetRef.kind",
    used: (spec) => spec.targetRef.kind !== "Deployment",
    fix: "Only a Deployment can be the target so far.",
  },
  { path: "spec.autoscalerRef", used: (spec) => given(spec.autoscalerRef), fix: remove("the scaler's reference") },
  { path: "spec.ingressRef", used: (spec) => given(spec.ingressRef), fix: remove("the reference") },
  { path: "spec.routeRef", used: (spec) => given(spec.routeRef), fix: remove("the reference") },
  { path: "spec.upstreamRef", used: (spec) => given(spec.upstreamRef), fix: remove("the reference") },
  service("trafficDistribution"),
  service("portDiscovery", isTrue),
  service("headless", isTrue),
  service("meshName", text),
  service("backends", notEmpty),
  service("unmanagedMetadata"),
  analysis("webhooks", notEmpty, "Remove them. Where one asks people, use spec.rollout.approvals instead."),
  analysis("alerts", notEmpty, "Remove them; announcements go to spec.rollout.channel."),
  {
    path: "spec.rollout.judge",
    used: (spec) => given(spec.rollout?.judge),
    fix: "Remove it; thresholds judge so far.",
  },
  {
    path: "spec.rollout.severe",
    used: (spec) => given(spec.rollout?.severe),
    fix: "Remove it; every check waits for its pass so far.",
  },
];

const BUILTIN = new Set(["request-success-rate", "request-duration"]);

/** The first part of the manifest that would be ignored, as a problem; `null` when all of it is acted on. */
export function findNotActedOn(spec: CanarySpec): ManifestProblem | null {
  const row = NOT_ACTED_ON.find(({ used }) => used(spec));
  if (row !== undefined)
    return { path: row.path, problem: "is not acted on by this version of Coalmine", fix: row.fix };
  return findMetricNotActedOn(spec);
}

function findMetricNotActedOn(spec: CanarySpec): ManifestProblem | null {
  for (const [index, metric] of (spec.analysis.metrics ?? []).entries()) {
    const path = `spec.analysis.metrics[${index}]`;
    const problem = "is not acted on by this version of Coalmine";
    if (given(metric.templateRef)) return { path: `${path}.templateRef`, problem, fix: remove("this metric") };
    if (text(metric.query)) return { path: `${path}.query`, problem, fix: remove("this metric") };
    if (filled(Object.keys(metric.templateVariables ?? {}))) {
      return { path: `${path}.templateVariables`, problem, fix: remove("the variables") };
    }
    if (!BUILTIN.has(metric.name)) {
      return { path: `${path}.name`, problem, fix: "Use request-success-rate or request-duration." };
    }
  }
  return null;
}
