import type { Log } from "../services/log.ts";
import { reasonOf } from "../services/log.ts";
import type { Change } from "./kubernetes-watch.ts";
import { startWatch } from "./kubernetes-watch.ts";
import type { WatchedKind } from "./mesh-config.ts";

export interface PropagationOptions {
  readonly url: string;
  /** Milliseconds from the moment a change is seen until it has arrived. What was there at the start arrives at once. */
  readonly delayMs: number;
  /** Called as soon as a pod's change is seen; the change arrives only after this has resolved. */
  readonly onPodSeen: (change: Change) => Promise<void>;
  /** Called when a change has arrived, in the order in which the changes were seen. */
  readonly onArrived: (kind: WatchedKind, change: Change) => void;
  readonly log: Log;
}

export interface Propagation {
  /** Resolves when everything that was there at the start has arrived. */
  readonly firstLook: Promise<void>;
  stop(): void;
}

const PATHS = {
  Pod: ["/api/v1/pods"],
  Service: ["/api/v1/services"],
  VirtualService: ["/apis/networking.istio.io/v1/virtualservices", "/apis/networking.istio.io/v1beta1/virtualservices"],
  HTTPRoute: ["/apis/gateway.networking.k8s.io/v1/httproutes"],
} satisfies Record<WatchedKind, readonly string[]>;

const KINDS = ["Pod", "Service", "VirtualService", "HTTPRoute"] as const satisfies readonly WatchedKind[];

/** Watches what the mesh routes by, and hands it on a little later, as a control plane does. */
export function startPropagation({ url, delayMs, onPodSeen, onArrived, log }: PropagationOptions): Propagation {
  let stopped = false;
  let delay = 0;
  let arrivals = Promise.resolve();

  const hasArrived = async (kind: WatchedKind, change: Change): Promise<void> => {
    const dueAt = performance.now() + delay;
    const seen = kind === "Pod" ? onPodSeen(change) : Promise.resolve();
    const before = arrivals;
    await Promise.all([before, seen]);
    const wait = dueAt - performance.now();
    if (wait > 0 && !stopped) await new Promise((resolve) => setTimeout(resolve, wait));
    if (!stopped) onArrived(kind, change);
  };
  const see = (kind: WatchedKind, change: Change): void => {
    if (stopped) return;
    arrivals = hasArrived(kind, change).catch((error: unknown) => {
      log.warn({ kind, key: change.key, reason: reasonOf(error) }, "could not take a change over");
    });
  };

  const watches = KINDS.map((kind) =>
    startWatch({ url, paths: PATHS[kind], onChange: (change) => see(kind, change), log }),
  );
  const firstLook = Promise.all(watches.map((watch) => watch.firstLook)).then(async () => {
    delay = delayMs;
    await arrivals;
  });
  return {
    firstLook,
    stop: () => {
      stopped = true;
      for (const watch of watches) watch.stop();
    },
  };
}
