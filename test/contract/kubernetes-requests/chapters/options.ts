import { configMap, create, deployment, DEPLOYMENTS, MAPS, MERGE_PATCH } from "../objects.ts";
import type { Chapter } from "../script.ts";

const odd = { ...configMap("odd"), extra: 1, metadata: { name: "odd", extra: { deep: 1 } } };
const oddDeployment = deployment("odd", {
  replicass: 3,
  template: {
    metadata: { labels: { app: "odd" } },
    spec: { containers: [{ name: "a", image: "b", ports: [{ port: 1 }] }] },
  },
});

export const options: Chapter = {
  name: "options",
  about: "unknown and doubled fields, preconditions, deleting options",
  steps: [
    { say: "refuses unknown fields strictly", ask: `POST ${MAPS}?fieldValidation=Strict`, body: odd },
    { say: "warns of unknown fields", ask: `POST ${MAPS}?fieldValidation=Warn&dryRun=All`, body: odd },
    create("warns of unknown fields without being asked to", MAPS, odd),
    {
      say: "ignores unknown fields",
      ask: `POST ${MAPS}?fieldValidation=Ignore`,
      body: { ...odd, metadata: { name: "odder" } },
    },
    { say: "knows no other validation of fields", ask: `POST ${MAPS}?fieldValidation=Lax`, body: odd },
    { say: "finds unknown fields deep inside", ask: `POST ${DEPLOYMENTS}?fieldValidation=Strict`, body: oddDeployment },
    { say: "warns of unknown fields deep inside", ask: `POST ${DEPLOYMENTS}?dryRun=All`, body: oddDeployment },
    {
      say: "refuses doubled fields strictly",
      ask: `POST ${MAPS}?fieldValidation=Strict`,
      body: `{"metadata":{"name":"twin"},"data":{"a":"1"},"data":{"b":"2"}}`,
    },
    {
      say: "warns of doubled fields",
      ask: `POST ${MAPS}?dryRun=All`,
      body: `{"metadata":{"name":"twin"},"data":{"a":"1","a":"2"}}`,
    },
    {
      say: "refuses doubled fields of YAML strictly",
      ask: `POST ${MAPS}?fieldValidation=Strict`,
      type: "application/yaml",
      body: "metadata:\n  name: twin\ndata:\n  a: b\n  a: c\n",
    },
    { say: "refuses unknown fields of an update", ask: `PUT ${MAPS}/odd?fieldValidation=Strict`, body: odd },
    {
      say: "refuses unknown fields of a patch",
      ask: `PATCH ${MAPS}/odd?fieldValidation=Strict`,
      type: MERGE_PATCH,
      body: { extra: 1, data: { key: "x" } },
    },
    {
      say: "warns of unknown fields of a patch",
      ask: `PATCH ${MAPS}/odd`,
      type: MERGE_PATCH,
      body: { extra: 1, data: { key: "x" } },
    },
    {
      say: "takes fields in another case for unknown ones",
      ask: `POST ${MAPS}?fieldValidation=Strict`,
      body: { ...configMap("cased"), Data: { a: "b" } },
    },

    {
      ...create("makes one to delete", MAPS, configMap("gone")),
      keep: { uid: ["metadata", "uid"], rv: ["metadata", "resourceVersion"] },
    },
    {
      say: "refuses to delete another object of that name",
      ask: `DELETE ${MAPS}/gone`,
      body: { preconditions: { uid: "00000000-0000-4000-8000-000000000000" } },
    },
    {
      say: "refuses to delete another version",
      ask: `DELETE ${MAPS}/gone`,
      body: { kind: "DeleteOptions", apiVersion: "v1", preconditions: { resourceVersion: "1" } },
    },
    { say: "tries a deletion that the body describes", ask: `DELETE ${MAPS}/gone`, body: { dryRun: ["All"] } },
    {
      say: "refuses options of another kind",
      ask: `DELETE ${MAPS}/gone`,
      body: { kind: "PatchOptions", apiVersion: "meta.k8s.io/v1" },
    },
    {
      say: "refuses a propagation that there is not",
      ask: `DELETE ${MAPS}/gone`,
      body: { propagationPolicy: "Sideways" },
    },
    {
      say: "refuses two ways of saying what becomes of dependants",
      ask: `DELETE ${MAPS}/gone`,
      body: { propagationPolicy: "Background", orphanDependents: true },
    },
    { say: "refuses a period of grace that is no number", ask: `DELETE ${MAPS}/gone?gracePeriodSeconds=soon` },
    { say: "refuses options that are no JSON", ask: `DELETE ${MAPS}/gone`, body: "{" },
    { say: "refuses an unknown option strictly", ask: `DELETE ${MAPS}/gone`, body: { gently: true } },
    { say: "refuses options in another type", ask: `DELETE ${MAPS}/gone`, body: "x", type: "text/plain" },
    {
      say: "takes a negative period of grace",
      ask: `DELETE ${MAPS}/gone?dryRun=All`,
      body: { gracePeriodSeconds: -1 },
    },
    {
      say: "deletes the very object and version that is meant",
      ask: `DELETE ${MAPS}/gone`,
      body: { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid: "<uid>", resourceVersion: "<rv>" } },
    },

    create("makes the first of three", MAPS, configMap("first", {}, { labels: { set: "a" } })),
    create("makes the second of three", MAPS, configMap("second", {}, { labels: { set: "a" } })),
    create("makes the third of three", MAPS, configMap("third", {}, { labels: { set: "b" } })),
    { say: "tries to delete what a selector finds", ask: `DELETE ${MAPS}?labelSelector=set=a&dryRun=All` },
    { say: "deletes what a selector finds", ask: `DELETE ${MAPS}?labelSelector=set=a` },
    { say: "left the others", ask: `GET ${MAPS}?labelSelector=set` },
    {
      say: "deletes by a field",
      ask: `DELETE ${MAPS}?fieldSelector=metadata.name=third`,
      body: { propagationPolicy: "Background" },
    },
    { say: "finds nothing to delete", ask: `DELETE ${MAPS}?labelSelector=set` },
    { say: "refuses a selector that is none when deleting", ask: `DELETE ${MAPS}?labelSelector=a=b=c` },
  ],
};
