import type { PodBehaviour } from "../../src/playground/workloads/catalog.ts";
import type { Api, Manifest } from "../cluster/support/api.ts";
import type { Upstream } from "../support/fault-proxy.ts";

/** A control plane as scenarios see it: the emulator, or a real one. */
export interface Plane {
  /** Where a worker's proxy leads. */
  readonly upstream: Upstream;
  /** May do everything; goes past the proxies. */
  readonly admin: Api;
  /** Shortest interval at which its pods and controllers keep up, as a manifest says it. */
  readonly interval: string;
  /** Path of a kubeconfig with a worker's rights that leads to `url`. */
  kubeconfigFor(url: string): Promise<string>;
  /** Ends the API server with all its connections, and starts it again with the same data. */
  restartApiServer(): Promise<void>;
  /** The API server's storage hangs: what needs it is not answered. */
  pauseStorage(): void;
  resumeStorage(): void;
  /** Somebody else's definition of Canary, which keeps no record. */
  otherDefinition(): Manifest;
  stop(): Promise<void>;
}

export interface PlaneOptions {
  /** How pods of an image behave; asked whenever a container starts. */
  readonly image: (image: string) => PodBehaviour;
}

export type StartPlane = (options: PlaneOptions) => Promise<Plane>;
