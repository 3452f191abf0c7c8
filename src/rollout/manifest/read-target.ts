import type { Canary } from "../canary.ts";
import type { CanarySpec } from "./canary-manifest.ts";
import { found, wrong, type Found } from "./found.ts";

const PATH = "spec.targetRef";

/** Reads `spec.targetRef`: a workload of the canary's own namespace. */
export function readTarget({ targetRef }: CanarySpec): Found<Canary["target"]> {
  const { apiVersion, kind, name } = targetRef;
  if (name === "") return wrong(`${PATH}.name`, "is empty", "Name the workload to be released.");
  if (kind === "Service" && apiVersion.startsWith("serving.knative.dev/")) {
    const fix = "Let the target be a Deployment, a DaemonSet or a Service of apiVersion v1.";
    return wrong(`${PATH}.apiVersion`, "names a Knative service, which this version of Coalmine does not act on", fix);
  }
  return found({ kind, name });
}
