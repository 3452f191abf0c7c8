import { create, merge, TABLE } from "../objects.ts";
import type { Chapter } from "../script.ts";

const SCALERS = "/apis/autoscaling/v2/namespaces/<ns>/horizontalpodautoscalers";
const target = { apiVersion: "apps/v1", kind: "Deployment", name: "absent" };
const scaler = (name: string, spec: object) => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name },
  spec: { scaleTargetRef: target, maxReplicas: 5, ...spec },
});
const cpu = (value: object) => ({ type: "Resource", resource: { name: "cpu", target: value } });

function withoutStatus(body: unknown) {
  const { status: _status, ...rest } = body as Record<string, never>;
  return rest;
}

export const autoscalers: Chapter = {
  name: "autoscalers",
  about: "HorizontalPodAutoscalers v2: defaults and rules",
  steps: [
    create("fills in defaults", `${SCALERS}?dryRun=All`, scaler("web", {})),
    create(
      "fills in half a behaviour",
      `${SCALERS}?dryRun=All`,
      scaler("web", {
        minReplicas: 2,
        behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
        metrics: [cpu({ type: "Utilization", averageUtilization: 50 })],
      }),
    ),
    create(
      "takes every kind of metric",
      `${SCALERS}?dryRun=All`,
      scaler("web", {
        metrics: [
          cpu({ type: "AverageValue", averageValue: "500m" }),
          { type: "Pods", pods: { metric: { name: "rate" }, target: { type: "AverageValue", averageValue: "1k" } } },
          {
            type: "Object",
            object: {
              metric: { name: "rate" },
              describedObject: { kind: "Service", name: "s" },
              target: { type: "Value", value: "10" },
            },
          },
          {
            type: "External",
            external: {
              metric: { name: "queue", selector: { matchLabels: { a: "b" } } },
              target: { type: "AverageValue", averageValue: 30 },
            },
          },
          {
            type: "ContainerResource",
            containerResource: {
              name: "cpu",
              container: "app",
              target: { type: "Utilization", averageUtilization: 60 },
            },
          },
        ],
      }),
    ),
    create("wants a bound above", SCALERS, scaler("bad", { maxReplicas: 0 })),
    create("wants bounds in order", SCALERS, scaler("bad", { minReplicas: 6 })),
    create("wants a bound below above nought", SCALERS, scaler("bad", { minReplicas: 0 })),
    create("wants a target", SCALERS, scaler("bad", { scaleTargetRef: undefined })),
    create("wants a target's kind and name", SCALERS, scaler("bad", { scaleTargetRef: { apiVersion: "apps/v1" } })),
    create(
      "wants a metric's type",
      SCALERS,
      scaler("bad", {
        metrics: [{ resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 1 } } }],
      }),
    ),
    create("wants a metric's target", SCALERS, scaler("bad", { metrics: [cpu({ type: "Utilization" })] })),
    create(
      "wants a metric of its type",
      SCALERS,
      scaler("bad", {
        metrics: [{ type: "Pods", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 1 } } }],
      }),
    ),
    create(
      "wants a behaviour that makes sense",
      SCALERS,
      scaler("bad", { behavior: { scaleUp: { policies: [{ type: "Odd", value: 0, periodSeconds: 0 }] } } }),
    ),
    { ...create("makes one", SCALERS, scaler("web", { minReplicas: 2 })), view: withoutStatus },
    { ...merge("changes its bounds", `${SCALERS}/web`, { spec: { maxReplicas: 7 } }), view: withoutStatus },
    merge("does not take bounds out of order", `${SCALERS}/web`, { spec: { maxReplicas: 1 } }),
    {
      say: "writes its status only",
      ask: `PATCH ${SCALERS}/web/status`,
      type: "application/merge-patch+json",
      body: { spec: { maxReplicas: 9 }, status: { desiredReplicas: 2, currentReplicas: 2 } },
      view: (body) => (body as { spec: { maxReplicas: number } }).spec.maxReplicas,
    },
    {
      say: "shows its table",
      ask: `GET ${SCALERS}/web`,
      accept: TABLE,
      view: (body) => (body as { columnDefinitions: never }).columnDefinitions,
    },
    { say: "deletes", ask: `DELETE ${SCALERS}/web` },
  ],
};
