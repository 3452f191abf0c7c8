import { deployment, create } from "../objects.ts";
import type { Chapter } from "../script.ts";

const SETS = "/apis/apps/v1/namespaces/<ns>/replicasets";
const DAEMONS = "/apis/apps/v1/namespaces/<ns>/daemonsets";
const kind = (body: unknown, name: string) => ({ ...(body as object), kind: name });

export const sets: Chapter = {
  name: "sets",
  about: "replica sets and daemon sets: defaults and rules",
  steps: [
    create(
      "fills in a replica set",
      `${SETS}?dryRun=All`,
      kind(deployment("set", { replicas: undefined }), "ReplicaSet"),
    ),
    create("wants a replica set's selector", SETS, kind(deployment("bad", { selector: undefined }), "ReplicaSet")),
    create(
      "wants a replica set's selector that selects",
      SETS,
      kind(deployment("bad", { selector: {} }), "ReplicaSet"),
    ),
    create(
      "does not know a Deployment's strategy in a replica set",
      `${SETS}?dryRun=All`,
      kind(deployment("set", { strategy: { type: "Recreate" } }), "ReplicaSet"),
    ),
    create(
      "fills in a daemon set",
      `${DAEMONS}?dryRun=All`,
      kind(deployment("daemon", { replicas: undefined }), "DaemonSet"),
    ),
    create(
      "fills in a daemon set that waits to be deleted",
      `${DAEMONS}?dryRun=All`,
      kind(deployment("daemon", { replicas: undefined, updateStrategy: { type: "OnDelete" } }), "DaemonSet"),
    ),
    create(
      "wants a daemon set's selector that fits",
      DAEMONS,
      kind(deployment("bad", { replicas: undefined, selector: { matchLabels: { a: "b" } } }), "DaemonSet"),
    ),
    create(
      "wants a daemon set's selector that selects",
      DAEMONS,
      kind(deployment("bad", { replicas: undefined, selector: {} }), "DaemonSet"),
    ),
    create(
      "wants a daemon set's strategy that there is",
      DAEMONS,
      kind(deployment("bad", { replicas: undefined, updateStrategy: { type: "Sudden" } }), "DaemonSet"),
    ),
    create(
      "wants a daemon set's strategy that can move",
      DAEMONS,
      kind(
        deployment("bad", {
          replicas: undefined,
          updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
        }),
        "DaemonSet",
      ),
    ),
  ],
};
