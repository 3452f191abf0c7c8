import { create, deployment, DEPLOYMENTS, merge, podTemplate, settled, TABLE } from "../objects.ts";
import type { Chapter } from "../script.ts";

const web = `${DEPLOYMENTS}/web`;

/** What its controllers say comes in a time of their own. */
function withoutStatus(body: unknown) {
  const { status: _status, ...rest } = body as Record<string, never>;
  return rest;
}

export const deployments: Chapter = {
  name: "deployments",
  about: "Deployments: defaults, rules, generations, scale and status",
  steps: [
    { ...create("fills in defaults", `${DEPLOYMENTS}?dryRun=All`, deployment("web", { replicas: undefined })) },
    create(
      "fills in a container's defaults",
      `${DEPLOYMENTS}?dryRun=All`,
      deployment("web", {
        template: podTemplate("web", {
          serviceAccountName: "runner",
          initContainers: [{ name: "first", image: "init:latest" }],
          containers: [
            {
              name: "app",
              image: "example.com:5000/app",
              ports: [{ containerPort: 80 }],
              livenessProbe: { httpGet: { port: 80 } },
              readinessProbe: { grpc: { port: 1 } },
              startupProbe: { tcpSocket: { port: "http" }, periodSeconds: 1 },
              env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }, { name: "E" }],
              resources: { limits: { cpu: 1, memory: "128Mi" }, requests: { cpu: "500m" } },
              lifecycle: { preStop: { httpGet: { port: 80 } } },
              volumeMounts: [{ name: "config", mountPath: "/c" }],
            },
          ],
          volumes: [
            { name: "config", configMap: { name: "c" } },
            { name: "secret", secret: { secretName: "s" } },
            { name: "empty" },
            { name: "host", hostPath: { path: "/x" } },
            { name: "all", projected: { sources: [{ serviceAccountToken: { path: "t" } }] } },
            { name: "down", downwardAPI: { items: [{ path: "n", fieldRef: { fieldPath: "metadata.name" } }] } },
          ],
          hostNetwork: false,
          topologySpreadConstraints: [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" }],
        }),
      }),
    ),
    create(
      "refuses a host's ports of another number",
      `${DEPLOYMENTS}?dryRun=All`,
      deployment("web", {
        template: podTemplate("web", {
          hostNetwork: true,
          containers: [{ name: "a", image: "i", ports: [{ containerPort: 80, hostPort: 81 }] }],
        }),
      }),
    ),
    create("wants a selector", DEPLOYMENTS, deployment("bad", { selector: undefined })),
    create("wants a selector that selects", DEPLOYMENTS, deployment("bad", { selector: {} })),
    create(
      "wants a selector that fits",
      DEPLOYMENTS,
      deployment("bad", { selector: { matchLabels: { app: "other" } } }),
    ),
    create(
      "wants an operator that there is",
      DEPLOYMENTS,
      deployment("bad", { selector: { matchExpressions: [{ key: "app", operator: "Near", values: ["x"] }] } }),
    ),
    create(
      "wants values for an operator",
      DEPLOYMENTS,
      deployment("bad", { selector: { matchExpressions: [{ key: "app", operator: "In" }] } }),
    ),
    create(
      "wants no values for presence",
      DEPLOYMENTS,
      deployment("bad", { selector: { matchExpressions: [{ key: "app", operator: "Exists", values: ["x"] }] } }),
    ),
    create("wants a template", DEPLOYMENTS, deployment("bad", { template: undefined })),
    create("wants containers", DEPLOYMENTS, deployment("bad", { template: podTemplate("bad", { containers: [] }) })),
    create(
      "wants a container's name and image",
      DEPLOYMENTS,
      deployment("bad", { template: podTemplate("bad", { containers: [{}] }) }),
    ),
    create(
      "wants a container's name once",
      DEPLOYMENTS,
      deployment("bad", {
        template: podTemplate("bad", {
          containers: [
            { name: "a", image: "i" },
            { name: "a", image: "i" },
          ],
        }),
      }),
    ),
    create(
      "wants a container's name in small letters",
      DEPLOYMENTS,
      deployment("bad", { template: podTemplate("bad", { containers: [{ name: "Bad_Name", image: " i " }] }) }),
    ),
    create(
      "wants volumes that are there",
      DEPLOYMENTS,
      deployment("bad", {
        template: podTemplate("bad", {
          containers: [{ name: "a", image: "i", volumeMounts: [{ name: "v", mountPath: "/x" }] }],
        }),
      }),
    ),
    create(
      "wants ports between bounds",
      DEPLOYMENTS,
      deployment("bad", {
        template: podTemplate("bad", {
          containers: [{ name: "a", image: "i", ports: [{ containerPort: 70_000, name: "a_b", protocol: "XYZ" }] }],
        }),
      }),
    ),
    create(
      "wants pods that always restart",
      DEPLOYMENTS,
      deployment("bad", { template: podTemplate("bad", { restartPolicy: "Never" }) }),
    ),
    create(
      "wants a policy that there is",
      DEPLOYMENTS,
      deployment("bad", {
        template: podTemplate("bad", {
          restartPolicy: "Perhaps",
          dnsPolicy: "Odd",
          containers: [{ name: "a", image: "i", imagePullPolicy: "Soon", terminationMessagePolicy: "None" }],
        }),
      }),
    ),
    create(
      "wants numbers not below nought",
      DEPLOYMENTS,
      deployment("bad", { replicas: -1, minReadySeconds: -1, revisionHistoryLimit: -1, progressDeadlineSeconds: -1 }),
    ),
    create(
      "wants time to become ready",
      DEPLOYMENTS,
      deployment("bad", { minReadySeconds: 9, progressDeadlineSeconds: 9 }),
    ),
    create("wants a strategy that there is", DEPLOYMENTS, deployment("bad", { strategy: { type: "Sudden" } })),
    create(
      "wants a strategy that can move",
      DEPLOYMENTS,
      deployment("bad", { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
    ),
    create(
      "wants percents that are some",
      DEPLOYMENTS,
      deployment("bad", { strategy: { rollingUpdate: { maxSurge: "many", maxUnavailable: "101%" } } }),
    ),
    create(
      "wants nothing rolling while recreating",
      DEPLOYMENTS,
      deployment("bad", { strategy: { type: "Recreate", rollingUpdate: {} } }),
    ),
    create("wants numbers of the right type", DEPLOYMENTS, deployment("bad", { replicas: "three" })),
    create("wants whole numbers", DEPLOYMENTS, deployment("bad", { replicas: 1.5 })),
    create(
      "wants quantities that are some",
      DEPLOYMENTS,
      deployment("bad", {
        template: podTemplate("bad", {
          containers: [{ name: "a", image: "i", resources: { limits: { cpu: "lots" } } }],
        }),
      }),
    ),
    create(
      "wants requests within limits",
      DEPLOYMENTS,
      deployment("bad", {
        template: podTemplate("bad", {
          containers: [{ name: "a", image: "i", resources: { limits: { cpu: "1" }, requests: { cpu: "2" } } }],
        }),
      }),
    ),
    create(
      "wants labels that are some",
      DEPLOYMENTS,
      deployment("bad", { template: { ...podTemplate("bad"), metadata: { labels: { app: "bad", x: "no good" } } } }),
    ),
    create(
      "wants an env name",
      DEPLOYMENTS,
      deployment("bad", {
        template: podTemplate("bad", { containers: [{ name: "a", image: "i", env: [{ name: "" }, { name: "A=B" }] }] }),
      }),
    ),

    { ...create("makes one", DEPLOYMENTS, deployment("web", { paused: true })), view: withoutStatus },
    settled("is looked at", web),
    {
      ...merge("counts a change of the spec", web, { spec: { replicas: 0, minReadySeconds: 1 } }),
      view: withoutStatus,
    },
    settled("is looked at again", web),
    merge("does not count a change of labels", web, { metadata: { labels: { a: "b" } } }),
    merge("does not let the selector change", web, { spec: { selector: { matchLabels: { app: "web", more: "1" } } } }),
    merge("ignores a status that is sent to the main resource", web, { status: { replicas: 7 } }),
    { say: "shows its table", ask: `GET ${web}`, accept: TABLE },
    { say: "reads its status", ask: `GET ${web}/status` },
    {
      say: "writes its status only",
      ask: `PATCH ${web}/status`,
      type: "application/merge-patch+json",
      body: {
        metadata: { labels: { never: "1" }, annotations: { noted: "1" } },
        spec: { replicas: 5 },
        status: { collisionCount: 1 },
      },
    },
    {
      say: "refuses a status that makes no sense",
      ask: `PATCH ${web}/status`,
      type: "application/merge-patch+json",
      body: { status: { replicas: -1, availableReplicas: 5 } },
    },
    {
      say: "reads its scale",
      ask: `GET ${web}/scale`,
      view: (body) => ({
        ...(body as object),
        metadata: Object.keys((body as { metadata: object }).metadata).toSorted(),
      }),
    },
    {
      say: "writes its scale",
      ask: `PATCH ${web}/scale`,
      type: "application/merge-patch+json",
      body: { spec: { replicas: 1 } },
      view: (body) => (body as { spec: never }).spec,
    },
    {
      say: "refuses a scale below nought",
      ask: `PATCH ${web}/scale`,
      type: "application/merge-patch+json",
      body: { spec: { replicas: -1 } },
    },
    {
      say: "refuses a scale of another version",
      ask: `PUT ${web}/scale`,
      body: {
        apiVersion: "autoscaling/v1",
        kind: "Scale",
        metadata: { name: "web", namespace: "<ns>", resourceVersion: "1" },
        spec: { replicas: 2 },
      },
    },
    {
      say: "refuses something else for a scale",
      ask: `PUT ${web}/scale`,
      body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web" } },
    },
    {
      say: "replaces its scale without a version",
      ask: `PUT ${web}/scale`,
      body: {
        apiVersion: "autoscaling/v1",
        kind: "Scale",
        metadata: { name: "web", namespace: "<ns>" },
        spec: { replicas: 0 },
      },
      view: (body) => (body as { spec: never }).spec,
    },
    { say: "has no scale of what is missing", ask: `GET ${DEPLOYMENTS}/absent/scale` },
    { say: "refuses an unknown version of the group", ask: "GET /apis/apps/v1beta1/namespaces/<ns>/deployments" },
    { say: "deletes in the background", ask: `DELETE ${web}` },
  ],
};
