/** A Deployment as a team would write it. */
export const deployment = ({
  image = "shop:1.0.0",
  replicas = 2,
  labels = { app: "shop" },
  pod = {},
  metadata = {},
} = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "shop", namespace: "demo", ...metadata },
  spec: {
    replicas,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels: { ...labels, tier: "web" }, annotations: { "example.com/note": "kept" } },
      spec: { containers: [{ name: "app", image, ports: [{ containerPort: 8080 }] }], ...pod },
    },
  },
});

export const apexService = (
  selector: object = { app: "shop" },
  ports: readonly object[] = [{ port: 80, targetPort: 8080 }],
) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "shop", namespace: "demo", labels: { chart: "shop-1" } },
  spec: { selector, ports },
});

export const configMap = (name: string, data: object, parts: object = {}, metadata: object = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "demo", ...metadata },
  data,
  ...parts,
});

/** Values are plain text. */
export const secret = (name: string, texts: Readonly<Record<string, string>>, parts: object = {}) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name, namespace: "demo" },
  data: Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, encode(text)])),
  ...parts,
});

export const encode = (text: string): string => Buffer.from(text).toString("base64");

/** A pod spec whose container reads these. */
export const podWith = (parts: {
  readonly configMaps?: readonly string[];
  readonly secrets?: readonly string[];
  readonly optional?: readonly string[];
}) => ({
  containers: [
    {
      name: "app",
      image: "shop:1.0.0",
      envFrom: [
        ...(parts.configMaps ?? []).map((name) => ({ configMapRef: { name } })),
        ...(parts.optional ?? []).map((name) => ({ configMapRef: { name, optional: true } })),
      ],
    },
  ],
  volumes: (parts.secrets ?? []).map((secretName, index) => ({ name: `v${index}`, secret: { secretName } })),
});

/** A DaemonSet as a team would write it. */
export const daemonSet = ({
  pod = {},
  updateStrategy = { type: "RollingUpdate" },
}: { pod?: object; updateStrategy?: object } = {}) => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "shop", namespace: "demo" },
  spec: {
    updateStrategy,
    selector: { matchLabels: { app: "shop" } },
    template: {
      metadata: { labels: { app: "shop" } },
      spec: { containers: [{ name: "app", image: "shop:1.0.0", ports: [{ containerPort: 8080 }] }], ...pod },
    },
  },
});

export const autoscaler = (spec: object) => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: {
    name: "shop",
    namespace: "demo",
    labels: { team: "shop", "kustomize.toolkit.fluxcd.io/name": "apps" },
    annotations: { note: "x" },
  },
  spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "shop" }, maxReplicas: 5, ...spec },
});

export const scaledObject = () => ({
  apiVersion: "keda.sh/v1alpha1",
  kind: "ScaledObject",
  metadata: { name: "shop", namespace: "demo", annotations: { note: "x" } },
  spec: {
    scaleTargetRef: { name: "shop" },
    minReplicaCount: 0,
    maxReplicaCount: 4,
    advanced: { horizontalPodAutoscalerConfig: { name: "shop-hpa" } },
    triggers: [
      { type: "prometheus", name: "rate", metadata: { query: `sum(rate(requests{app="shop"}[1m]))`, threshold: "5" } },
      { type: "cpu", metadata: { value: "50" } },
    ],
  },
});
