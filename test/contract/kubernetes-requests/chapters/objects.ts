import { configMap, create, MAPS, MERGE_PATCH } from "../objects.ts";
import type { Chapter } from "../script.ts";

const named = `${MAPS}/settings`;

export const objects: Chapter = {
  name: "objects",
  about: "create, read, update and delete, and what is refused on the way",
  steps: [
    {
      ...create("creates", MAPS, configMap("settings")),
      keep: { uid: ["metadata", "uid"], rv: ["metadata", "resourceVersion"] },
    },
    { say: "reads", ask: `GET ${named}` },
    { say: "names what is missing", ask: `GET ${MAPS}/absent` },
    create("refuses a name that is taken", MAPS, configMap("settings")),
    {
      say: "refuses a name that is taken even for a dry run",
      ask: `POST ${MAPS}?dryRun=All`,
      body: configMap("settings"),
    },
    create("makes up the end of a name", MAPS, { metadata: { generateName: "made-" } }),
    create("wants a name", MAPS, { apiVersion: "v1", kind: "ConfigMap", metadata: {} }),
    create("wants a name even without metadata", MAPS, { apiVersion: "v1", kind: "ConfigMap" }),
    create("refuses a name in capitals", MAPS, configMap("Capital_Name")),
    create("refuses a name that is too long", MAPS, configMap("x".repeat(254))),
    create("refuses a prefix of names in capitals", MAPS, { metadata: { generateName: "Bad_" } }),
    create("shortens a prefix that is too long", MAPS, { metadata: { generateName: "y".repeat(70) } }),
    create("refuses a resourceVersion on what is new", MAPS, configMap("versioned", {}, { resourceVersion: "1" })),
    create("overwrites what only the server says", MAPS, {
      ...configMap(
        "pretender",
        {},
        {
          uid: "00000000-0000-4000-8000-000000000000",
          creationTimestamp: "2001-01-01T00:00:00Z",
          generation: 7,
          deletionTimestamp: "2001-01-01T00:00:00Z",
          deletionGracePeriodSeconds: 5,
          selfLink: "/somewhere",
        },
      ),
    }),
    create("refuses a namespace other than the path's", MAPS, configMap("elsewhere", {}, { namespace: "default" })),
    create("refuses a namespace that is not there", "/api/v1/namespaces/absent-<ns>/configmaps", configMap("homeless")),
    {
      say: "refuses a namespace that is not there even for a dry run",
      ask: "POST /api/v1/namespaces/absent-<ns>/configmaps?dryRun=All",
      body: configMap("homeless"),
    },
    create("refuses another kind", MAPS, { apiVersion: "v1", kind: "Secret", metadata: { name: "other" } }),
    create("refuses another version", MAPS, { apiVersion: "v2", kind: "ConfigMap", metadata: { name: "other" } }),
    create("refuses a kind without its version", MAPS, { kind: "ConfigMap", metadata: { name: "no-version" } }),
    create("refuses a version without its kind", MAPS, { apiVersion: "v1", metadata: { name: "no-kind" } }),
    create("needs neither kind nor version for what it knows", MAPS, { metadata: { name: "bare" } }),
    create("refuses a list", MAPS, []),
    create("refuses text that is no JSON", MAPS, "{"),
    create("refuses an empty body", MAPS, ""),
    {
      say: "refuses JSON that goes on after its end",
      ask: `POST ${MAPS}`,
      body: `{"metadata":{"name":"twice"}} {"x":1}`,
    },
    {
      say: "takes YAML",
      ask: `POST ${MAPS}`,
      type: "application/yaml",
      body: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: from-yaml\ndata:\n  a: b\n",
    },
    {
      say: "takes JSON without a content type",
      ask: `POST ${MAPS}`,
      type: "",
      body: JSON.stringify(configMap("untyped")),
    },
    { say: "refuses other content types", ask: `POST ${MAPS}`, type: "text/plain", body: "name: x" },
    {
      say: "refuses protobuf that is none",
      ask: `POST ${MAPS}`,
      type: "application/vnd.kubernetes.protobuf",
      body: "nothing",
    },
    create("refuses a value of another type", MAPS, { metadata: { name: "typed" }, data: { number: 1 } }),
    create("takes null for nothing", MAPS, {
      metadata: { name: "nulls", labels: null, annotations: { a: "b" } },
      data: null,
    }),

    {
      say: "updates",
      ask: `PUT ${named}`,
      body: configMap("settings", { key: "new" }),
      keep: { rv2: ["metadata", "resourceVersion"] },
    },
    { say: "keeps the version when nothing changes", ask: `PUT ${named}`, body: configMap("settings", { key: "new" }) },
    {
      say: "refuses an update of an older version",
      ask: `PUT ${named}`,
      body: configMap("settings", { key: "late" }, { resourceVersion: "<rv>" }),
    },
    {
      say: "takes an update of the present version",
      ask: `PUT ${named}`,
      body: configMap("settings", { key: "in time" }, { resourceVersion: "<rv2>" }),
    },
    {
      say: "refuses a version that is no number",
      ask: `PUT ${named}`,
      body: configMap("settings", {}, { resourceVersion: "abc" }),
    },
    {
      say: "refuses an update of another object of that name",
      ask: `PUT ${named}`,
      body: configMap("settings", {}, { uid: "00000000-0000-4000-8000-000000000000" }),
    },
    {
      say: "takes an update that names the object's uid",
      ask: `PUT ${named}`,
      body: configMap("settings", {}, { uid: "<uid>" }),
    },
    { say: "refuses an update under another name", ask: `PUT ${named}`, body: configMap("other") },
    {
      say: "takes an update without a name",
      ask: `PUT ${named}`,
      body: { apiVersion: "v1", kind: "ConfigMap", data: { key: "unnamed" } },
    },
    {
      say: "refuses an update into another namespace",
      ask: `PUT ${named}`,
      body: configMap("settings", {}, { namespace: "default" }),
    },
    { say: "refuses an update of what is missing", ask: `PUT ${MAPS}/absent`, body: configMap("absent") },
    {
      say: "refuses an update of what is missing, with a version",
      ask: `PUT ${MAPS}/absent`,
      body: configMap("absent", {}, { resourceVersion: "5" }),
    },
    {
      say: "keeps what only the server says in an update",
      ask: `PUT ${named}`,
      body: configMap(
        "settings",
        { key: "x" },
        { creationTimestamp: "2001-01-01T00:00:00Z", generation: 9, deletionTimestamp: "2001-01-01T00:00:00Z" },
      ),
    },

    { say: "tries a creation without making it", ask: `POST ${MAPS}?dryRun=All`, body: configMap("tried") },
    { say: "has not made what was tried", ask: `GET ${MAPS}/tried` },
    {
      say: "tries an update without making it",
      ask: `PUT ${named}?dryRun=All`,
      body: configMap("settings", { key: "tried" }),
    },
    {
      say: "tries a patch without making it",
      ask: `PATCH ${named}?dryRun=All`,
      type: MERGE_PATCH,
      body: { data: { key: "tried" } },
    },
    { say: "tries a deletion without making it", ask: `DELETE ${named}?dryRun=All` },
    { say: "has changed nothing by trying", ask: `GET ${named}` },
    { say: "knows no other dry run", ask: `POST ${MAPS}?dryRun=Some`, body: configMap("tried") },
    { say: "knows no other dry run of a patch", ask: `PATCH ${named}?dryRun=yes`, type: MERGE_PATCH, body: {} },
    {
      say: "takes a field manager that is too long for a mistake",
      ask: `POST ${MAPS}?fieldManager=${"m".repeat(129)}`,
      body: configMap("managed"),
    },

    { say: "deletes", ask: `DELETE ${named}` },
    { say: "deletes once only", ask: `DELETE ${named}` },
  ],
};
