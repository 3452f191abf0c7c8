/** Objects as an API server would hand them out, in the namespace "demo". Only what matters to a test is given. */

export interface PodSketch {
  readonly name: string;
  /** The Deployment; the pod's `app` label as well. */
  readonly workload: string;
  readonly version?: string;
  readonly ready?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
}

export function pod({ name, workload, version = "6.0.0", ready = true, labels = {} }: PodSketch) {
  const hash = "5d9c7b8f6";
  return {
    metadata: {
      name,
      namespace: "demo",
      uid: `uid-${name}`,
      labels: { app: workload, "pod-template-hash": hash, ...labels },
      ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: `${workload}-${hash}`, uid: "r" }],
    },
    spec: {
      containers: [
        {
          name: "app",
          image: `ghcr.io/stefanprodan/podinfo:${version}`,
          ports: [{ name: "http", containerPort: 9898 }],
        },
      ],
    },
    status: { phase: "Running", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

export function service(name: string, port: object = { name: "http", port: 9898, targetPort: "http" }) {
  return { metadata: { name, namespace: "demo" }, spec: { selector: { app: name }, ports: [port] } };
}

export function virtualService(http: readonly object[], hosts: readonly string[] = ["podinfo"]) {
  return {
    metadata: { name: "podinfo", namespace: "demo", creationTimestamp: "2026-01-01T00:00:00Z" },
    spec: { hosts, gateways: ["mesh"], http },
  };
}

/** A route of two destinations with weights. */
export function split(primary: number, canary: number) {
  return [
    { destination: { host: "podinfo-primary" }, weight: primary },
    { destination: { host: "podinfo-canary" }, weight: canary },
  ];
}
