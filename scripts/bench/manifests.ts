import { IMAGE, INTERVAL_MS, OLD_TAG, type CanaryName } from "./names.ts";

/** Kubernetes objects for these canaries in the order in which they are applied: namespaces, workloads, canaries. */
export function manifestsFor(canaries: readonly CanaryName[]): readonly object[] {
  const namespaces = [...new Set(canaries.map(({ namespace }) => namespace))];
  return [
    ...namespaces.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    ...canaries.flatMap((canary) => [deployment(canary), definition(canary)]),
  ];
}

function deployment({ namespace, name }: CanaryName): object {
  const labels = { app: name };
  const container = {
    name: "app",
    image: `${IMAGE}:${OLD_TAG}`,
    ports: [{ name: "http", containerPort: 9898 }],
    env: [{ name: "GREETING", value: "hello" }],
    readinessProbe: { httpGet: { path: "/readyz", port: 9898 } },
    resources: { requests: { cpu: "10m", memory: "16Mi" } },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}

/**
 * Advances by one percent a tick and so stays live for 99 of them. Two checks, as in the count of the peer; one failed check
 * is enough to roll back.
 */
function definition({ namespace, name }: CanaryName): object {
  return {
    apiVersion: "flagger.app/v1beta1",
    kind: "Canary",
    metadata: { name, namespace },
    spec: {
      targetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
      progressDeadlineSeconds: 600,
      service: { port: 9898 },
      analysis: {
        interval: `${INTERVAL_MS / 1000}s`,
        threshold: 1,
        stepWeight: 1,
        maxWeight: 99,
        metrics: [
          { name: "request-success-rate", thresholdRange: { min: 99 }, interval: "1m" },
          { name: "request-duration", thresholdRange: { max: 500 }, interval: "1m" },
        ],
      },
    },
  };
}
