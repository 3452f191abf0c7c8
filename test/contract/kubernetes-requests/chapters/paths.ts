import { at } from "../../../../src/playground/kubernetes/json.ts";
import { configMap, DEPLOYMENTS, MAPS, MERGE_PATCH, PARTIAL, PARTIAL_LIST, TABLE } from "../objects.ts";
import type { Chapter } from "../script.ts";

const PROTOBUF = "application/vnd.kubernetes.protobuf";

export const paths: Chapter = {
  name: "paths",
  about: "paths, methods and media types that are and are not served",
  steps: [
    { say: "makes one to ask about", ask: `POST ${MAPS}`, body: configMap("one") },
    { say: "does not know a resource", ask: "GET /api/v1/namespaces/<ns>/gadgets" },
    { say: "does not know a group", ask: "GET /apis/absent.example.com/v1/things" },
    { say: "does not know a version", ask: "GET /apis/apps/v9/deployments" },
    { say: "does not know a path", ask: "GET /nowhere" },
    { say: "does not know a path below a known one", ask: `GET ${MAPS}/one/two/three` },
    { say: "does not know a subresource", ask: `GET ${MAPS}/one/status` },
    { say: "does not know a subresource of a Deployment", ask: `GET ${DEPLOYMENTS}/one/absent` },
    { say: "has no cluster-wide object in a namespace", ask: "GET /api/v1/namespaces/<ns>/nodes" },
    { say: "has no namespaced object outside of one", ask: "GET /api/v1/configmaps/one" },
    { say: "does not create outside of a namespace", ask: "POST /api/v1/configmaps", body: configMap("two") },
    { say: "does not delete outside of a namespace", ask: "DELETE /api/v1/configmaps" },
    { say: "does not delete all namespaces", ask: "DELETE /api/v1/namespaces" },
    { say: "does not update a collection", ask: `PUT ${MAPS}`, body: configMap("one") },
    { say: "does not patch a collection", ask: `PATCH ${MAPS}`, type: MERGE_PATCH, body: {} },
    { say: "does not create under a name", ask: `POST ${MAPS}/one`, body: configMap("one") },
    { say: "does not delete a status", ask: `DELETE ${DEPLOYMENTS}/one/status` },
    { say: "does not create a status", ask: `POST ${DEPLOYMENTS}/one/status`, body: {} },
    { say: "does not know a method", ask: `OPTIONS ${MAPS}` },
    { say: "does not know a method of one object", ask: `LINK ${MAPS}/one` },
    { say: "reads with a slash at the end", ask: `GET ${MAPS}/`, view: (body) => at(body, "kind") },
    { say: "answers a HEAD", ask: `HEAD ${MAPS}/one` },

    { say: "writes YAML", ask: `GET ${MAPS}/one`, accept: "application/yaml", view: (body) => typeof body },
    { say: "writes JSON to whoever takes anything", ask: `GET ${MAPS}/one`, accept: "*/*" },
    { say: "writes JSON to whoever takes any application type", ask: `GET ${MAPS}/one`, accept: "application/*" },
    { say: "does not write HTML", ask: `GET ${MAPS}/one`, accept: "text/html" },
    {
      say: "writes what is left when HTML is preferred",
      ask: `GET ${MAPS}/one`,
      accept: "text/html, application/json;q=0.5",
    },
    { say: "writes a table of one", ask: `GET ${MAPS}/one`, accept: TABLE },
    { say: "writes a table of many", ask: `GET ${MAPS}?fieldSelector=metadata.name=one`, accept: TABLE },
    { say: "writes a table without objects", ask: `GET ${MAPS}/one?includeObject=None`, accept: TABLE },
    { say: "writes a table with whole objects", ask: `GET ${MAPS}/one?includeObject=Object`, accept: TABLE },
    { say: "knows no other way to include objects", ask: `GET ${MAPS}/one?includeObject=Some`, accept: TABLE },
    { say: "writes metadata only", ask: `GET ${MAPS}/one`, accept: PARTIAL },
    { say: "writes a list of metadata only", ask: `GET ${MAPS}?fieldSelector=metadata.name=one`, accept: PARTIAL_LIST },
    { say: "writes one object's metadata to whoever asks for a list", ask: `GET ${MAPS}/one`, accept: PARTIAL_LIST },
    {
      say: "writes a list to whoever asks for one object's metadata",
      ask: `GET ${MAPS}?fieldSelector=metadata.name=one`,
      accept: PARTIAL,
    },
    {
      say: "does not write an unknown version of a table",
      ask: `GET ${MAPS}/one`,
      accept: "application/json;as=Table;v=v9;g=meta.k8s.io",
    },
    {
      say: "does not write an unknown form",
      ask: `GET ${MAPS}/one`,
      accept: "application/json;as=Poem;v=v1;g=meta.k8s.io",
    },
    {
      say: "falls back from an unknown form",
      ask: `GET ${MAPS}/one`,
      accept: "application/json;as=Poem;v=v1;g=meta.k8s.io, application/json",
    },
    { say: "writes a refusal as it is, whatever form is asked for", ask: `GET ${MAPS}/absent`, accept: TABLE },
    { say: "writes what was created as a table", ask: `POST ${MAPS}`, body: configMap("tabled"), accept: TABLE },
    { say: "writes what was created as metadata", ask: `POST ${MAPS}`, body: configMap("bare"), accept: PARTIAL },
    { say: "writes what was deleted as a table", ask: `DELETE ${MAPS}/tabled`, accept: TABLE },
    {
      say: "prefers protobuf's neighbour where protobuf is not spoken",
      ask: "GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions/absent",
      accept: `${PROTOBUF}, application/json`,
      view: (body) => typeof body,
    },
    { say: "writes JSON where JSON comes first", ask: `GET ${MAPS}/one`, accept: `application/json, ${PROTOBUF}` },
  ],
};
