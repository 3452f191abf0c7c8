import { z } from "zod";
import type { Log } from "../services/log.ts";
import { reasonOf } from "../services/log.ts";
import { clientHostNames, parseAuthority, serviceHost } from "./hosts.ts";
import { compileHttpRoute } from "./http-route.ts";
import type { Change } from "./kubernetes-watch.ts";
import type { RequestFacts } from "./matching.ts";
import type { Pod } from "./pods.ts";
import { readPod } from "./pods.ts";
import { retryPolicyOf } from "./retries.ts";
import type { Service, ServicePort } from "./services.ts";
import { choosePort, isEndpoint, readService } from "./services.ts";
import type { Destination, Rule, VirtualServiceRoutes } from "./virtual-service.ts";
import { compileVirtualService } from "./virtual-service.ts";

export type WatchedKind = "Pod" | "Service" | "VirtualService" | "HTTPRoute";

/** What a request's host and headers lead to. */
export type RouteLookup =
  | { readonly kind: "unknown-host" }
  | { readonly kind: "no-rule"; readonly app: string }
  | { readonly kind: "rule"; readonly rule: Rule; readonly prefix: string; readonly app: string };

/** What stands behind a destination. No pods means: none is ready. */
export type DestinationLookup =
  | { readonly kind: "unknown-service" }
  | { readonly kind: "service"; readonly service: Service; readonly pods: readonly Pod[] };

const RoutesObject = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string(), creationTimestamp: z.string().default("") }),
  spec: z.unknown(),
});

/** A VirtualService or an HTTPRoute that was understood. */
interface KnownRoutes extends VirtualServiceRoutes {
  readonly key: string;
  readonly createdAt: string;
}

export interface MeshConfigOptions {
  /** Where clients are that call a Service by its short name. */
  readonly clientNamespace: string;
  readonly onRefused: (refused: { readonly key: string; readonly reason: string }) => void;
  readonly log: Log;
}

/** The configuration that the proxy routes by now: the watched objects, as they arrived at it. */
export class MeshConfig {
  readonly #options: MeshConfigOptions;
  readonly #pods = new Map<string, Pod>();
  readonly #services = new Map<string, Service>();
  readonly #virtualServices = new Map<string, KnownRoutes>();
  readonly #httpRoutes = new Map<string, KnownRoutes>();
  readonly #endpoints = new Map<string, readonly Pod[]>();
  #byHost: ReadonlyMap<string, KnownRoutes> | undefined;

  constructor(options: MeshConfigOptions) {
    this.#options = options;
  }

  /** Takes a change over; returns why not. What cannot be understood is refused: the previous version goes on to hold. */
  apply(kind: WatchedKind, change: Change): string | undefined {
    try {
      this.#applyKind(kind, change);
      return undefined;
    } catch (error) {
      const refused = { key: change.key, reason: reasonOf(error) };
      this.#options.log.warn({ kind, ...refused }, "refused a configuration, the previous one holds");
      this.#options.onRefused(refused);
      return refused.reason;
    }
  }

