import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMetricSource } from "../../../scripts/bench/metric-source.ts";
import { createCommandSender } from "../../../src/queue/sender.ts";
import { signCommand } from "../../../src/queue/signature.ts";
import { silentLog } from "../../../src/playground/services/log.ts";
import { startRedis } from "../../../src/playground/services/redis.ts";
import { startProduct } from "../../../src/playground/stage/product.ts";
import { sampleManifests } from "../../../src/playground/stage/samples.ts";
import type { Rollout } from "../../../src/rollout/rollout.ts";
import { KEY, sampleCommand } from "../../contract/queue/samples.ts";
import { quiet } from "../../contract/queue/with-redis.ts";
import { stringAt } from "../../../src/playground/kubernetes/json.ts";
import type { Api } from "../support/api.ts";
import { patiently } from "../support/patiently.ts";
import { startControlPlane } from "../support/control-plane.ts";
import { installDefinitions } from "../support/definitions.ts";
import { kubectlWith } from "../support/kubectl.ts";
import { readAuditLog } from "./rights.ts";

export const WORKER = { namespace: "coalmine", name: "coalmine-worker" } as const;
const DEPLOY = join(import.meta.dirname, "../../../deploy");
const CANARY = "/apis/flagger.app/v1beta1/namespaces/demo/canaries/podinfo";

/** Every request of the worker, whatever the answer, and nobody else's. */
const AUDIT = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    { level: "Metadata", users: [`system:serviceaccount:${WORKER.namespace}:${WORKER.name}`] },
    { level: "None" },
  ],
};

/**
 * A control plane on which `kubectl apply -k deploy/<overlay>` was run, with the sample service podinfo and a real worker that
 * comes in as the ServiceAccount of deploy/. The API server writes down what the worker asks, and guards owner references.
 */
export async function startGrantedWorker(overlay: "base" | "namespaced") {
  const stack = new AsyncDisposableStack();
  try {
    return await raise(stack, overlay);
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function raise(stack: AsyncDisposableStack, overlay: "base" | "namespaced") {
  const directory = await mkdtemp(join(tmpdir(), "coalmine-rights-"));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const [policy, log] = [join(directory, "policy.json"), join(directory, "audit.log")];
  await writeFile(policy, JSON.stringify(AUDIT));
  const plane = await startControlPlane({
    apiServerFlags: [
      ...[`--audit-policy-file=${policy}`, `--audit-log-path=${log}`],
      "--enable-admission-plugins=OwnerReferencesPermissionEnforcement",
    ],
  });
  stack.defer(() => plane.stop());
  const { admin } = plane;

  const samples = await sampleManifests("http://load-tester.demo");
  await admin.apply(...samples.filter(({ kind }) => kind === "Namespace"));
  await kubectlWith(plane.kubeconfig)("apply", `--kustomize=${join(DEPLOY, overlay)}`);
  await installDefinitions(admin, "istio", "ours");
  await admin.apply(...samples.filter(isPodinfo).map(quickened));
  await untilOwnersAreKnown(admin);

  const redis = await startRedis({ directory: join(directory, "redis"), log: silentLog });
  stack.defer(() => redis.stop());
  const metrics = await startMetricSource();
  stack.defer(() => metrics.stop());
  const config = await admin.get(`/api/v1/namespaces/${WORKER.namespace}/configmaps/${WORKER.name}`);
  const { WATCH_NAMESPACES = "" } = config["data"] as { WATCH_NAMESPACES?: string };
  const worker = await startProduct({
    kind: "worker",
    name: "worker",
    directory,
    environment: {
      CLUSTER_NAME: "test",
      REDIS_URL: redis.url,
      COMMAND_KEY: KEY,
      PROMETHEUS_URL: metrics.url,
      KUBECONFIG: await plane.kubeconfigFor(WORKER),
      WATCH_NAMESPACES,
      MIN_INTERVAL: "1s",
    },
  });
  stack.defer(() => worker.stop());
  const sender = createCommandSender({ redisUrl: redis.url, log: quiet });
  stack.defer(() => sender.close());

  return {
    plane,
    worker,
    asked: () => readAuditLog(log),
    start: async (image: string): Promise<void> => {
      const now = Date.now();
      const command = sampleCommand({
        id: `command-${now}`,
        image,
        issuedAt: now as never,
        expiresAt: (now + 60_000) as never,
      });
      await sender.send(signCommand(command, KEY));
    },
    untilPhase: (phase: string): Promise<Rollout> =>
      patiently(async () => {
        const { status } = (await admin.get(CANARY)) as { status?: { rollout: Rollout } };
        const rollout = status?.rollout;
        if (rollout?.phase !== phase)
          throw new Error(`it is ${rollout?.phase}, step ${rollout?.step}, ${rollout?.stuck}`);
        return rollout;
      }),
    stop: () => stack.disposeAsync(),
  };
}

/** The guard of owner references learns of new kinds now and then only; until then it refuses everybody everything that a Canary owns. */
async function untilOwnersAreKnown(admin: Api): Promise<void> {
  const uid = stringAt(await admin.get(CANARY), "metadata", "uid");
  const owner = { apiVersion: "flagger.app/v1beta1", kind: "Canary", name: "podinfo", uid, blockOwnerDeletion: true };
  const metadata = { name: "owned", ownerReferences: [owner] };
  const body = { apiVersion: "v1", kind: "Service", metadata, spec: { ports: [{ port: 1 }] } };
  await patiently(async () => {
    const { status } = await admin.ask("POST", "/api/v1/namespaces/demo/services?dryRun=All", { body });
    if (status !== 201) throw new Error(`the API server answers ${status} to what a Canary owns`);
  });
}

export type GrantedWorker = Awaited<ReturnType<typeof startGrantedWorker>>;

const isPodinfo = ({ metadata }: Record<string, unknown>): boolean => (metadata as { name: string }).name === "podinfo";

/** One second an interval, few steps, nobody to ask, and a failed start is noticed soon. */
function quickened(manifest: Record<string, unknown>): object {
  if (manifest["kind"] !== "Canary") return manifest;
  const { rollout: _approvals, ...spec } = structuredClone(manifest["spec"]) as Record<string, object>;
  const analysis = { ...spec["analysis"], interval: "1s", stepWeights: [30, 60] };
  return { ...manifest, spec: { ...spec, progressDeadlineSeconds: 10, analysis } };
}
