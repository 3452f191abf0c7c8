import type { ManifestProblem } from "../subject.ts";
import type { CanarySpec } from "./canary-manifest.ts";
import { readDuration } from "./duration.ts";
import { DNS_SUBDOMAIN, type ServiceSpec } from "./service-spec.ts";

export type HttpRouteLimit = (service: ServiceSpec, spec: CanarySpec) => ManifestProblem | null;

/** Two references to one Gateway each name a listener of their own, by its name or its port. */
const listeners: HttpRouteLimit = ({ gatewayRefs = [] }) => {
  for (const [index, one] of gatewayRefs.entries()) {
    const earlier = gatewayRefs.slice(0, index).filter((other) => parentOf(other) === parentOf(one));
    const clash = earlier.some((other) => !areApart(one, other));
    if (!clash) continue;
    const fix = "Keep one of them, or give each a sectionName of its own.";
    return { path: `spec.service.gatewayRefs[${index}]`, problem: "names the same parent as an earlier one", fix };
  }
  return null;
};

type Parent = NonNullable<ServiceSpec["gatewayRefs"]>[number];

/** Whether a server may take both; whether it does depends on its channel, and it says so. */
function areApart(one: Parent, other: Parent): boolean {
  const apart = <T>(a: T | undefined, b: T | undefined): boolean => Boolean(a) && Boolean(b) && a !== b;
  return apart(one.sectionName, other.sectionName) || apart(one.port, other.port);
}

const parentOf = ({ group, kind, name, namespace = "" }: Parent): string => [group, kind, namespace, name].join("/");

const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

const methods: HttpRouteLimit = ({ match = [] }) => {
  const index = match.findIndex(({ method }) => method?.exact !== undefined && !METHODS.includes(method.exact));
  if (index === -1) return null;
  const fix = `Use one of ${METHODS.join(", ")}.`;
  return { path: `spec.service.match[${index}].method`, problem: "is no method that a route can name", fix };
};

const PATH = /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/;
const CRAFTY = /\/\/|\/\.\.?(\/|$)|%2f/i;

const paths: HttpRouteLimit = ({ match = [] }) => {
  const index = match.findIndex(({ uri }) => {
    const text = uri?.exact ?? uri?.prefix;
    return text !== undefined && (!PATH.test(text) || CRAFTY.test(text));
  });
  if (index === -1) return null;
  const fix = "Write it without empty or dotted parts, and anything unusual in percents; or use regex.";
  return { path: `spec.service.match[${index}].uri`, problem: "is no path that a route can name", fix };
};

const rewriting: HttpRouteLimit = ({ rewrite }) => {
  const { authority = "" } = rewrite ?? {};
  if (authority === "" || DNS_SUBDOMAIN.test(authority)) return null;
  const fix = "Write a host name such as shop.example.com, without a port.";
  return { path: "spec.service.rewrite.authority", problem: `"${authority}" is no host name`, fix };
};

const HEADER = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;

const headerChanges: HttpRouteLimit = ({ headers }) => {
  for (const side of ["request", "response"] as const) {
    for (const change of ["add", "set"] as const) {
      const entries = Object.entries(headers?.[side]?.[change] ?? {});
      const path = `spec.service.headers.${side}.${change}`;
      const bad = entries.find(([name, value]) => !HEADER.test(name) || value === "");
      if (bad !== undefined) {
        const fix = "Give it a header's name and a value; to take a header off, use remove.";
        return { path: `${path}.${bad[0]}`, problem: "is nothing that a route can write", fix };
      }
      if (entries.length > 16) return { path, problem: "has more than 16 headers", fix: "Keep 16." };
    }
  }
  return null;
};

const mirrors: HttpRouteLimit = ({ mirror = [] }) => {
  const index = mirror.findIndex(({ backendRef }) => backendRef === undefined);
  if (index === -1) return null;
  const fix = "Add backendRef: {name: audit, port: 80}, or remove the entry.";
  return { path: `spec.service.mirror[${index}].backendRef`, problem: "is missing", fix };
};

/** Browsers are told whole seconds; what is left of one is cut off. */
const corsAge: HttpRouteLimit = ({ corsPolicy }) => {
  const { maxAge = "" } = corsPolicy ?? {};
  const age = maxAge === "" ? 1_000 : readDuration(maxAge);
  if (age !== null && age >= 1_000) return null;
  const fix = "Write one second at least, such as 30s or 24h.";
  return { path: "spec.service.corsPolicy.maxAge", problem: `"${maxAge}" is no number of seconds`, fix };
};

const corsMethods: HttpRouteLimit = ({ corsPolicy }) => {
  const methodList = corsPolicy?.allowMethods ?? [];
  const index = methodList.findIndex((name) => name !== "*" && !METHODS.includes(name));
  if (index === -1) return null;
  const fix = `Use *, or some of ${METHODS.join(", ")}.`;
  return { path: `spec.service.corsPolicy.allowMethods[${index}]`, problem: "is no method", fix };
};

/** Values that the schema of an HTTPRoute refuses, or that would be lost on the way into one. */
export const httpRouteValues = [
  listeners,
  methods,
  paths,
  rewriting,
  headerChanges,
  mirrors,
  corsAge,
  corsMethods,
] as const;
