import type { KubernetesClient } from "../kubernetes/client.ts";
import type { OpenCollection } from "../kubernetes/collection.ts";
import type { ApexServices } from "../kubernetes/services/apex.ts";
import type { Canary } from "../rollout/canary.ts";
import type { RouteObservation } from "../rollout/observation.ts";
import type { Affinity, Audience } from "../rollout/rollout.ts";
import type { Weight } from "../units.ts";

/** What every mesh or ingress must be able to do for a canary. One folder and one line in `registry.ts` each. */
export interface Router {
  /** Reads the routing object from the watch cache; no request. */
  observe(canary: Canary): RouteObservation;
  /**
   * Makes the routing object send `weight` percent to the canary and the rest to primary, and carry `stamp`.
   * Creates it when `resourceVersion` is `null`; edits only what is ours otherwise. One request when only the weight differs.
   * Throws ConflictError when the object has another resourceVersion, or exists although none was expected.
   */
  setRoute(canary: Canary, wanted: SetRoute): Promise<void>;
  /**
   * The canary is being deleted: makes a routing object that was not made by us what it was before. One of ours is left to the
   * garbage collector. Doing it twice is harmless.
   */
  handBack(canary: Canary): Promise<void>;
}

export interface SetRoute {
  readonly weight: Weight;
  /** Whether requests are copied to the canary, as much as the manifest's mirror says. */
  readonly mirrored: boolean;
  /** Whom the weight is about; with `matched` all others stay on primary. */
  readonly audience: Audience;
  readonly affinity: Affinity;
  readonly stamp: string;
  readonly resourceVersion: string | null;
}

/** What a router works with. `onChange` hears of routing objects by namespace and name. */
export interface RouterParts {
  readonly client: Pick<KubernetesClient, "request">;
  readonly open: OpenCollection;
  readonly onChange: (namespace: string, name: string) => void;
  /** The apex Services, which others follow already. */
  readonly apex: ApexServices;
}

/** A router that follows its objects until it is stopped. */
export interface RunningRouter extends Router {
  /** Resolves when its objects have been listed. */
  readonly synced: Promise<void>;
  isSynced(): boolean;
  /** Milliseconds since its copy was proven current. */
  age(): number;
  stop(): Promise<void>;
}

/** `api`: the served one of those in which its objects may be written, such as `/apis/networking.istio.io/v1`; empty: it needs none. */
export type OpenRouter = (parts: RouterParts, api: string) => RunningRouter;
