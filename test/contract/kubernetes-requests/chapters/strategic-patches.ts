import { configMap, create, deployment, DEPLOYMENTS, MAPS, STRATEGIC_PATCH } from "../objects.ts";
import type { JsonValue } from "../../../../src/playground/kubernetes/json.ts";
import { at } from "../../../../src/playground/kubernetes/json.ts";
import type { Chapter, RequestStep } from "../script.ts";

const patch = (say: string, body: unknown, path = `${DEPLOYMENTS}/patched`): RequestStep => ({
  say,
  ask: `PATCH ${path}`,
  type: STRATEGIC_PATCH,
  body,
  view: specIfThere,
});

/** A Deployment is compared by its spec: its status comes from controllers. */
function specIfThere(body: JsonValue): JsonValue {
  return at(body, "spec") ?? body;
}

const pod = (spec: unknown) => ({ spec: { template: { spec } } });
const container = (fields: Record<string, unknown>) => pod({ containers: [{ name: "app", ...fields }] });

export const strategicPatches: Chapter = {
  name: "strategic-patches",
  about: "strategic merge patches: merge keys and directives",
  steps: [
    {
      ...create(
        "makes a Deployment to patch",
        DEPLOYMENTS,
        deployment("patched", {
          paused: true,
          template: {
            metadata: { labels: { app: "patched" } },
            spec: {
              containers: [
                {
                  name: "app",
                  image: "i:1",
                  env: [
                    { name: "A", value: "1" },
                    { name: "B", value: "2" },
                  ],
                  ports: [
                    { containerPort: 80, name: "http" },
                    { containerPort: 81, name: "more" },
                  ],
                  args: ["x", "y"],
                },
                { name: "side", image: "i:1" },
              ],
              volumes: [{ name: "scratch", emptyDir: {} }],
              tolerations: [{ key: "a", operator: "Exists" }],
            },
          },
        }),
      ),
      view: specIfThere,
    },
    patch("merges a container by its name", container({ image: "i:2" })),
    patch("adds a container before those that are there", pod({ containers: [{ name: "new", image: "i:1" }] })),
    patch("deletes a container by its name", pod({ containers: [{ name: "new", $patch: "delete" }] })),
    patch(
      "orders containers",
      pod({
        $setElementOrder: undefined,
        "$setElementOrder/containers": [{ name: "side" }, { name: "app" }],
        containers: [{ name: "app", image: "i:3" }],
      }),
    ),
    patch(
      "refuses an order that misses what is patched",
      pod({ "$setElementOrder/containers": [{ name: "side" }], containers: [{ name: "app", image: "i:3" }] }),
    ),
    patch(
      "replaces all containers",
      pod({
        containers: [
          { $patch: "replace" },
          { name: "app", image: "i:4", env: [{ name: "A", value: "1" }], ports: [{ containerPort: 80, name: "http" }] },
        ],
      }),
    ),
    patch(
      "merges variables by name",
      container({
        env: [
          { name: "B", value: "3" },
          { name: "A", value: "9" },
        ],
      }),
    ),
    patch("deletes a variable", container({ env: [{ name: "B", $patch: "delete" }] })),
    patch(
      "turns a value into a reference by hand",
      container({ env: [{ name: "A", value: null, valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }] }),
    ),
    patch("merges ports by number", container({ ports: [{ containerPort: 80, name: "web" }, { containerPort: 82 }] })),
    patch("replaces plain lists", container({ args: ["z"] })),
    patch("replaces lists without a merge key", pod({ tolerations: [{ key: "b", operator: "Exists" }] })),
    patch(
      "retains only some keys of a volume",
      pod({ volumes: [{ name: "scratch", $retainKeys: ["name", "configMap"], configMap: { name: "c" } }] }),
    ),
    patch("deletes a map by a directive", pod({ securityContext: { $patch: "delete" } })),
    patch("replaces a map by a directive", {
      spec: { template: { metadata: { labels: { $patch: "replace", app: "patched", extra: "1" } } } },
    }),
    patch("removes members", { spec: { template: { metadata: { labels: { extra: null } } } } }),
    patch("changes the strategy and retains nothing of the old", {
      spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } },
    }),
    patch("refuses the old settings with another strategy", {
      spec: { strategy: { type: "Recreate", rollingUpdate: { maxSurge: 1 } } },
    }),
    patch("refuses an item without its key", pod({ containers: [{ image: "i:9" }] })),
    patch("refuses a directive that there is not", pod({ containers: [{ name: "app", $patch: "twist" }] })),
    patch("refuses an unknown directive of a map", { spec: { template: { $patch: "twist" } } }),
    patch("refuses a container of another type", pod({ containers: "none" })),
    patch("refuses a list", []),
    patch("refuses text that is no JSON", "{"),
    patch("refuses what is wrong after the patch", { spec: { replicas: -1 } }),
    patch("refuses another version", { metadata: { resourceVersion: "1" }, spec: { replicas: 1 } }),
    patch("refuses a value of another type", { spec: { replicas: "three" } }),
    patch("does nothing for an empty patch", {}),
    patch("finds nothing to patch", {}, `${DEPLOYMENTS}/absent`),
    create(
      "makes a map with finalizers",
      MAPS,
      configMap("held", {}, { finalizers: ["example.com/a", "example.com/b"] }),
    ),
    patch("adds to a list of plain values", { metadata: { finalizers: ["example.com/c"] } }, `${MAPS}/held`),
    patch(
      "deletes from a list of plain values",
      { metadata: { "$deleteFromPrimitiveList/finalizers": ["example.com/a"] } },
      `${MAPS}/held`,
    ),
    patch(
      "orders a list of plain values",
      { metadata: { "$setElementOrder/finalizers": ["example.com/c", "example.com/b"] } },
      `${MAPS}/held`,
    ),
    patch(
      "merges owners by their uid",
      {
        metadata: {
          ownerReferences: [
            { apiVersion: "v1", kind: "ConfigMap", name: "x", uid: "00000000-0000-4000-8000-000000000001" },
          ],
        },
      },
      `${MAPS}/held?dryRun=All`,
    ),
    patch("lets it go", { metadata: { finalizers: null } }, `${MAPS}/held`),
  ],
};
