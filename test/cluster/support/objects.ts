/** An image that the pretended node knows; a suffix of the tag says how it behaves. */
export const image = (tag: string): string => `ghcr.io/stefanprodan/podinfo:${tag}`;

export const namespace = (name: string, labels: Readonly<Record<string, string>> = {}) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels },
});

interface Workload {
  readonly namespace: string;
  readonly name?: string;
  /** Default 6.1.0, a good one. */
  readonly tag?: string;
  readonly replicas?: number;
}

export const deployment = ({ namespace: home, name = "app", tag = "6.1.0", replicas = 1 }: Workload) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: home },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: podTemplate(name, tag) },
});

export const daemonSet = ({ namespace: home, name = "app", tag = "6.1.0" }: Workload) => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name, namespace: home },
  spec: { selector: { matchLabels: { app: name } }, template: podTemplate(name, tag) },
});

function podTemplate(name: string, tag: string) {
  return {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: "app", image: image(tag), ports: [{ containerPort: 8080 }] }] },
  };
}

export const configMap = (home: string, name: string, metadata: object = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: home, ...metadata },
  data: { key: "value" },
});
