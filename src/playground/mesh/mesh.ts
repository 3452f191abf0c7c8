import { createServer } from "node:http";
import type { Server } from "node:http";
import type { Log } from "../services/log.ts";
import { reasonOf } from "../services/log.ts";
import type { Catalog } from "../workloads/catalog.ts";
import { listen } from "../workloads/service-instance.ts";
import { answerArrival, readArrival } from "./ingress.ts";
import { Instances } from "./instances.ts";
import { GATEWAY } from "./matching.ts";
import type { RequestSource } from "./matching.ts";
import { MeshConfig } from "./mesh-config.ts";
import type { MeshMetrics } from "./mesh-metrics.ts";
import { createMeshMetrics } from "./mesh-metrics.ts";
import { Arrivals } from "./arrivals.ts";
import { startPropagation } from "./propagation.ts";
import { Proxy } from "./proxy.ts";
import { startRouteReporter } from "./route-reporter.ts";
import type { VersionTraffic } from "./traffic.ts";
import { TrafficWindow } from "./traffic.ts";

export interface MeshOptions {
  /** The API server to watch, e.g. `http://127.0.0.1:8001`. */
  readonly kubernetesUrl: string;
  /** How each image serves. */
  readonly catalog: Pick<Catalog, "behaviourOf">;
  /** Port of the ingress on 127.0.0.1. Default 0: any free one. */
  readonly port?: number;
  /** Port of `/metrics` on 127.0.0.1. Default 0: any free one. */
  readonly metricsPort?: number;
  /** Milliseconds until a change in Kubernetes has reached the proxy. Default 100. */
  readonly propagationMs?: number;
  /** Namespace of the clients, for hosts given by a short name. Default "demo". */
  readonly clientNamespace?: string;
  /** Makes the sample services' errors and delays repeatable. Default "coalmine". */
  readonly seed?: string;
  readonly log: Log;
}

export interface Mesh {
  /** Ingress, e.g. `http://127.0.0.1:8080`: choose a service by Host header, or by `/s/<namespace>/<service>/`. */
  readonly url: string;
  /** What Prometheus scrapes. */
  readonly metricsUrl: string;
  /** The resourceVersion of an object that the proxy routes by now, such as "VirtualService demo/podinfo"; undefined: none. */
  arrived(object: string): string | undefined;
  /** Opens the proxy beside a workload: what is sent there comes from that workload. Answers its address. */
  sidecar(source: RequestSource): Promise<string>;
  /** What each version did in the last ten seconds. */
  traffic(): readonly VersionTraffic[];
  /** The configurations that were refused and not yet replaced or deleted: "namespace/name" to the reason. */
  refused(): ReadonlyMap<string, string>;
  /** Stops everything and waits for it. */
  stop(): Promise<void>;
}

/** Starts a mesh that routes by what it watches in Kubernetes. Resolves when it has seen everything once. */
export async function startMesh(options: MeshOptions): Promise<Mesh> {
  const { catalog, port = 0, metricsPort = 0, seed = "coalmine", clientNamespace = "demo", log } = options;
  const metrics = createMeshMetrics();
  const traffic = new TrafficWindow();
  const refused = new Map<string, string>();
  const arrivals = new Arrivals();
  const config = new MeshConfig({
    clientNamespace,
    onRefused: ({ key, reason }) => {
      refused.set(key, reason);
      metrics.countRefused(key);
    },
    log,
  });
  const reporter = startRouteReporter({ kubernetesUrl: options.kubernetesUrl, log });
  const instances = new Instances({ catalog, seed, log });
  const proxy = new Proxy({ config, metrics, traffic, portOf: (uid) => instances.portOf(uid), log });
  const propagation = startPropagation({
    url: options.kubernetesUrl,
    delayMs: options.propagationMs ?? 100,
    onPodSeen: (change) => instances.apply(change),
    onArrived: (kind, change) => {
      if (kind === "VirtualService" || kind === "HTTPRoute") refused.delete(change.key);
      const reason = config.apply(kind, change);
      if (kind === "HTTPRoute") reporter.report(change, reason);
      arrivals.note(kind, change);
    },
    log,
  });

  const ingress = ingressServer({ config, proxy, source: GATEWAY, log });
  const exporter = metricsServer(metrics);
  const sidecars: Server[] = [];
  const stop = async (): Promise<void> => {
    propagation.stop();
    reporter.stop();
    proxy.stop();
    await Promise.all([...[ingress, exporter, ...sidecars].map(close), instances.stop()]);
  };
  try {
    const ingressPort = await listen(ingress, port);
    const exporterPort = await listen(exporter, metricsPort);
    await propagation.firstLook;
    return {
      url: `http://127.0.0.1:${ingressPort}`,
      metricsUrl: `http://127.0.0.1:${exporterPort}/metrics`,
      arrived: (object) => arrivals.versionOf(object),
      sidecar: async (source) => {
        const server = ingressServer({ config, proxy, source, log });
        sidecars.push(server);
        return `http://127.0.0.1:${await listen(server, 0)}`;
      },
      traffic: () => traffic.rows(),
      refused: () => new Map(refused),
      stop,
    };
  } catch (error) {
    await stop();
    throw new Error("while starting the mesh", { cause: error });
  }
}

interface Ingress {
  readonly config: MeshConfig;
  readonly proxy: Proxy;
  readonly source: RequestSource;
  readonly log: Log;
}

function ingressServer({ config, proxy, source, log }: Ingress): Server {
  const server = createServer((message, response) => {
    readArrival(message, source)
      .then((arrival) => {
        if (arrival.kind === "request") return proxy.serve(arrival.request, response);
        return answerArrival(arrival, { response, services: config.servingServices() });
      })
      .catch((error: unknown) => {
        log.warn({ reason: reasonOf(error) }, "could not serve a request");
        response.destroy();
      });
  });
  // Clients keep their connections; one that pauses for a few seconds shall find its own still open.
  server.keepAliveTimeout = 65_000;
  return server;
}

function metricsServer({ registry }: MeshMetrics): Server {
  return createServer((message, response) => {
    if (message.url !== "/metrics") {
      response.writeHead(404).end("only /metrics is here\n");
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { "content-type": registry.contentType }).end(text),
      (error: unknown) => response.writeHead(500).end(`${reasonOf(error)}\n`),
    );
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
