import { APPLY_PATCH, configMap, create, MAPS, merge } from "../objects.ts";
import type { Chapter, RequestStep } from "../script.ts";

/** Server-side apply of an object of this chapter by a manager. */
function apply(say: string, manager: string, object: unknown, query = ""): RequestStep {
  return { say, ask: `PATCH ${MAPS}/applied?fieldManager=${manager}${query}`, type: APPLY_PATCH, body: object };
}

const map = (data: unknown, metadata: Record<string, unknown> = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "applied", ...metadata },
  ...(data === undefined ? {} : { data }),
});

export const applyMaps: Chapter = {
  name: "apply-maps",
  about: "server-side apply: owners, conflicts, force, what is no longer applied",
  showsManagedFields: true,
  steps: [
    apply("tries what is not there", "alpha", map({ a: "1" }), "&dryRun=All"),
    apply("makes what is not there", "alpha", map({ a: "1", b: "2" })),
    apply("does nothing the second time", "alpha", map({ a: "1", b: "2" })),
    apply("changes its own", "alpha", map({ a: "2", b: "2" })),
    apply("removes what it no longer applies", "alpha", map({ a: "2" })),
    apply("shares what both want the same", "beta", map({ a: "2", c: "3" })),
    apply("conflicts with what another wants", "beta", map({ a: "9", c: "3" })),
    apply("conflicts in several fields", "gamma", map({ a: "7", c: "8", d: "9" })),
    apply("takes over by force", "gamma", map({ a: "7" }, {}), "&force=true"),
    apply("keeps what another still owns", "beta", map({ c: "3" })),
    apply("gives up everything but what others own", "alpha", map(undefined)),
    { say: "shows owners to whoever reads", ask: `GET ${MAPS}/applied` },
    merge("is told of changes by others", `${MAPS}/applied`, { data: { a: "by hand", e: "5" } }),
    apply("conflicts with a change by hand", "gamma", map({ a: "7" })),
    apply("agrees with a change by hand", "gamma", map({ a: "by hand" })),
    merge("is told of removals by others", `${MAPS}/applied`, { data: { c: null } }),
    {
      say: "is told of whole updates by others",
      ask: `PUT ${MAPS}/applied`,
      body: map({ a: "by hand", f: "6" }, { labels: { l: "1" } }),
    },
    {
      say: "is told who updates",
      ask: `PUT ${MAPS}/applied?fieldManager=delta`,
      body: map({ a: "by hand", f: "7" }, { labels: { l: "1" } }),
    },
    apply(
      "sets labels, annotations and finalizers",
      "epsilon",
      map(undefined, { labels: { m: "1" }, annotations: { n: "1" }, finalizers: ["example.com/one"] }),
    ),
    apply("removes them again", "epsilon", map(undefined, { labels: { m: "1" } })),
    apply("conflicts with a label", "zeta", map(undefined, { labels: { m: "2" } })),
    apply("wants the version that it names", "zeta", map({ z: "1" }, { resourceVersion: "1" })),
    apply(
      "refuses the object of another uid",
      "zeta",
      map({ z: "1" }, { uid: "00000000-0000-4000-8000-000000000000" }),
    ),
    apply("tries without doing", "zeta", map({ z: "1" }), "&dryRun=All"),
    { say: "was not changed by trying", ask: `GET ${MAPS}/applied` },

    { say: "wants a manager", ask: `PATCH ${MAPS}/applied`, type: APPLY_PATCH, body: map({}) },
    apply("refuses owners that are sent along", "alpha", map({ a: "1" }, { managedFields: [{ manager: "x" }] })),
    apply("refuses another name", "alpha", configMap("other")),
    apply("refuses no name", "alpha", { apiVersion: "v1", kind: "ConfigMap", data: {} }),
    apply("refuses another namespace", "alpha", map({}, { namespace: "default" })),
    apply("refuses no version", "alpha", { kind: "ConfigMap", metadata: { name: "applied" } }),
    apply("refuses no kind", "alpha", { apiVersion: "v1", metadata: { name: "applied" } }),
    apply("refuses another version of the API", "alpha", {
      apiVersion: "v2",
      kind: "ConfigMap",
      metadata: { name: "applied" },
    }),
    apply("refuses another kind", "alpha", { apiVersion: "v1", kind: "Secret", metadata: { name: "applied" } }),
    apply("refuses unknown fields", "alpha", { ...map({}), extra: 1 }),
    apply("refuses unknown fields strictly", "alpha", { ...map({}), extra: 1 }, "&fieldValidation=Strict"),
    apply("refuses a value of another type", "alpha", map({ a: 1 })),
    apply("refuses a list", "alpha", []),
    apply("refuses text that is nothing", "alpha", "{"),
    apply("refuses what is wrong afterwards", "alpha", map({ "bad key": "1" })),
    {
      say: "takes YAML",
      ask: `PATCH ${MAPS}/from-yaml?fieldManager=alpha`,
      type: APPLY_PATCH,
      body: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: from-yaml\ndata:\n  a: |\n    text\n",
    },
    {
      say: "refuses to make what a version names",
      ask: `PATCH ${MAPS}/versioned?fieldManager=alpha`,
      type: APPLY_PATCH,
      body: { ...map({}), metadata: { name: "versioned", resourceVersion: "5" } },
    },
    {
      say: "refuses to make what a uid names",
      ask: `PATCH ${MAPS}/identified?fieldManager=alpha`,
      type: APPLY_PATCH,
      body: { ...map({}), metadata: { name: "identified", uid: "00000000-0000-4000-8000-000000000000" } },
    },
    {
      say: "refuses a name that is none",
      ask: `PATCH ${MAPS}/Bad_Name?fieldManager=alpha`,
      type: APPLY_PATCH,
      body: { ...map({}), metadata: { name: "Bad_Name" } },
    },

    create("makes one by hand", MAPS, configMap("handmade", { a: "1" })),
    {
      say: "conflicts with what was made by hand",
      ask: `PATCH ${MAPS}/handmade?fieldManager=alpha`,
      type: APPLY_PATCH,
      body: configMap("handmade", { a: "2" }),
    },
    {
      say: "goes over from applying on the client's side",
      ask: `PATCH ${MAPS}/handmade?fieldManager=alpha`,
      type: APPLY_PATCH,
      body: configMap("handmade", { a: "1", b: "2" }),
    },
    {
      say: "empties the owners by a list with nothing in it",
      ask: `PATCH ${MAPS}/handmade`,
      type: "application/merge-patch+json",
      body: { metadata: { managedFields: [{}] } },
    },
    {
      say: "owns everything before the first apply",
      ask: `PATCH ${MAPS}/handmade?fieldManager=beta`,
      type: APPLY_PATCH,
      body: configMap("handmade", { a: "1", c: "3" }),
    },
    merge("sets owners by hand", `${MAPS}/handmade`, {
      metadata: {
        managedFields: [
          {
            manager: "omega",
            operation: "Apply",
            apiVersion: "v1",
            time: "2001-01-01T00:00:00Z",
            fieldsType: "FieldsV1",
            fieldsV1: { "f:data": { "f:a": {} } },
          },
        ],
      },
    }),
    merge("refuses owners that make no sense", `${MAPS}/handmade`, {
      metadata: { managedFields: [{ manager: "omega", operation: "Twist" }] },
    }),
    { say: "puts without owners keep them", ask: `PUT ${MAPS}/handmade`, body: configMap("handmade", { a: "1" }) },
  ],
};
