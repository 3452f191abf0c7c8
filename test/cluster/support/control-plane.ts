import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort } from "../../../src/playground/services/free-port.ts";
import type { RunningProcess } from "../../../src/playground/services/process.ts";
import type { PodBehaviour } from "../../../src/playground/workloads/catalog.ts";
import { Api } from "./api.ts";
import { makeIdentities, writeKubeconfig, type Identities } from "./identities.ts";
import { startNodeAgent } from "./node-agent.ts";
import { certificateFile, freeEtcdAddress, startApiServer, startControllers, startEtcd } from "./servers.ts";

export interface ControlPlaneOptions {
  /** More flags for kube-apiserver; a later one of the same name wins. */
  readonly apiServerFlags?: readonly string[];
  readonly controllerFlags?: readonly string[];
  /** False: no kube-controller-manager, so nothing acts on what is stored. Default true. */
  readonly controllers?: boolean;
  /** How pods of an image behave on the pretended node. Default: by tag, as in the playground, ready after 200 ms. */
  readonly image?: (image: string) => PodBehaviour;
}

export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

/** A real etcd, kube-apiserver and kube-controller-manager, and one pretended node. */
export interface ControlPlane {
  /** `https://127.0.0.1:port`; stays the same across restarts. */
  readonly url: string;
  /** What signed the server's certificate, PEM. */
  readonly ca: string;
  /** Scratch folder: logs of the programs (`kube-apiserver.log`, …) and kubeconfigs. Removed by `stop`. */
  readonly directory: string;
  /** etcd's own API, plain HTTP. */
  readonly etcdUrl: string;
  /** Path of a kubeconfig that may do everything. */
  readonly kubeconfig: string;
  /** May do everything. */
  readonly admin: Api;
  /** A client for whoever holds this token; empty: nobody. Closed by `stop`. */
  apiAs(token: string): Api;
  /** A token of a service account, good for an hour. */
  tokenFor(account: ServiceAccount): Promise<string>;
  /** Path of a kubeconfig that comes in as a service account; `url` leads elsewhere, such as to a proxy. */
  kubeconfigFor(account: ServiceAccount, url?: string): Promise<string>;
  /** SIGTERM as by an upgrade, or SIGKILL as by a crash; resolves when it serves again. */
  restartApiServer(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Process ids of its programs. */
  pids(): readonly number[];
  /** It hangs: connections stay open, nothing is answered. */
  pauseEtcd(): void;
  resumeEtcd(): void;
  stop(): Promise<void>;
}

/** Starts a control plane of its own. What was started is stopped again when a later part fails. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const stack = new AsyncDisposableStack();
  try {
    return await raise(stack, options);
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function raise(stack: AsyncDisposableStack, options: ControlPlaneOptions): Promise<ControlPlane> {
  const { apiServerFlags = [], controllers = true } = options;
  const directory = await mkdtemp(join(tmpdir(), "coalmine-cluster-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const identities = await makeIdentities(join(directory, "identities"));
  const address = await freeEtcdAddress();
  const etcdUrl = `http://127.0.0.1:${address.clientPort}`;
  const etcd = await startEtcd(directory, address);
  stack.defer(async () => {
    etcd.kill("SIGCONT");
    await etcd.stop();
  });
  const port = await findFreePort();
  const launchServer = () => startApiServer({ directory, port, etcdUrl, identities, flags: apiServerFlags });
  let server = await launchServer();
  // Nothing is worth waiting for: it would drain connections for a minute.
  stack.defer(async () => void (await server.stop(500)));

  const url = `https://127.0.0.1:${port}`;
  const ca = await readFile(certificateFile(directory), "utf8");
  const apiAs = (token: string): Api => {
    const api = new Api({ url, ca, token });
    stack.defer(() => api.close());
    return api;
  };
  const admin = apiAs(identities.adminToken);
  const kubeconfig = await writeKubeconfig(join(directory, "admin.kubeconfig"), { url, ca, token: admin.token });
  const controlled = { directory, url, ca, identities, admin, flags: options.controllerFlags };
  const managers = controllers ? [await addControllers(stack, controlled)] : [];
  const agent = await startNodeAgent({ api: admin, kubeconfig, ...(options.image && { image: options.image }) });
  stack.defer(() => agent.stop());

  const tokenFor = (account: ServiceAccount): Promise<string> => requestToken(admin, account);
  let kubeconfigs = 0;
  return {
    ...{ url, ca, directory, etcdUrl, kubeconfig, admin, apiAs, tokenFor },
    kubeconfigFor: async (account, at = url) => {
      const path = join(directory, `${account.name}-${(kubeconfigs += 1)}.kubeconfig`);
      const trust = at.startsWith("https:") ? ca : "";
      return writeKubeconfig(path, { url: at, ca: trust, token: await tokenFor(account) });
    },
    restartApiServer: async (signal = "SIGTERM") => {
      server.kill(signal);
      await server.stop(2_000);
      server = await launchServer();
    },
    pids: () => [etcd, server, ...managers].map(({ pid }) => pid),
    pauseEtcd: () => etcd.kill("SIGSTOP"),
    resumeEtcd: () => etcd.kill("SIGCONT"),
    stop: () => stack.disposeAsync(),
  };
}

interface Controlled {
  readonly directory: string;
  readonly url: string;
  readonly ca: string;
  readonly identities: Identities;
  readonly admin: Api;
  readonly flags: readonly string[] | undefined;
}

async function addControllers(stack: AsyncDisposableStack, controlled: Controlled): Promise<RunningProcess> {
  const { directory, url, ca, identities, admin, flags = [] } = controlled;
  const path = join(directory, "controllers.kubeconfig");
  const kubeconfig = await writeKubeconfig(path, { url, ca, token: identities.controllersToken });
  const isReady = async (): Promise<boolean> => {
    const { status } = await admin.ask("GET", "/api/v1/namespaces/default/serviceaccounts/default");
    return status === 200;
  };
  const manager = await startControllers({ directory, kubeconfig, identities, flags, isReady });
  stack.defer(async () => void (await manager.stop(500)));
  return manager;
}

async function requestToken(admin: Api, { namespace, name }: ServiceAccount): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const answer = await admin.create(path, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { expirationSeconds: 3_600 },
  });
  return (answer as { status: { token: string } }).status.token;
}
