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

  const name = nonEmpty(service.name) ?? spec.targetRef.name;
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
