import type { Clock } from "./clock.ts";

/** How containers of an image behave, as seen by the cluster. */
export type ImageBehaviour =
  | { readonly kind: "ready"; readonly afterMs: number }
  | { readonly kind: "never-ready" }
  | { readonly kind: "crashes"; readonly afterMs: number }
  | { readonly kind: "pull-fails"; readonly reason: string };

export interface KubernetesOptions {
  /** Names cluster and context in the kubeconfig. */
  readonly clusterName: string;
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Asked whenever a container is started, so that a scenario may change its answer. */
  readonly image: (image: string) => ImageBehaviour;
  /** Default 60,000. */
  readonly bookmarkEveryMs?: number;
  /** Changes kept for each resource; a watch from before them gets 410 Gone. Default 5,000. */
  readonly watchHistory?: number;
  /** Time from a pod's creation until its containers start. Default 0. */
  readonly schedulerDelayMs?: number;
  /** Default is the system's clock. */
  readonly clock?: Clock;
  /** Told about failures inside the emulator's controllers; without it they are retried in silence. */
  readonly onError?: (error: Error) => void;
}
