import type { JsonValue } from "../../../../src/playground/kubernetes/json.ts";
import { at, objectsAt } from "../../../../src/playground/kubernetes/json.ts";
import { APPLY_PATCH, DEPLOYMENTS, merge } from "../objects.ts";
import type { Chapter, RequestStep } from "../script.ts";

const SERVICES = "/api/v1/namespaces/<ns>/services";

/** Spec and owners; what controllers own is none of this chapter's business. */
function ownersAndSpec(body: JsonValue): JsonValue {
  const owners = objectsAt(body, "metadata", "managedFields").filter(
    ({ manager }) => manager !== "kube-controller-manager",
  );
  return at(body, "spec") === undefined
    ? body
    : { spec: at(body, "spec") ?? null, metadata: { managedFields: owners } };
}

function apply(say: string, manager: string, spec: unknown, query = ""): RequestStep {
  const body = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "applied" }, spec };
  return {
    say,
    ask: `PATCH ${DEPLOYMENTS}/applied?fieldManager=${manager}${query}`,
    type: APPLY_PATCH,
    body,
    view: ownersAndSpec,
  };
}

const template = (spec: unknown) => ({ metadata: { labels: { app: "applied" } }, spec });
const base = { replicas: 0, paused: true, selector: { matchLabels: { app: "applied" } } };
const containers = (...list: unknown[]) => ({ template: { spec: { containers: list } } });

