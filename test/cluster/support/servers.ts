import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { findFreePort } from "../../../src/playground/services/free-port.ts";
import { startProcess, type RunningProcess } from "../../../src/playground/services/process.ts";
import type { Identities } from "./identities.ts";
import { pathOf, type Program } from "./programs.ts";

/** Loaded machines take their time. */
const READY_TIMEOUT_MS = 90_000;

interface Launch {
  readonly program: Program;
  readonly directory: string;
  readonly args: readonly string[];
  readonly isReady: () => Promise<boolean>;
}

/** Starts one program of the control plane; what it says goes into `<directory>/<program>.log`. */
async function launch({ program, directory, args, isReady }: Launch): Promise<RunningProcess> {
  const log = createWriteStream(join(directory, `${program}.log`), { flags: "a" });
  const running = await startProcess({
    name: program,
    command: pathOf(program),
    args,
    cwd: directory,
    env: { HOME: directory },
    onLine: (line) => log.write(`${line}\n`),
    isReady,
    readyTimeoutMs: READY_TIMEOUT_MS,
  });
  void running.exited.then(() => log.end());
  return running;
}

export interface EtcdAddress {
  readonly clientPort: number;
  readonly peerPort: number;
}

export async function freeEtcdAddress(): Promise<EtcdAddress> {
  return { clientPort: await findFreePort(), peerPort: await findFreePort() };
}

/** Its data is thrown away, so nothing waits for the disk. */
export function startEtcd(directory: string, { clientPort, peerPort }: EtcdAddress): Promise<RunningProcess> {
  const client = `http://127.0.0.1:${clientPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  return launch({
    program: "etcd",
    directory,
    args: [
      `--data-dir=${join(directory, "etcd")}`,
      ...[`--listen-client-urls=${client}`, `--advertise-client-urls=${client}`],
      ...[`--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=default=${peer}`],
      ...["--unsafe-no-fsync", "--log-level=warn"],
    ],
    isReady: async () => (await fetch(`${client}/health`)).ok,
  });
}

export interface ApiServerOptions {
  readonly directory: string;
  readonly port: number;
  readonly etcdUrl: string;
  readonly identities: Identities;
  readonly flags: readonly string[];
}

/** The certificate that the API server makes for itself at its first start, with what signed it. */
export const certificateFile = (directory: string): string => join(directory, "certificates", "apiserver.crt");

/** Resolves when /readyz says yes, so also when the built-in roles exist. */
export function startApiServer(options: ApiServerOptions): Promise<RunningProcess> {
  const { directory, port, etcdUrl, identities, flags } = options;
  return launch({
    program: "kube-apiserver",
    directory,
    args: [
      ...[`--etcd-servers=${etcdUrl}`, "--bind-address=127.0.0.1", `--secure-port=${port}`],
      // Nothing runs in this cluster that would look for its API server by the Service `kubernetes`.
      ...[
        "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none",
        "--service-cluster-ip-range=10.96.0.0/16",
      ],
      `--cert-dir=${join(directory, "certificates")}`,
      ...["--authorization-mode=RBAC", `--token-auth-file=${identities.tokenFile}`],
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-signing-key-file=${identities.signingKeyFile}`,
      `--service-account-key-file=${identities.verifyingKeyFile}`,
      ...["--profiling=false", "--shutdown-delay-duration=0s"],
      ...flags,
    ],
    isReady: async () => saysReady(port, await readFile(certificateFile(directory), "utf8")),
  });
}

/** A connection of its own for each question: one that is kept would outlive a restart. */
function saysReady(port: number, ca: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path: "/readyz", ca, agent: false, timeout: 2_000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.once("timeout", () => asked.destroy(new Error("no answer in time")));
    asked.once("error", reject);
    asked.end();
  });
}

export interface ControllersOptions {
  readonly directory: string;
  readonly kubeconfig: string;
  readonly identities: Identities;
  readonly flags: readonly string[];
  readonly isReady: () => Promise<boolean>;
}

/** There are no real machines: nodes are never judged by their heartbeats. */
const WITHOUT = ["node-lifecycle-controller", "taint-eviction-controller", "node-ipam-controller"];

export function startControllers(options: ControllersOptions): Promise<RunningProcess> {
  const { directory, kubeconfig, identities, flags, isReady } = options;
  return launch({
    program: "kube-controller-manager",
    directory,
    args: [
      ...[`--kubeconfig=${kubeconfig}`, "--leader-elect=false", "--use-service-account-credentials=true"],
      `--controllers=${["*", ...WITHOUT.map((name) => `-${name}`)].join(",")}`,
      `--service-account-private-key-file=${identities.signingKeyFile}`,
      `--root-ca-file=${certificateFile(directory)}`,
      // Nobody asks it, and its serving certificate takes a while.
      "--secure-port=0",
      ...["--kube-api-qps=200", "--kube-api-burst=400"],
      ...flags,
    ],
    isReady,
  });
}
