import type { Agent } from "undici";
import { TerminalError } from "../errors.ts";

/** Where the credentials come from: a file, or the pod's own service account. */
export type KubeconfigSource = { readonly path: string } | "in-cluster";

export interface Credentials {
  /** Origin of the API server, and the path under which it lives (empty, or beginning with a slash). */
  readonly origin: string;
  readonly prefix: string;
  /** Headers that authenticate, and the two connection pools with the right certificates. */
  current(): Promise<{ readonly headers: Readonly<Record<string, string>>; readonly pools: Pools }>;
  /** Forgets the headers, after the server refused them. */
  forget(): void;
  close(): Promise<void>;
}

export interface Pools {
  readonly requests: Agent;
  readonly watches: Agent;
}

/** Tokens and certificate files are looked at again after this. */
const FRESH_MS = 15_000;
const CONNECTIONS = 32;

interface Tls {
  readonly ca?: unknown;
  readonly cert?: unknown;
  readonly key?: unknown;
  readonly passphrase?: unknown;
  readonly servername?: unknown;
  readonly rejectUnauthorized?: unknown;
}

/**
 * Lets the Kubernetes library do what it is good at, reading kubeconfigs and authenticating, and keeps its connections away:
 * it would open a new one for every request. Loaded late, since the library takes a second and 90 MB.
 */
export async function openCredentials(source: KubeconfigSource): Promise<Credentials> {
  const [{ KubeConfig, RequestContext, HttpMethod }, { Agent }] = await Promise.all([
    import("@kubernetes/client-node"),
    import("undici"),
  ]);
  const config = new KubeConfig();
  if (source === "in-cluster") config.loadFromCluster();
  else config.loadFromFile(source.path);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new TerminalError("the kubeconfig has no current cluster: set current-context");
  if (cluster.proxyUrl !== undefined) throw new TerminalError("the kubeconfig's proxy-url is not supported: remove it");
  const server = new URL(cluster.server);

  let tls: Tls = {};
  Object.defineProperty(config, "createDispatcher", { value: (_: unknown, options: Tls) => void (tls = options) });

  const makePools = (): Pools => {
    const connect = { ...pickTls(tls), keepAlive: true, keepAliveInitialDelay: 30_000 };
    return {
      requests: new Agent({ connections: CONNECTIONS, keepAliveTimeout: 60_000, connect }),
      watches: new Agent({ keepAliveTimeout: 1_000, bodyTimeout: 0, connect }),
    };
  };

  let pools: Pools | null = null;
  let drawn = "";
  let headers: Record<string, string> = {};
  let readAt = -Infinity;

  const read = async (): Promise<void> => {
    const context = new RequestContext(cluster.server, HttpMethod.GET);
    await config.applySecurityAuthentication(context);
    headers = context.getHeaders();
    readAt = performance.now();
    const now = JSON.stringify(pickTls(tls), (_, value) => (Buffer.isBuffer(value) ? value.toString("base64") : value));
    if (pools !== null && now === drawn) return;
    // Running requests finish on the old pools; the new certificates are for those that follow.
    void pools?.requests.close();
    void pools?.watches.close();
    pools = makePools();
    drawn = now;
  };
  let reading: Promise<void> | null = null;

  return {
    origin: server.origin,
    prefix: server.pathname.replace(/\/$/, ""),
    async current() {
      if (pools === null || performance.now() - readAt > FRESH_MS) {
        reading ??= read().finally(() => (reading = null));
        await reading;
      }
      if (pools === null) throw new Error("while opening connections: no credentials were read");
      return { headers, pools };
    },
    forget() {
      readAt = -Infinity;
    },
    async close() {
      await Promise.all([pools?.requests.destroy(), pools?.watches.destroy()]);
    },
  };
}

/** Only what TLS needs, and only what is set: `undefined` would override Node's defaults. */
function pickTls({ ca, cert, key, passphrase, servername, rejectUnauthorized }: Tls): Record<string, unknown> {
  const options = { ca, cert, key, passphrase, servername, rejectUnauthorized };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
