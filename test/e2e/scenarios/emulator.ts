import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startKubernetes } from "../../../src/playground/kubernetes/server.ts";
import { meshDefinitions, productDefinitions } from "../../../src/playground/stage/samples.ts";
import { Api, type Manifest } from "../../cluster/support/api.ts";
import type { StartPlane } from "../../scenarios/plane.ts";
import { FaultProxy } from "../../support/fault-proxy.ts";

/** The emulator, in this process. */
export const emulator: StartPlane = async ({ image }) => {
  const directory = await mkdtemp(join(tmpdir(), "coalmine-emulator-"));
  const kubernetes = await startKubernetes({ clusterName: "emulated", port: 0, image });
  await kubernetes.apply([...(await productDefinitions()), ...(await meshDefinitions())]);
  const admin = new Api({ url: kubernetes.url, ca: "", token: "" });
  /** What workers take for the API server. */
  const door = await FaultProxy.start({ url: kubernetes.url, ca: "" });
  let kubeconfigs = 0;
  return {
    upstream: { url: door.url, ca: "" },
    admin,
    interval: "300ms",
    kubeconfigFor: async (url) => {
      const path = join(directory, `kubeconfig-${(kubeconfigs += 1)}`);
      await writeFile(path, kubernetes.kubeconfig.replaceAll(kubernetes.url, url), { mode: 0o600 });
      return path;
    },
    restartApiServer: async () => {
      door.down(true);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      door.down(false);
    },
    pauseStorage: () => door.hold(),
    resumeStorage: () => door.letGo(),
    otherDefinition: () => OTHER,
    stop: async () => {
      await admin.close();
      await door.stop();
      await kubernetes.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
};

const anything = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
const text = { type: "string" };

/** A definition as another controller of the same API could bring it: neither `spec.rollout` nor `status.rollout` is in it. */
const OTHER: Manifest = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "canaries.flagger.app" },
  spec: {
    group: "flagger.app",
    scope: "Namespaced",
    names: { plural: "canaries", singular: "canary", kind: "Canary", listKind: "CanaryList" },
    versions: [
      {
        name: "v1beta1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: {
                type: "object",
                properties: {
                  targetRef: anything,
                  progressDeadlineSeconds: { type: "number" },
                  service: anything,
                  analysis: anything,
                },
              },
              status: {
                type: "object",
                properties: {
                  phase: text,
                  failedChecks: { type: "number" },
                  canaryWeight: { type: "number" },
                  iterations: { type: "number" },
                  lastAppliedSpec: text,
                  lastPromotedSpec: text,
                  lastTransitionTime: text,
                  conditions: { type: "array", items: anything },
                },
              },
            },
          },
        },
      },
    ],
  },
};
