import { configMap, create, MAPS, TABLE } from "../objects.ts";
import type { Chapter, RequestStep } from "../script.ts";

const labelled = [
  configMap("a", {}, { labels: { app: "web", tier: "front", "example.com/owner": "me" } }),
  configMap("b", {}, { labels: { app: "web" } }),
  configMap("c", {}, { labels: { app: "db", tier: "back" } }),
  configMap("d", {}, { labels: { other: "" } }),
];

function selecting(say: string, query: string): RequestStep {
  return { say, ask: `GET ${MAPS}?${query}`, view: namesIfList };
}

/** Lists are compared by their names: what else they show is seen elsewhere. */
function namesIfList(body: unknown) {
  const list = body as { items?: { metadata: { name: string } }[] };
  return list.items?.map((item) => item.metadata.name) ?? (body as null);
}

const label = (selector: string): string => `labelSelector=${encodeURIComponent(selector)}`;
const field = (selector: string): string => `fieldSelector=${encodeURIComponent(selector)}`;

export const lists: Chapter = {
  name: "lists",
  about: "label and field selectors, pages and revisions of lists",
  steps: [
    ...labelled.map((map) => create(`makes ${map.metadata.name}`, MAPS, map)),
    { say: "lists", ask: `GET ${MAPS}?${label("app")}` },
    selecting("selects by a value", label("app=web")),
    selecting("selects by a value with two signs", label("app==web")),
    selecting("selects by another value or none", label("app!=web")),
    selecting("selects by several values", label("app in (web, db)")),
    selecting("selects by none of several values", label("app notin (web)")),
    selecting("selects by presence", label("tier")),
    selecting("selects by absence", label("!app")),
    selecting("selects by an empty value", label("other=")),
    selecting("selects by a key with a prefix", label("example.com/owner=me")),
    selecting("selects by two terms", label("app=web,tier notin (back)")),
    selecting("selects by nothing", "labelSelector="),
    selecting("selects by numbers, of which there are none", label("app>1")),
    selecting("selects by an empty value in a set", label("other in ()")),
    selecting("refuses two signs too many", label("a=b=c")),
    selecting("refuses a key that is none", label("-a=b")),
    selecting("refuses a value that is none", label("a=b c")),
    selecting("refuses a set without its end", label("a in (b")),
    selecting("refuses a value that is too long", label(`a=${"x".repeat(64)}`)),
    selecting("refuses an operator that there is not", label("a near (b)")),
    selecting("refuses a number that is none", label("a>b")),
    selecting("finds by name", field("metadata.name=a")),
    selecting("finds by another name", `${field("metadata.name!=a")}&${label("app=web")}`),
    selecting("finds by namespace", `${field("metadata.namespace=<ns>")}&${label("app=db")}`),
    selecting("finds by both", field("metadata.name=a,metadata.namespace=<ns>")),
    selecting("refuses a field that has no index", field("data.key=a")),
    selecting("refuses a field selector that is none", field("metadata.name")),
    {
      say: "refuses a field of pods that has no index",
      ask: "GET /api/v1/namespaces/<ns>/pods?fieldSelector=spec.priority=1",
    },
    {
      say: "knows the fields of pods",
      ask: `GET /api/v1/namespaces/<ns>/pods?${field("status.phase=Running,spec.nodeName=n,spec.restartPolicy=Always,spec.serviceAccountName=x,spec.schedulerName=x,spec.hostNetwork=false,status.podIP=1.1.1.1,status.nominatedNodeName=x")}`,
    },
    { say: "knows the fields of secrets", ask: `GET /api/v1/namespaces/<ns>/secrets?${field("type=Opaque")}` },
    {
      say: "knows the fields of services",
      ask: `GET /api/v1/namespaces/<ns>/services?${field("spec.type=ClusterIP,spec.clusterIP=1.1.1.1")}`,
    },
    {
      say: "knows the fields of namespaces",
      ask: `GET /api/v1/namespaces?${field("status.phase=Active,metadata.name=<ns>")}`,
    },
    {
      say: "knows the fields of replica sets",
      ask: `GET /apis/apps/v1/namespaces/<ns>/replicasets?${field("status.replicas=9")}`,
    },
    {
      say: "has no more fields of Deployments",
      ask: `GET /apis/apps/v1/namespaces/<ns>/deployments?${field("status.replicas=9")}`,
    },
    {
      say: "finds one across namespaces",
      ask: `GET /api/v1/configmaps?${label("tier=front")}&${field("metadata.namespace=<ns>")}`,
    },
    {
      say: "watches nothing of an absent namespace",
      ask: "GET /api/v1/namespaces/absent-<ns>/configmaps",
      keep: { rv: ["metadata", "resourceVersion"] },
    },

    {
      say: "gives the first page",
      ask: `GET ${MAPS}?limit=2&${field("metadata.name!=kube-root-ca.crt")}`,
      keep: { next: ["metadata", "continue"] },
    },
    {
      say: "gives the second page",
      ask: `GET ${MAPS}?limit=2&continue=<next>&${field("metadata.name!=kube-root-ca.crt")}`,
    },
    {
      say: "gives the first page with the number of those left",
      ask: `GET ${MAPS}?limit=3`,
      keep: { next: ["metadata", "continue"] },
    },
    create("makes one more meanwhile", MAPS, configMap("bb")),
    {
      say: "gives the second page as it was",
      ask: `GET ${MAPS}?limit=3&continue=<next>`,
      view: (body) => [
        namesIfList(body) as never,
        (body as { metadata: { remainingItemCount?: number } }).metadata.remainingItemCount ?? 0,
      ],
    },
    { say: "gives the second page whole", ask: `GET ${MAPS}?continue=<next>`, view: namesIfList },
    { say: "gives a page as a table", ask: `GET ${MAPS}?limit=1`, accept: TABLE },
    { say: "gives everything for a limit of nought", ask: `GET ${MAPS}?limit=0`, view: namesIfList },
    { say: "gives everything for a limit below nought", ask: `GET ${MAPS}?limit=-1`, view: namesIfList },
    { say: "refuses a limit that is no number", ask: `GET ${MAPS}?limit=few` },
    { say: "refuses a continuation that is none", ask: `GET ${MAPS}?limit=2&continue=nonsense` },
    { say: "refuses a continuation with a revision", ask: `GET ${MAPS}?limit=2&continue=<next>&resourceVersion=5` },
    {
      say: "takes a continuation with revision nought",
      ask: `GET ${MAPS}?limit=2&continue=<next>&resourceVersion=0`,
      view: namesIfList,
    },

    {
      ...create("makes another to know a revision", MAPS, configMap("z")),
      keep: { rv: ["metadata", "resourceVersion"] },
    },
    create("makes yet another", MAPS, configMap("zz")),
    selecting("lists as it was at a revision", "resourceVersion=<rv>&resourceVersionMatch=Exact"),
    selecting("lists what is not older than a revision", "resourceVersion=<rv>&resourceVersionMatch=NotOlderThan"),
    selecting("lists what is not older than a revision without being told", "resourceVersion=<rv>"),
    selecting("lists from any revision", "resourceVersion=0&resourceVersionMatch=NotOlderThan"),
    selecting("refuses exactly revision nought", "resourceVersion=0&resourceVersionMatch=Exact"),
    selecting("refuses a match without a revision", "resourceVersionMatch=Exact"),
    selecting("refuses a match that there is not", "resourceVersion=<rv>&resourceVersionMatch=Near"),
    selecting("refuses a match with a continuation", "resourceVersion=<rv>&resourceVersionMatch=Exact&continue=<next>"),
    selecting("refuses a revision that is no number", "resourceVersion=new"),
    {
      say: "reads one from any revision",
      ask: `GET ${MAPS}/z?resourceVersion=0`,
      view: (body) => (body as { kind: string }).kind,
    },
    { say: "does not read a revision that is yet to come", ask: `GET ${MAPS}/z?resourceVersion=99999999` },
    { say: "does not list a revision that is yet to come", ask: `GET ${MAPS}?resourceVersion=99999999` },
  ],
};
