import { at } from "../../../../src/playground/kubernetes/json.ts";
import { configMap, create, merge, TABLE } from "../objects.ts";
import type { Answer, Chapter } from "../script.ts";

const NAMESPACES = "/api/v1/namespaces";
const named = "<ns>-short";
const path = `${NAMESPACES}/${named}`;
const isGone = ({ status }: Answer): boolean => status === 404;

export const namespaces: Chapter = {
  name: "namespaces",
  about: "the life of a namespace",
  steps: [
    create("refuses a name with a dot", NAMESPACES, { metadata: { name: "a.b" } }),
    create("refuses a name in capitals", NAMESPACES, { metadata: { name: "Bad" } }),
    create("makes one", NAMESPACES, {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: named, labels: { l: "1" } },
    }),
    { say: "refuses one that is there", ask: `POST ${NAMESPACES}`, body: { metadata: { name: named } } },
    { say: "shows it in a table", ask: `GET ${path}`, accept: TABLE },
    merge("keeps its own label", path, { metadata: { labels: { "kubernetes.io/metadata.name": "other", l: null } } }),
    merge("changes a label", path, { metadata: { labels: { l: "2" } } }),
    {
      say: "furnishes it with an account",
      ask: `GET ${path}/serviceaccounts/default`,
      until: ({ status }) => status === 200,
    },
    {
      say: "furnishes it with a certificate",
      ask: `GET ${path}/configmaps/kube-root-ca.crt`,
      until: ({ status }) => status === 200,
      view: (body) => Object.keys((body as { data: object }).data),
    },
    create(
      "makes something in it that is held",
      `${path}/configmaps`,
      configMap("held", {}, { finalizers: ["example.com/hold"] }),
    ),
    {
      say: "changes its status",
      ask: `PATCH ${path}/status`,
      type: "application/merge-patch+json",
      body: { status: { phase: "Odd" } },
    },
    { say: "begins to delete it", ask: `DELETE ${path}` },
    {
      say: "says that it goes",
      ask: `GET ${path}`,
      view: (body) => (body as { status: { phase: string } }).status.phase,
    },
    { say: "makes nothing new in it", ask: `POST ${path}/configmaps`, body: configMap("new") },
    {
      say: "makes nothing new in it even for a dry run",
      ask: `POST ${path}/configmaps?dryRun=All`,
      body: configMap("new"),
    },
    {
      say: "applies nothing new in it",
      ask: `PATCH ${path}/configmaps/new?fieldManager=x`,
      type: "application/apply-patch+yaml",
      body: configMap("new"),
    },
    {
      say: "changes what is left in it",
      ask: `PATCH ${path}/configmaps/held`,
      type: "application/merge-patch+json",
      body: { data: { late: "yes" } },
      view: (body) => at(body, "data"),
    },
    {
      say: "marks what is in it",
      ask: `GET ${path}/configmaps/held`,
      until: ({ body }) =>
        (body as { metadata?: { deletionTimestamp?: string } }).metadata?.deletionTimestamp !== undefined,
      view: () => "marked",
    },
    {
      say: "says what it waits for",
      ask: `GET ${path}`,
      until: ({ body }) =>
        ((body as { status?: { conditions?: { type: string; status: string }[] } }).status?.conditions ?? []).some(
          ({ type, status }) => type === "NamespaceFinalizersRemaining" && status === "True",
        ),
      view: (body) => {
        const { status } = body as {
          status: { phase: string; conditions?: { type: string; status: string; reason: string; message: string }[] };
        };
        return {
          phase: status.phase,
          conditions: (status.conditions ?? []).map(({ type, status: value, reason, message }) => ({
            type,
            status: value,
            reason,
            message,
          })),
        };
      },
    },
    {
      say: "deletes it once only",
      ask: `DELETE ${path}`,
      view: (body) => (body as { message?: string; kind: string }).message ?? (body as { kind: string }).kind,
    },
    {
      say: "lets go of what was held",
      ask: `PATCH ${path}/configmaps/held`,
      type: "application/merge-patch+json",
      body: { metadata: { finalizers: null } },
      view: (body) => (body as { kind: string }).kind,
    },
    { say: "is gone", ask: `GET ${path}`, until: isGone },
    {
      say: "takes its content with it",
      ask: `GET ${path}/configmaps`,
      view: (body) => (body as { items: unknown[] }).items.length,
    },
    { say: "does not delete default", ask: `DELETE ${NAMESPACES}/default` },
    { say: "does not delete kube-system", ask: `DELETE ${NAMESPACES}/kube-system` },
    {
      say: "finalizes by a subresource",
      ask: `PUT ${NAMESPACES}/absent-<ns>/finalize`,
      body: { metadata: { name: "absent-<ns>" }, spec: { finalizers: [] } },
    },
    { say: "says how namespaces look", ask: `GET ${NAMESPACES}/<ns>` },
  ],
};
