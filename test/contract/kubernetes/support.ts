import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { accessSync, constants } from "node:fs";
import { KubeConfig } from "@kubernetes/client-node";
import type { JsonObject } from "../../../src/playground/kubernetes/json.ts";
import type { ImageBehaviour, KubernetesOptions } from "../../../src/playground/kubernetes/options.ts";
import { startKubernetes } from "../../../src/playground/kubernetes/server.ts";
import type { KubernetesEmulator } from "../../../src/playground/kubernetes/server.ts";

/** Images behave by the end of their tag: `-unready`, `-crash`, `-nopull`; all others are ready at once. */
export function behaviourByTag(image: string): ImageBehaviour {
  if (image.endsWith("-unready")) return { kind: "never-ready" };
  if (image.endsWith("-crash")) return { kind: "crashes", afterMs: 20 };
  if (image.endsWith("-nopull")) return { kind: "pull-fails", reason: "manifest unknown" };
  return { kind: "ready", afterMs: 20 };
}

/** A cluster whose controllers may not fail: an error inside of them fails the test that sees it. */
export async function startCluster(options: Partial<KubernetesOptions> = {}): Promise<KubernetesEmulator> {
  const failures: Error[] = [];
  const emulator = await startKubernetes({
    clusterName: "test",
    image: behaviourByTag,
    onError: (error) => failures.push(error),
    ...options,
  });
  return {
    ...emulator,
    stop: async () => {
      await emulator.stop();
      if (failures[0] !== undefined) throw failures[0];
    },
  };
}

export function kubeConfigOf(emulator: KubernetesEmulator): KubeConfig {
  const config = new KubeConfig();
  config.loadFromString(emulator.kubeconfig);
  return config;
}

export function deployment(name: string, image: string, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "default", labels: { app: name } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "app", image, ports: [{ name: "http", containerPort: 9898 }] }] },
      },
      ...spec,
    },
  };
}

/** A small CRD with status and scale, defaults, columns and most kinds of rules. */
export const gadgetDefinition: JsonObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "gadgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "gadgets", kind: "Gadget", shortNames: ["gd"], categories: ["all"] },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {}, scale: { specReplicasPath: ".spec.size", statusReplicasPath: ".status.size" } },
        additionalPrinterColumns: [
          { name: "Size", type: "integer", jsonPath: ".spec.size" },
          { name: "Colour", type: "string", jsonPath: ".spec.colour", priority: 1 },
          { name: "Since", type: "date", jsonPath: ".metadata.creationTimestamp" },
        ],
        schema: {
          openAPIV3Schema: {
            type: "object",
            required: ["spec"],
            properties: {
              spec: {
                type: "object",
                required: ["colour"],
                properties: {
                  size: { type: "integer", minimum: 0, maximum: 9, default: 1 },
                  colour: { type: "string", enum: ["red", "green"] },
                  port: { "x-kubernetes-int-or-string": true },
                  code: { type: "string", pattern: "^[a-z]+$" },
                  note: { type: "string", nullable: true },
                  open: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
                  either: {
                    type: "object",
                    properties: { a: { type: "string" }, b: { type: "string" } },
                    oneOf: [{ required: ["a"] }, { required: ["b"] }],
                  },
                },
              },
              status: { type: "object", properties: { phase: { type: "string" }, size: { type: "integer" } } },
            },
          },
        },
      },
      {
        name: "v1beta1",
        served: true,
        storage: false,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};

export function gadget(name: string, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: "example.com/v1",
    kind: "Gadget",
    metadata: { name, namespace: "default" },
    spec: { colour: "red", ...spec },
  };
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Why kubectl tests cannot run here, or false. */
export function kubectlMissing(): string | false {
  const found = (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, "kubectl"), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return found ? false : "kubectl is not on PATH";
}

/** kubectl with a kubeconfig and cache of its own. */
export class Kubectl {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async for(emulator: KubernetesEmulator): Promise<Kubectl> {
    const folder = await mkdtemp(join(tmpdir(), "kubectl-test-"));
    await writeFile(join(folder, "config"), emulator.kubeconfig);
    return new Kubectl(folder);
  }

  get #environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env["PATH"],
      HOME: this.#folder,
      KUBECONFIG: join(this.#folder, "config"),
      KUBECACHEDIR: join(this.#folder, "cache"),
    };
  }

  run(...args: string[]): Promise<Ran> {
    return this.#execute(args, undefined);
  }

  /** Standard output; throws when kubectl fails. */
  async output(...args: string[]): Promise<string> {
    const ran = await this.run(...args);
    if (ran.code !== 0) throw new Error(`kubectl ${args.join(" ")}: ${ran.stderr}${ran.stdout}`);
    return ran.stdout;
  }

  /** Runs with a manifest on standard input; objects are given as JSON. */
  withInput(objects: readonly JsonObject[], ...args: string[]): Promise<Ran> {
    const list = { apiVersion: "v1", kind: "List", items: [...objects] };
    return this.#execute([...args, "-f", "-"], JSON.stringify(objects.length === 1 ? objects[0] : list));
  }

  #execute(args: readonly string[], input: string | undefined): Promise<Ran> {
    return new Promise((resolve) => {
      const child = execFile(
        "kubectl",
        [...args],
        { env: this.#environment, timeout: 30_000 },
        (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : 1, stdout, stderr });
        },
      );
      child.stdin?.end(input ?? "");
    });
  }

  /** A kubectl that keeps running; `stop` ends it. */
  start(...args: string[]): { text: () => string; stop: () => Promise<void> } {
    const child = spawn("kubectl", args, { env: this.#environment, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
    const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
    return {
      text: () => text,
      stop: async () => {
        child.kill();
        await ended;
      },
    };
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
