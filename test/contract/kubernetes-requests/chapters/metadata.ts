import { objectsAt, stringAt } from "../../../../src/playground/kubernetes/json.ts";
import { configMap, create, MAPS, merge, TABLE } from "../objects.ts";
import type { Chapter } from "../script.ts";

const NOBODY = "00000000-0000-4000-8000-00000000000b";
const owner = (fields: Record<string, unknown> = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  name: "owner",
  uid: NOBODY,
  ...fields,
});
const long = "x".repeat(64);

export const metadata: Chapter = {
  name: "metadata",
  about: "labels, annotations, owner references, finalizers and what deleting means with them",
  steps: [
    create("refuses a label's value", MAPS, configMap("bad", {}, { labels: { a: "no spaces" } })),
    create("refuses a label's key", MAPS, configMap("bad", {}, { labels: { "-a": "b" } })),
    create("refuses a label's prefix", MAPS, configMap("bad", {}, { labels: { "Bad_Prefix/a": "b" } })),
    create("refuses a label's empty prefix", MAPS, configMap("bad", {}, { labels: { "/a": "b" } })),
    create("refuses a label's key with two slashes", MAPS, configMap("bad", {}, { labels: { "a/b/c": "d" } })),
    create("refuses a label that is too long", MAPS, configMap("bad", {}, { labels: { [long]: long } })),
    {
      ...create("refuses several labels at once", MAPS, configMap("bad", {}, { labels: { a: "no spaces", b: "-" } })),
      // In whatever order Go walks through a map.
      view: (body) =>
        objectsAt(body, "details", "causes")
          .map((cause) => stringAt(cause, "message") ?? "")
          .toSorted(),
    },
    create("refuses an annotation's key", MAPS, configMap("bad", {}, { annotations: { "a b": "c" } })),
    create(
      "takes an annotation's key in capitals",
      MAPS,
      configMap("capitals", {}, { annotations: { "Example.Com/Some": "c" } }),
    ),
    {
      ...create(
        "refuses annotations that are too long",
        MAPS,
        configMap("bad", {}, { annotations: { a: "x".repeat(262_145) } }),
      ),
    },
    create("refuses a label that is no text", MAPS, configMap("bad", {}, { labels: { a: 1 } })),
    create("refuses a finalizer without a prefix", MAPS, configMap("plain", {}, { finalizers: ["plain"] })),
    create("refuses a finalizer that is none", MAPS, configMap("bad", {}, { finalizers: ["a b"] })),
    create("takes a finalizer twice", MAPS, configMap("twice", {}, { finalizers: ["example.com/a", "example.com/a"] })),
    create("refuses an owner without its name", MAPS, configMap("bad", {}, { ownerReferences: [owner({ name: "" })] })),
    create("refuses an owner without its uid", MAPS, configMap("bad", {}, { ownerReferences: [owner({ uid: "" })] })),
    create(
      "refuses an owner without version or kind",
      MAPS,
      configMap("bad", {}, { ownerReferences: [owner({ apiVersion: "", kind: "" })] }),
    ),
    create("refuses an owner without most of it", MAPS, configMap("bad", {}, { ownerReferences: [{ name: "owner" }] })),
    create(
      "refuses an owner of a version that is none",
      MAPS,
      configMap("bad", {}, { ownerReferences: [owner({ apiVersion: "a/b/c" })] }),
    ),
    create(
      "refuses two owners that control",
      MAPS,
      configMap(
        "bad",
        {},
        { ownerReferences: [owner({ controller: true }), owner({ controller: true, name: "second" })] },
      ),
    ),
    create(
      "warns of an owner twice",
      MAPS,
      configMap("doubled", {}, { ownerReferences: [owner(), owner()], finalizers: ["example.com/hold"] }),
    ),
    create(
      "refuses an event for an owner",
      MAPS,
      configMap("bad", {}, { ownerReferences: [owner({ kind: "Event" })] }),
    ),

    create("makes one that is held", MAPS, configMap("held", {}, { finalizers: ["example.com/a", "example.com/b"] })),
    { say: "marks it as deleted", ask: `DELETE ${MAPS}/held` },
    { say: "shows that it waits", ask: `GET ${MAPS}/held` },
    { say: "shows its age in a table still", ask: `GET ${MAPS}/held`, accept: TABLE },
    { say: "does not mark it twice", ask: `DELETE ${MAPS}/held` },
    { say: "cannot make it again", ask: `POST ${MAPS}`, body: configMap("held") },
    merge("lets it be changed", `${MAPS}/held`, { data: { late: "yes" } }),
    merge("takes no new finalizer", `${MAPS}/held`, { metadata: { finalizers: ["example.com/a", "example.com/c"] } }),
    merge("does not take back the deletion", `${MAPS}/held`, { metadata: { deletionTimestamp: null } }),
    merge("gives up one finalizer", `${MAPS}/held`, { metadata: { finalizers: ["example.com/b"] } }),
    {
      say: "refuses to let go of another version",
      ask: `PATCH ${MAPS}/held`,
      type: "application/merge-patch+json",
      body: { metadata: { resourceVersion: "1", finalizers: null } },
    },
    merge("tries to give up the last one", `${MAPS}/held?dryRun=All`, { metadata: { finalizers: null } }),
    { say: "is there after the trial", ask: `GET ${MAPS}/held`, view: (body) => (body as { kind: string }).kind },
    merge("gives up the last one", `${MAPS}/held`, { metadata: { finalizers: null } }),
    { say: "is gone", ask: `GET ${MAPS}/held` },

    create("makes one to orphan", MAPS, configMap("orphaned", {}, { finalizers: ["example.com/hold"] })),
    {
      say: "marks it for orphaning",
      ask: `DELETE ${MAPS}/orphaned`,
      body: { propagationPolicy: "Orphan" },
      view: (body) => (body as { metadata: { finalizers: string[] } }).metadata.finalizers.toSorted(),
    },
    merge("lets the orphaned go", `${MAPS}/orphaned`, { metadata: { finalizers: null } }),
    {
      ...create(
        "makes one that is held by nobody known",
        MAPS,
        configMap("foreground", {}, { finalizers: ["example.com/hold"] }),
      ),
    },
    {
      say: "marks it for deletion in the foreground",
      ask: `DELETE ${MAPS}/foreground?propagationPolicy=Foreground`,
      view: (body) => (body as { metadata: { finalizers: string[] } }).metadata.finalizers.toSorted(),
    },
    merge("lets the foreground go", `${MAPS}/foreground`, { metadata: { finalizers: null } }),
    merge("lets the doubled go", `${MAPS}/doubled`, { metadata: { finalizers: null } }),
    merge("lets the twice held go", `${MAPS}/twice`, { metadata: { finalizers: null } }),
    create(
      "holds what a collection deletes",
      MAPS,
      configMap("collected", {}, { finalizers: ["example.com/hold"], labels: { set: "c" } }),
    ),
    { say: "deletes the collection", ask: `DELETE ${MAPS}?labelSelector=set%3Dc` },
    {
      say: "shows what a collection left",
      ask: `GET ${MAPS}/collected`,
      view: (body) => (body as { metadata: { finalizers: string[] } }).metadata.finalizers,
    },
    merge("lets the collected go", `${MAPS}/collected`, { metadata: { finalizers: null } }),
  ],
};
