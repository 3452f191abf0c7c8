import { seconds } from "../../../src/units.ts";
import { PROVIDERS } from "../../support/subjects.ts";

export const CONTEXT = { cluster: "east", minInterval: seconds(10), ...PROVIDERS };

type Tree = Record<string, unknown>;

/** A Canary that is accepted, with the named parts of its spec replaced. */
export function manifest(parts: { spec?: Tree; analysis?: Tree; service?: Tree; rollout?: Tree } = {}): Tree {
  return {
    apiVersion: "flagger.app/v1beta1",
    kind: "Canary",
    metadata: { name: "shop", namespace: "demo", uid: "0f5c2f0e-1111-4222-8333-444455556666", generation: 3 },
    spec: {
      targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "shop" },
      service: { port: 80, ...parts.service },
      analysis: { interval: "30s", threshold: 5, stepWeight: 20, maxWeight: 50, ...parts.analysis },
      ...(parts.rollout === undefined ? {} : { rollout: parts.rollout }),
      ...parts.spec,
    },
  };
}