  /** The rule for a request: the first that matches in what routes its host, or the Service of that name. */
  findRule(request: RequestFacts): RouteLookup {
    const { clientNamespace } = this.#options;
    const { host, port } = parseAuthority(request.authority);
    const names = clientHostNames(host, clientNamespace);
    const app = appName(host);
    const routes = this.#routesFor(names);
    if (routes !== undefined) {
      const found = this.#firstRule(routes, request);
      if (found !== undefined) return { kind: "rule", ...found, app };
      // Only TCP routes, say: then the Service is reached as if there were no VirtualService.
      if (routes.rules.length > 0) return { kind: "no-rule", app };
    }
    const known = names.find((name) => this.#services.has(name));
    if (known === undefined) return { kind: "unknown-host" };
    return { kind: "rule", rule: plainRule({ host: known, port, headers: undefined }), prefix: "/", app };
  }

  /** The Service behind a destination and its serving pods. `asked` is the port in the client's own host, if any. */
  findPods(destination: Destination, asked?: number): DestinationLookup {
    const service = this.#services.get(destination.host);
    if (service === undefined) return { kind: "unknown-service" };
    const wanted = destination.port ?? (service.ports.some(({ port }) => port === asked) ? asked : undefined);
    const port = choosePort(service, wanted);
    if (port === undefined) return { kind: "unknown-service" };
    return { kind: "service", service, pods: this.#endpointsOf(service, port) };
  }

  /** Every Service that has a serving pod, for the list that a browser sees. */
  servingServices(): readonly Service[] {
    return [...this.#services.values()].filter((service) =>
      service.ports.some((port) => this.#endpointsOf(service, port).length > 0),
    );
  }

  #applyKind(kind: WatchedKind, change: Change): void {
    switch (kind) {
      case "Pod":
        this.#endpoints.clear();
        if (change.kind === "deleted") this.#pods.delete(change.key);
        else this.#pods.set(change.key, readPod(change.object));
        return;
      case "Service":
        this.#endpoints.clear();
        if (change.kind === "deleted") this.#services.delete(fullName(change.key));
        else this.#services.set(fullName(change.key), readService(change.object));
        return;
      case "VirtualService":
        this.#byHost = undefined;
        if (change.kind === "deleted") this.#virtualServices.delete(change.key);
        else this.#virtualServices.set(change.key, readRoutes(change, compileVirtualService));
        return;
      case "HTTPRoute":
        this.#byHost = undefined;
        if (change.kind === "deleted") this.#httpRoutes.delete(change.key);
        else this.#httpRoutes.set(change.key, readRoutes(change, compileHttpRoute));
        return;
    }
  }

  #endpointsOf(service: Service, port: ServicePort): readonly Pod[] {
    const key = `${service.namespace}/${service.name}/${port.port}`;
    const known = this.#endpoints.get(key);
    if (known !== undefined) return known;
    const pods = [...this.#pods.values()].filter((pod) => isEndpoint(pod, { service, port }));
    this.#endpoints.set(key, pods);
    return pods;
  }

  /** A rule that delegates goes on with the other VirtualService's rules, and is passed over when none of them matches. */
  #firstRule({ rules }: VirtualServiceRoutes, request: RequestFacts): { rule: Rule; prefix: string } | undefined {
    for (const rule of rules) {
      const prefix = rule.matchedPrefix(request);
      if (prefix === undefined) continue;
      if (rule.delegate === undefined) return { rule, prefix };
      const delegate = this.#virtualServices.get(rule.delegate);
      const found = delegate?.hosts.length === 0 ? this.#firstRule(delegate, request) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** An exact name goes before a wildcard, a longer wildcard before a shorter one. */
  #routesFor(names: readonly string[]): KnownRoutes | undefined {
    this.#byHost ??= indexByHost([...this.#virtualServices.values(), ...this.#httpRoutes.values()]);
    for (const name of names) {
      const exact = this.#byHost.get(name);
      if (exact !== undefined) return exact;
    }
    for (const name of names) {
      const labels = name.split(".");
      for (let from = 1; from <= labels.length; from++) {
        const wildcard = this.#byHost.get(["*", ...labels.slice(from)].join("."));
        if (wildcard !== undefined) return wildcard;
      }
    }
    return undefined;
  }
}

function readRoutes(
  { key, object }: { key: string; object: unknown },
  compile: (spec: unknown, namespace: string) => VirtualServiceRoutes,
): KnownRoutes {
  const { metadata, spec } = RoutesObject.parse(object);
  return { key, createdAt: metadata.creationTimestamp, ...compile(spec, metadata.namespace) };
}

/** Where two claim a host, the older one has it, as in Istio. */
function indexByHost(routes: readonly KnownRoutes[]): ReadonlyMap<string, KnownRoutes> {
  const oldestFirst = routes.toSorted((a, b) => compareText(a.createdAt, b.createdAt) || compareText(a.key, b.key));
  const byHost = new Map<string, KnownRoutes>();
  for (const one of oldestFirst) {
    for (const host of one.hosts) if (!byHost.has(host)) byHost.set(host, one);
  }
  return byHost;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** What holds for a Service that no VirtualService speaks of. */
function plainRule(destination: Destination): Rule {
  return {
    matchedPrefix: () => "/",
    chooseDestination: () => destination,
    mirrors: [],
    timeoutMs: undefined,
    retries: retryPolicyOf(undefined),
    rewrite: undefined,
    headers: undefined,
    cors: undefined,
  };
}

function fullName(key: string): string {
  const [namespace = "", name = ""] = key.split("/");
  return serviceHost(name, namespace);
}

/** What people call the host: its first label, or all of a name outside the cluster. */
function appName(host: string): string {
  const isInCluster = !host.includes(".") || host.endsWith(".cluster.local") || host.split(".").length <= 3;
  return isInCluster ? (host.split(".")[0] ?? host) : host;
}
