import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { CRD_FILE } from "../../../scripts/generate-crds.ts";
import { startKubernetes } from "../../../src/playground/kubernetes/server.ts";
import { connectCluster } from "../../../src/kubernetes/cluster-connection.ts";
import type { KubernetesObject } from "../../../src/kubernetes/object.ts";
import type { CanaryKey, CanaryStore } from "../../../src/store/canary-store.ts";
import { openKubernetesCanaryStore } from "../../../src/store/kubernetes-canary-store.ts";
import { createMemoryCanaryStore } from "../../../src/store/memory-canary-store.ts";
import { recordingLog } from "../../unit/kubernetes/scripted-server.ts";
import { CONTEXT, KEY } from "./samples.ts";

/** A store and the hands of somebody else on the same objects. */
export interface Harness {
  readonly store: CanaryStore;
  /** Applies a manifest as kubectl would. */
  apply(object: object): Promise<void>;
  remove(key: CanaryKey): Promise<void>;
  /** Writes the status of the sample canary, as another controller would. */
  writeStatus(status: object): Promise<void>;
  /** Replaces the CRD by one that does not know `status.rollout`. */
  forgetRecords(): Promise<void>;
  /** Requests so far; `null` where none are made. */
  requests(): number | null;
  stop(): Promise<void>;
}

export const HARNESSES: Readonly<Record<string, () => Promise<Harness>>> = {
  memory: async () => {
    const store = createMemoryCanaryStore(CONTEXT);
    return {
      store,
      apply: async (object) => store.apply({ ...object }),
      remove: async (key) => store.remove(key),
      writeStatus: async (status) => store.writeStatus(KEY, { ...status }),
      forgetRecords: async () => store.pruneRecords(),
      requests: () => null,
      stop: async () => {},
    };
  },
  kubernetes: startOnKubernetes,
};

export const crds = (): unknown[] =>
  parseAllDocuments(readFileSync(CRD_FILE, "utf8")).map((document) => document.toJS());

/** An emulated cluster with our CRDs and a namespace, and a connection to it. */
export async function startCluster(objects: readonly object[] = []) {
  const kubernetes = await startKubernetes({ clusterName: "east", image: () => ({ kind: "ready", afterMs: 30 }) });
  const folder = await mkdtemp(join(tmpdir(), "coalmine-"));
  const path = join(folder, "kubeconfig");
  await writeFile(path, kubernetes.kubeconfig);
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "demo" } };
  await kubernetes.apply([...crds(), namespace, ...objects] as never);
  const log = recordingLog();
  let requests = 0;
  const { client, open } = await connectCluster({
    kubeconfig: { path },
    namespaces: [],
    log,
    timing: { firstPause: 5, longestPause: 50 },
    onRequest: () => void (requests += 1),
  });
  const stop = async () => {
    await client.close();
    await kubernetes.stop();
    await rm(folder, { recursive: true });
  };
  return { kubernetes, kubeconfig: path, client, open, log, requests: () => requests, stop };
}

async function startOnKubernetes(): Promise<Harness> {
  const cluster = await startCluster();
  const { client, open } = cluster;
  const store = openKubernetesCanaryStore({ client, open, context: CONTEXT, onChange: () => {} });
  await store.synced;
  const canaries = (namespace: string) => `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries`;
  return {
    store,
    async apply(object: KubernetesObject) {
      const { namespace, name } = object["metadata"] as { namespace: string; name: string };
      if (store.get({ namespace, name }) === null) {
        await client.request({ method: "POST", path: canaries(namespace), body: object });
        return;
      }
      const contentType = "application/merge-patch+json";
      await client.request({ method: "PATCH", path: `${canaries(namespace)}/${name}`, body: object, contentType });
    },
    async remove({ namespace, name }) {
      const answer = await fetch(`${cluster.kubernetes.url}${canaries(namespace)}/${name}`, { method: "DELETE" });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async writeStatus(status) {
      const path = `${canaries(KEY.namespace)}/${KEY.name}/status`;
      const contentType = "application/merge-patch+json";
      await client.request({ method: "PATCH", path, body: { status }, contentType });
    },
    async forgetRecords() {
      const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/canaries.flagger.app";
      const pointer = "/spec/versions/0/schema/openAPIV3Schema/properties/status/properties/rollout";
      const contentType = "application/json-patch+json";
      await client.request({ method: "PATCH", path, body: [{ op: "remove", path: pointer }], contentType });
    },
    requests: cluster.requests,
    async stop() {
      await store.stop();
      await cluster.stop();
    },
  };
}
