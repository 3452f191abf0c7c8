const CLUSTER_DOMAIN = "svc.cluster.local";

/** The full name of a Service, e.g. `podinfo.demo.svc.cluster.local`. */
export function serviceHost(name: string, namespace: string): string {
  return `${name}.${namespace}.${CLUSTER_DOMAIN}`;
}

/**
 * The full name of a host as a VirtualService in `namespace` writes it. Only a name without dots is short; Istio takes
 * `podinfo.demo` as it stands, so it means no Service.
 */
export function resolveConfigHost(host: string, namespace: string): string {
  return host.includes(".") || host === "*" ? host.toLowerCase() : serviceHost(host.toLowerCase(), namespace);
}

export interface Authority {
  /** Lower-case host without port. */
  readonly host: string;
  readonly port: number | undefined;
}

/** Splits a Host header. */
export function parseAuthority(header: string): Authority {
  const [, host = "", port] = /^(.*?)(?::(\d+))?$/.exec(header.trim().toLowerCase()) ?? [];
  return { host, port: port === undefined ? undefined : Number(port) };
}

/**
 * The names by which a client's host may be known: as it stands, and in full when it is a short form of a Service's
 * name (`podinfo`, `podinfo.demo`, `podinfo.demo.svc`). `namespace` is where the client is.
 */
export function clientHostNames(host: string, namespace: string): readonly string[] {
  const parts = host.split(".");
  const [name = "", itsNamespace = namespace] = parts;
  const isShort = parts.length <= 2 || (parts.length === 3 && parts[2] === "svc");
  return isShort ? [serviceHost(name, itsNamespace), host] : [host];
}
