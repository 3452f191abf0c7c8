import type { ManifestProblem } from "../subject.ts";
import type { CanarySpec } from "./canary-manifest.ts";
import { readDuration } from "./duration.ts";
import type { ServiceSpec } from "./service-spec.ts";

type Limit = (service: ServiceSpec, spec: CanarySpec) => ManifestProblem | null;

/** What an API server would refuse in the HTTPRoute of this manifest, or a gateway could not carry out; `null`: nothing. */
export function beyondHttpRoutes(spec: CanarySpec): ManifestProblem | null {
  const { service } = spec;
  if (service === undefined) return null;
  for (const limit of LIMITS) {
    const problem = limit(service, spec);
    if (problem !== null) return problem;
  }
  return null;
}

const parents: Limit = ({ gatewayRefs = [] }) => {
  if (gatewayRefs.length > 0) return null;
  const fix = "Name the Gateway that serves it: gatewayRefs: [{name: public, namespace: istio-ingress}].";
  return { path: "spec.service.gatewayRefs", problem: "is missing", fix };
};

const HOST = /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const hosts: Limit = ({ hosts: names = [] }) => {
  const index = names.findIndex((name) => name !== "*" && !HOST.test(name));
  if (index === -1) return null;
  const fix = "Write a name such as shop.example.com or *.example.com, without a port.";
  return { path: `spec.service.hosts[${index}]`, problem: `"${names[index]}" is no host name`, fix };
};

/** A method is a word, and a prefix is a path. */
const matches: Limit = ({ match = [] }) => {
  for (const [index, { method, uri }] of match.entries()) {
    const path = `spec.service.match[${index}]`;
    if (method !== undefined && method.exact === undefined) {
      return {
        path: `${path}.method`,
        problem: "is no single method",
        fix: "Use exact, with one entry for each method.",
      };
    }
    const begin = uri?.exact ?? uri?.prefix;
    if (begin !== undefined && !begin.startsWith("/")) {
      return { path: `${path}.uri`, problem: "does not begin with a slash", fix: "Begin it with a slash." };
    }
  }
  return null;
};

const TIME = /^([0-9]{1,5}(h|m|s|ms)){1,4}$/;

const timeouts: Limit = ({ timeout, backendTimeout }) => {
  for (const [field, value] of Object.entries({ timeout, backendTimeout })) {
    if (value === undefined || value === "" || TIME.test(value)) continue;
    const fix = "Write whole numbers, such as 15s or 500ms.";
    return { path: `spec.service.${field}`, problem: `"${value}" is no time limit`, fix };
  }
  const [whole, one] = [readDuration(timeout ?? "") ?? 0, readDuration(backendTimeout ?? "") ?? 0];
  if (whole === 0 || one <= whole) return null;
  const fix = "Let timeout be the longer one: it counts all attempts together.";
  return { path: "spec.service.backendTimeout", problem: "is longer than timeout", fix };
};

const rewrites: Limit = ({ rewrite, match = [] }, { analysis }) => {
  if (rewrite?.type !== "ReplacePrefixMatch") return null;
  const [first] = match;
  const isPrefix = first === undefined || first.uri === undefined || first.uri.prefix !== undefined;
  if (match.length <= 1 && isPrefix && (analysis.match ?? []).length <= 1) return null;
  const fix = "Keep one entry in service.match, with a prefix, and one in analysis.match; or rewrite the full path.";
  return { path: "spec.service.rewrite.type", problem: "needs exactly one prefix to replace", fix };
};

const origins: Limit = ({ corsPolicy }) => {
  const index = (corsPolicy?.allowOrigins ?? []).findIndex(({ exact }) => exact === undefined);
  if (index === -1) return null;
  const fix = "Use exact, where a host may begin with a wildcard: https://*.example.com.";
  return { path: `spec.service.corsPolicy.allowOrigins[${index}]`, problem: "is no exact origin", fix };
};

const LIMITS = [parents, hosts, matches, timeouts, rewrites, origins] as const;
