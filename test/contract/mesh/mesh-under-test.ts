import { request } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { Mesh, MeshOptions } from "../../../src/playground/mesh/mesh.ts";
import { startMesh } from "../../../src/playground/mesh/mesh.ts";
import { silentLog } from "../../../src/playground/services/log.ts";
import { createCatalog } from "../../../src/playground/workloads/catalog.ts";
import type { Catalog } from "../../../src/playground/workloads/catalog.ts";
import type { KubernetesStub } from "./kubernetes-stub.ts";
import { PODS, SERVICES, startKubernetesStub } from "./kubernetes-stub.ts";
import { pod, service } from "./sample-objects.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The version that answered, when a sample service did. */
  readonly version: string | undefined;
}

export interface Ask {
  readonly host?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
}

export interface MeshUnderTest {
  readonly kubernetes: KubernetesStub;
  readonly mesh: Mesh;
  readonly catalog: Catalog;
  /** Sends one request to the ingress. The host is "podinfo.demo" unless given. */
  ask(path?: string, options?: Ask): Promise<Answer>;
  /** How many of `count` requests each version answered (or each status, when no version did). */
  tally(count: number, options?: Ask): Promise<Record<string, number>>;
  /** The sum of all series of a metric whose labels include these. */
  metric(name: string, labels: Readonly<Record<string, string>>): Promise<number>;
  stop(): Promise<void>;
}

/** A mesh on a stub with a primary (6.0.0) and a canary (6.1.0), one pod each, answering without delay. */
export async function startMeshUnderTest(
  options: Partial<MeshOptions> = {},
  collections?: readonly string[],
): Promise<MeshUnderTest> {
  const kubernetes = await startKubernetesStub(collections);
  for (const name of ["podinfo-primary", "podinfo-canary"]) kubernetes.set(SERVICES, service(name));
  kubernetes.set(PODS, pod({ name: "primary-1", workload: "podinfo-primary", version: "6.0.0" }));
  kubernetes.set(PODS, pod({ name: "canary-1", workload: "podinfo-canary", version: "6.1.0" }));
  const catalog = createCatalog();
  for (const tag of ["6.0.0", "6.1.0"]) catalog.override(tag, { medianMs: 0, p99Ms: 0 });
  const mesh = await startMesh({
    kubernetesUrl: kubernetes.url,
    catalog,
    propagationMs: 0,
    log: silentLog,
    ...options,
  });

  const ask: MeshUnderTest["ask"] = (path = "/", options = {}) =>
    askMesh(mesh.url, path, { host: "podinfo.demo", ...options });
  return {
    kubernetes,
    mesh,
    catalog,
    ask,
    tally: async (count, askOptions) => {
      const tally: Record<string, number> = {};
      for (let sent = 0; sent < count; sent++) {
        const { status, version } = await ask("/", askOptions);
        const key = status === 200 ? version! : String(status);
        tally[key] = (tally[key] ?? 0) + 1;
      }
      return tally;
    },
    metric: async (name, labels) => sumOf(await (await fetch(mesh.metricsUrl)).text(), name, labels),
    stop: async () => {
      await mesh.stop();
      await kubernetes.stop();
    },
  };
}

/** One request to a mesh; the host says which service is meant. */
export function askMesh(url: string, path: string, { host, method = "GET", headers = {}, body }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url + path, { method, headers: { ...headers, host } }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece: string) => (text += piece));
      response.on("error", reject);
      response.on("end", () => {
        const version = /"version":"([^"]+)"/.exec(text)?.[1];
        resolve({ status: response.statusCode!, headers: response.headers, text, version });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

export function sumOf(text: string, name: string, labels: Readonly<Record<string, string>>): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return text
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) && wanted.every((pair) => line.includes(pair)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}
