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
