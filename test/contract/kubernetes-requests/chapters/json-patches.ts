import { configMap, create, deployment, DEPLOYMENTS, JSON_PATCH, MAPS, MERGE_PATCH } from "../objects.ts";
import type { Chapter, RequestStep } from "../script.ts";

const patch = (say: string, body: unknown, path = `${MAPS}/patched`): RequestStep => ({
  say,
  ask: `PATCH ${path}`,
  type: JSON_PATCH,
  body,
});
const mergePatch = (say: string, body: unknown, path = `${MAPS}/patched`): RequestStep => ({
  say,
  ask: `PATCH ${path}`,
  type: MERGE_PATCH,
  body,
});

export const jsonPatches: Chapter = {
  name: "json-patches",
  about: "JSON patches and merge patches",
  steps: [
    {
      ...create(
        "makes one to patch",
        MAPS,
        configMap("patched", { a: "1", b: "2" }, { annotations: { "x/y": "3" }, labels: { l: "1" } }),
      ),
      keep: { uid: ["metadata", "uid"], rv: ["metadata", "resourceVersion"] },
    },
    patch("adds a member", [{ op: "add", path: "/data/c", value: "3" }]),
    patch("replaces a member", [{ op: "replace", path: "/data/c", value: "4" }]),
    patch("removes a member", [{ op: "remove", path: "/data/c" }]),
    patch("moves a member", [{ op: "move", from: "/data/a", path: "/data/moved" }]),
    patch("copies a member", [{ op: "copy", from: "/data/moved", path: "/data/a" }]),
    patch("escapes names", [{ op: "replace", path: "/metadata/annotations/x~1y", value: "5" }]),
    patch("tests and goes on", [
      { op: "test", path: "/data/a", value: "1" },
      { op: "add", path: "/data/tested", value: "yes" },
    ]),
    patch("tests and stops", [
      { op: "add", path: "/data/never", value: "yes" },
      { op: "test", path: "/data/a", value: "2" },
    ]),
    patch("tests what is not there", [{ op: "test", path: "/data/absent", value: "2" }]),
    patch("finds nothing to replace", [{ op: "replace", path: "/data/absent", value: "2" }]),
    patch("finds nothing to remove", [{ op: "remove", path: "/data/absent" }]),
    patch("finds nothing to add to", [{ op: "add", path: "/absent/deep/er", value: "2" }]),
    patch("finds nothing to copy", [{ op: "copy", from: "/data/absent", path: "/data/x" }]),
    patch("knows no other operation", [{ op: "swap", path: "/data/a", value: "2" }]),
    patch("wants a list", { op: "add", path: "/data/a", value: "2" }),
    patch("wants JSON", "["),
    patch("does nothing for an empty list", []),
    patch("refuses a path without a slash", [{ op: "add", path: "data", value: {} }]),
    patch("refuses what the patch makes wrong", [{ op: "replace", path: "/data", value: "text" }]),
    patch("refuses another version", [
      { op: "replace", path: "/metadata/resourceVersion", value: "1" },
      { op: "add", path: "/data/c", value: "1" },
    ]),
    patch("takes the version that it has no longer", [
      { op: "test", path: "/metadata/resourceVersion", value: "<rv>" },
    ]),
    patch("refuses another name", [{ op: "replace", path: "/metadata/name", value: "other" }]),
    patch("refuses another uid", [
      { op: "replace", path: "/metadata/uid", value: "00000000-0000-4000-8000-000000000000" },
    ]),
    patch("refuses an unknown field as it stands", [{ op: "add", path: "/extra", value: 1 }]),
    patch("finds no object", [{ op: "add", path: "/data/a", value: "2" }], `${MAPS}/absent`),
    {
      ...create("makes a Deployment to patch", DEPLOYMENTS, deployment("patched", { paused: true })),
      view: () => "made",
    },
    {
      ...patch(
        "adds to a list at its end and inside",
        [
          { op: "add", path: "/spec/template/spec/containers/-", value: { name: "last", image: "i:1" } },
          { op: "add", path: "/spec/template/spec/containers/0", value: { name: "first", image: "i:1" } },
          { op: "remove", path: "/spec/template/spec/containers/1" },
        ],
        `${DEPLOYMENTS}/patched`,
      ),
      view: (body) => (body as { spec: { template: { spec: { containers: never } } } }).spec.template.spec.containers,
    },
    patch(
      "refuses a place beyond a list's end",
      [{ op: "add", path: "/spec/template/spec/containers/9", value: { name: "far", image: "i:1" } }],
      `${DEPLOYMENTS}/patched`,
    ),
    patch(
      "refuses to remove beyond a list's end",
      [{ op: "remove", path: "/spec/template/spec/containers/9" }],
      `${DEPLOYMENTS}/patched`,
    ),
    patch(
      "refuses an object that is wrong after the patch",
      [{ op: "replace", path: "/spec/replicas", value: -1 }],
      `${DEPLOYMENTS}/patched`,
    ),

    mergePatch("merges and removes", { data: { a: null, b: "new", d: "4" } }),
    mergePatch("merges deep into what is not there", { metadata: { annotations: { note: "x" } } }),
    mergePatch("removes a whole map", { data: null }),
    mergePatch("replaces lists as a whole", { metadata: { finalizers: ["example.com/one"] } }),
    mergePatch("does nothing for an empty patch", {}),
    mergePatch("refuses a list", []),
    mergePatch("refuses text that is no JSON", "{"),
    mergePatch("refuses another version of the object", { metadata: { resourceVersion: "1" }, data: { x: "1" } }),
    mergePatch("refuses a value of another type", { data: { x: 1 } }),
    mergePatch("refuses another object of that name", { metadata: { uid: "00000000-0000-4000-8000-000000000000" } }),
    mergePatch("refuses a change of kind", { kind: "Secret" }),
    mergePatch("refuses a change of name", { metadata: { name: "renamed" } }),
    mergePatch("refuses a change of namespace", { metadata: { namespace: "default" } }),
    mergePatch("cannot take away what the server says", { metadata: { uid: null, creationTimestamp: null } }),
    mergePatch("finds nothing to merge into", {}, `${MAPS}/absent`),
    {
      say: "does not know a patch of another type",
      ask: `PATCH ${MAPS}/patched`,
      type: "application/patch+json",
      body: {},
    },
    { say: "does not know a patch without a type", ask: `PATCH ${MAPS}/patched`, type: "", body: "{}" },
    { say: "does not take an object for a patch", ask: `PATCH ${MAPS}/patched`, type: "application/json", body: {} },
    { say: "refuses to force what is no apply", ask: `PATCH ${MAPS}/patched?force=true`, type: MERGE_PATCH, body: {} },
    mergePatch("lets it go", { metadata: { finalizers: null } }),
  ],
};
