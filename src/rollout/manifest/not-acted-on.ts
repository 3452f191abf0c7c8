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

const service = (
  name: keyof NonNullable<CanarySpec["service"]>,
  used: (value: unknown) => boolean = (value) => value !== undefined,
): Row => ({ path: `spec.service.${name}`, used: (spec) => used(spec.service?.[name]), fix: remove("this field") });

const given = (value: unknown): boolean => value !== undefined;
const notEmpty = (value: unknown): boolean => Array.isArray(value) && value.length > 0;
const text = (value: unknown): boolean => typeof value === "string" && value !== "";

/** The whole list. Making something work means to delete its row here and to add it to `Canary`. */
export const NOT_ACTED_ON: readonly Row[] = [
  { path: "spec.ingressRef", used: (spec) => given(spec.ingressRef), fix: remove("the reference") },
  { path: "spec.routeRef", used: (spec) => given(spec.routeRef), fix: remove("the reference") },
  { path: "spec.upstreamRef", used: (spec) => given(spec.upstreamRef), fix: remove("the reference") },
  service("meshName", text),
  service("backends", notEmpty),
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

/** The first part of the manifest that would be ignored, as a problem; `null` when all of it is acted on. */
export function findNotActedOn(spec: CanarySpec): ManifestProblem | null {
  const row = NOT_ACTED_ON.find(({ used }) => used(spec));
  if (row === undefined) return null;
  return { path: row.path, problem: "is not acted on by this version of Coalmine", fix: row.fix };
}
