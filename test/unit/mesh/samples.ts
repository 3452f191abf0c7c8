import { readCanary } from "../../../src/rollout/manifest/read-canary.ts";
import type { Canary } from "../../../src/rollout/canary.ts";
import { seconds } from "../../../src/units.ts";
import { PROVIDERS } from "../../support/subjects.ts";

export const UID = "0f5c2f0e-1111-4222-8333-444455556666";

export interface CanaryParts {
  readonly uid?: string;
  readonly provider?: string;
  /** Parts of `spec.analysis`. */
  readonly analysis?: object;
}

/** The canary `demo/shop` with these parts in `spec.service`; a text is its uid. */
export function canaryWith(service: object = {}, parts: string | CanaryParts = {}): Canary {
  const { uid = UID, provider = "istio", analysis } = typeof parts === "string" ? { uid: parts } : parts;
  const object = {
    metadata: { namespace: "demo", name: "shop", uid, generation: 1 },
    spec: {
      provider,
      targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "shop" },
      service: { port: 80, ...service },
      analysis: { interval: "30s", threshold: 5, stepWeight: 20, ...analysis },
    },
  };
  const { canary, problem } = readCanary(object, { cluster: "east", minInterval: seconds(10), ...PROVIDERS });
  if (canary === null) throw new Error(JSON.stringify(problem));
  return canary;
}

export const destination = (host: string, weight?: number): object => ({
  destination: { host },
  ...(weight === undefined ? {} : { weight }),
});

/** A VirtualService as somebody else may have written it. */
export function foreignService(http: readonly object[] | undefined, metadata: object = {}): object {
  return {
    apiVersion: "networking.istio.io/v1beta1",
    kind: "VirtualService",
    metadata: { namespace: "demo", name: "shop", resourceVersion: "41", ...metadata },
    spec: { hosts: ["shop.example.com"], gateways: ["public"], ...(http === undefined ? {} : { http }) },
  };
}

/** A VirtualService as tests read it. */
export interface Shape {
  metadata: {
    resourceVersion: string;
    labels: Record<string, string>;
    annotations: Record<string, string>;
    ownerReferences: { controller: boolean }[];
  };
  spec: {
    hosts: string[];
    gateways: string[];
    http: ({ route: { destination: { host: string }; weight: number }[] } & Record<string, unknown>)[];
  };
}