export const applyWorkloads: Chapter = {
  name: "apply-workloads",
  about: "server-side apply of built-in kinds: lists by key, sets, atomic parts, subresources",
  showsManagedFields: true,
  steps: [
    apply("makes a Deployment", "alpha", {
      ...base,
      template: template({
        containers: [
          {
            name: "app",
            image: "i:1",
            ports: [{ containerPort: 80 }, { containerPort: 53, protocol: "UDP" }],
            env: [{ name: "A", value: "1" }],
          },
        ],
      }),
    }),
    apply("does nothing the second time", "alpha", {
      ...base,
      template: template({
        containers: [
          {
            name: "app",
            image: "i:1",
            ports: [{ containerPort: 80 }, { containerPort: 53, protocol: "UDP" }],
            env: [{ name: "A", value: "1" }],
          },
        ],
      }),
    }),
    apply(
      "adds to lists by their keys",
      "beta",
      containers(
        { name: "app", env: [{ name: "B", value: "2" }], ports: [{ containerPort: 81 }] },
        { name: "side", image: "s:1" },
      ),
    ),
    apply(
      "conflicts with an item's field",
      "beta",
      containers({ name: "app", image: "i:9", env: [{ name: "B", value: "2" }] }, { name: "side", image: "s:1" }),
    ),
    apply(
      "takes over an item's field by force",
      "beta",
      containers({ name: "app", image: "i:9", env: [{ name: "B", value: "2" }] }, { name: "side", image: "s:1" }),
      "&force=true",
    ),
    apply("removes an item that nobody else has", "beta", containers({ name: "app", image: "i:9" })),
    apply("leaves what others own in an item", "beta", { minReadySeconds: 5 }),
    apply("refuses an item without its key", "beta", containers({ image: "i:1" })),
    apply("refuses an item twice", "beta", containers({ name: "app", image: "i:1" }, { name: "app", image: "i:2" })),
    apply(
      "refuses to change what may not change",
      "alpha",
      {
        ...base,
        selector: { matchLabels: { app: "other" } },
        template: template({ containers: [{ name: "app", image: "i:9" }] }),
      },
      "&force=true",
    ),
    apply("keeps an atomic part whole", "gamma", { selector: { matchLabels: { app: "applied" } } }),
    apply("conflicts with an atomic part", "gamma", { selector: { matchLabels: { app: "applied", more: "1" } } }),
    apply("replaces an atomic list", "gamma", {
      template: {
        spec: { containers: [{ name: "app", args: ["x", "y"] }], tolerations: [{ key: "a", operator: "Exists" }] },
      },
    }),
    apply("conflicts with an atomic list", "delta", {
      template: { spec: { containers: [{ name: "app", args: ["x"] }] } },
    }),
    apply("gives the number of replicas to another", "scaler", { replicas: 0 }),
    apply("does not want the number any more", "alpha", {
      paused: true,
      selector: { matchLabels: { app: "applied" } },
      template: template({
        containers: [{ name: "app", image: "i:9", ports: [{ containerPort: 80 }], env: [{ name: "A", value: "1" }] }],
      }),
    }),
    {
      ...merge("is changed by hand", `${DEPLOYMENTS}/applied`, { spec: { template: { spec: { containers: null } } } }),
      view: ownersAndSpec,
    },
    {
      say: "is changed by hand in one variable",
      ask: `PATCH ${DEPLOYMENTS}/applied?fieldManager=hand`,
      type: "application/strategic-merge-patch+json",
      body: {
        spec: containers({
          name: "app",
          env: [
            { name: "A", value: "2" },
            { name: "H", value: "1" },
          ],
        }),
      },
      view: ownersAndSpec,
    },
    apply("conflicts with that hand", "alpha", {
      ...base,
      template: template({ containers: [{ name: "app", image: "i:9", env: [{ name: "A", value: "1" }] }] }),
    }),
    {
      say: "scales, as an owner of its own",
      ask: `PATCH ${DEPLOYMENTS}/applied/scale?fieldManager=hpa`,
      type: "application/merge-patch+json",
      body: { spec: { replicas: 1 } },
    },
    apply("conflicts with the scale", "scaler", { replicas: 2 }),
    apply("resets a status that is applied with the rest", "epsilon", { revisionHistoryLimit: 3 }),
    {
      say: "ignores a status that is applied to the main resource",
      ask: `PATCH ${DEPLOYMENTS}/applied?fieldManager=zeta`,
      type: APPLY_PATCH,
      body: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "applied", annotations: { z: "1" } },
        status: { replicas: 9 },
      },
      view: ownersAndSpec,
    },
    {
      say: "applies a status",
      ask: `PATCH ${DEPLOYMENTS}/applied/status?fieldManager=eta`,
      type: APPLY_PATCH,
      body: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "applied" },
        spec: { replicas: 7 },
        status: { conditions: [{ type: "Odd", status: "True" }] },
      },
      view: ownersAndSpec,
    },
    {
      say: "does not make a status of what is not there",
      ask: `PATCH ${DEPLOYMENTS}/absent/status?fieldManager=eta`,
      type: APPLY_PATCH,
      body: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "absent" }, status: { replicas: 1 } },
    },
    {
      say: "applies a scale",
      ask: `PATCH ${DEPLOYMENTS}/applied/scale?fieldManager=theta`,
      type: APPLY_PATCH,
      body: { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "applied" }, spec: { replicas: 1 } },
    },
    {
      say: "conflicts with a scale",
      ask: `PATCH ${DEPLOYMENTS}/applied/scale?fieldManager=iota`,
      type: APPLY_PATCH,
      body: { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "applied" }, spec: { replicas: 2 } },
    },

    {
      say: "makes a Service",
      ask: `PATCH ${SERVICES}/applied?fieldManager=alpha`,
      type: APPLY_PATCH,
      body: {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "applied" },
        spec: { selector: { app: "applied" }, ports: [{ port: 80, name: "http" }] },
      },
    },
    {
      say: "adds a port by number and protocol",
      ask: `PATCH ${SERVICES}/applied?fieldManager=beta`,
      type: APPLY_PATCH,
      body: {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "applied" },
        spec: { ports: [{ port: 80, protocol: "UDP", name: "dns" }] },
      },
    },
    {
      say: "conflicts with an atomic selector",
      ask: `PATCH ${SERVICES}/applied?fieldManager=beta`,
      type: APPLY_PATCH,
      body: { apiVersion: "v1", kind: "Service", metadata: { name: "applied" }, spec: { selector: { app: "other" } } },
    },
    {
      say: "removes the port that is no longer applied",
      ask: `PATCH ${SERVICES}/applied?fieldManager=beta`,
      type: APPLY_PATCH,
      body: { apiVersion: "v1", kind: "Service", metadata: { name: "applied" } },
    },
    {
      say: "makes owner references by uid",
      ask: `PATCH ${SERVICES}/applied?fieldManager=gamma`,
      type: APPLY_PATCH,
      body: {
        apiVersion: "v1",
        kind: "Service",
        metadata: {
          name: "applied",
          ownerReferences: [
            { apiVersion: "v1", kind: "Namespace", name: "<ns>", uid: "00000000-0000-4000-8000-00000000000a" },
          ],
        },
      },
    },
  ],
};
