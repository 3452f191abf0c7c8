import type { ObjectMetadata, ServicePlan } from "../canary.ts";
import type { CanarySpec } from "./canary-manifest.ts";
import { found, readWhole, wrong, type Found } from "./found.ts";
import type { ProviderAbilities } from "./provider-abilities.ts";
import type { ServiceSpec } from "./service-spec.ts";

/** Reads `spec.service` and fills the defaults in. */
export function readService(spec: CanarySpec, abilities: ProviderAbilities): Found<ServicePlan> {
  const service = spec.service;
  if (service === undefined) {
    return wrong("spec.service", "is missing", "Add service: {port: 80}, with the port that clients call.");
  }
  const port = readWhole({ path: "spec.service.port", value: service.port, fallback: 0, min: 1, max: 65_535 });
  if (port.problem !== null) return port;
  const targetPort = readTargetPort(service.targetPort, port.value);
  if (targetPort.problem !== null) return targetPort;

  const named = readName(spec, nonEmpty(service.name));
  if (named.problem !== null) return named;
  const name = named.value;
  return found({
    name,
    port: port.value,
    portName: nonEmpty(service.portName) ?? "http",
    targetPort: targetPort.value,
    appProtocol: nonEmpty(service.appProtocol),
    portDiscovery: service.portDiscovery ?? false,
    headless: service.headless ?? false,
    trafficDistribution: service.trafficDistribution ?? null,
    unmanaged: {
      labels: service.unmanagedMetadata?.labels ?? [],
      annotations: service.unmanagedMetadata?.annotations ?? [],
    },
    gatewayApi: {
      parents: service.gatewayRefs ?? [],
      backendTimeout: nonEmpty(service.backendTimeout),
      mirrors: service.mirror ?? [],
    },
    http: readHttp(service, name, abilities),
    metadata: {
      apex: readMetadata(service.apex),
      primary: readMetadata(service.primary),
      canary: readMetadata(service.canary),
    },
  });
}

/** What Kubernetes takes as the name of a Service. */
const SERVICE_NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
/** `-primary` is appended, and 63 characters are the most. */
const LONGEST_NAME = 55;

/** The apex Service is called after the target unless it is given a name; a target that is a Service is the apex itself. */
function readName({ targetRef }: CanarySpec, given: string | null): Found<string> {
  const name = given ?? targetRef.name;
  const path = "spec.service.name";
  if (targetRef.kind === "Service" && name !== targetRef.name) {
    const fix = "Remove it; the target is the Service that clients call.";
    return wrong(path, `differs from the target, which is a Service itself`, fix);
  }
  if (SERVICE_NAME.test(name) && name.length <= LONGEST_NAME) return found(name);
  const fix = `Use up to ${LONGEST_NAME} lower-case letters, digits and hyphens, the first a letter.`;
  if (given === null) return wrong(path, `is missing, and the target's name ${name} cannot be a Service's`, fix);
  return wrong(path, `"${name}" cannot be the name of a Service`, fix);
}

const nonEmpty = (text: string | undefined): string | null => (text === undefined || text === "" ? null : text);

function readTargetPort(value: number | string | undefined, port: number): Found<number | string> {
  if (value === undefined || value === 0 || value === "" || value === "0") return found(port);
  if (typeof value === "number") {
    return readWhole({ path: "spec.service.targetPort", value, fallback: port, min: 1, max: 65_535 });
  }
  return found(/^\d+$/.test(value) ? Number(value) : value);
}

/** The apex name is served too, unless it is listed or everything is; an HTTPRoute serves what its parents lead to it. */
function readHttp(service: ServiceSpec, name: string, { httpRoutes }: ProviderAbilities): ServicePlan["http"] {
  const hosts = service.hosts ?? [];
  const gateways = service.gateways ?? [];
  return {
    hosts: httpRoutes || hosts.includes(name) || hosts.includes("*") ? hosts : [...hosts, name],
    gateways: gateways.length === 0 ? ["mesh"] : gateways,
    delegation: service.delegation ?? false,
    timeout: nonEmpty(service.timeout),
    retries: service.retries ?? null,
    match: service.match ?? [],
    rewrite: service.rewrite ?? null,
    headers: service.headers ?? null,
    corsPolicy: service.corsPolicy ?? null,
    trafficPolicy: service.trafficPolicy ?? null,
  };
}

function readMetadata(metadata: ServiceSpec["apex"]): ObjectMetadata {
  return { labels: metadata?.labels ?? {}, annotations: metadata?.annotations ?? {} };
}
