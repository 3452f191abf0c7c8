import { create, merge, TABLE } from "../objects.ts";
import type { Chapter } from "../script.ts";

const REVISIONS = "/apis/apps/v1/namespaces/<ns>/controllerrevisions";
const EVENTS = "/api/v1/namespaces/<ns>/events";
const NEW_EVENTS = "/apis/events.k8s.io/v1/namespaces/<ns>/events";
const LEASES = "/apis/coordination.k8s.io/v1/namespaces/<ns>/leases";
const about = {
  apiVersion: "v1",
  kind: "ConfigMap",
  name: "x",
  namespace: "<ns>",
  uid: "00000000-0000-4000-8000-00000000000d",
};
const event = (name: string, fields: object = {}) => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name },
  involvedObject: about,
  reason: "Happened",
  message: "it happened",
  type: "Normal",
  source: { component: "me" },
  firstTimestamp: "2001-01-01T00:00:00Z",
  lastTimestamp: "2001-01-01T00:00:00Z",
  count: 1,
  ...fields,
});
export const records: Chapter = {
  name: "records",
  about: "ControllerRevisions, events, leases",
  steps: [
    create("keeps a revision", REVISIONS, {
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: { name: "one", labels: { a: "b" } },
      revision: 1,
      data: { spec: { anything: [1, { deep: null }] } },
    }),
    create("wants a revision's data", REVISIONS, {
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: { name: "bad" },
      revision: 1,
    }),
    create("wants a revision's number not below nought", REVISIONS, {
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: { name: "bad" },
      revision: -1,
      data: {},
    }),
    merge("does not change a revision's data", `${REVISIONS}/one`, { data: { spec: { other: 1 } } }),
    merge("changes a revision's number", `${REVISIONS}/one`, { revision: 2 }),
    { say: "shows a revision's table", ask: `GET ${REVISIONS}/one`, accept: TABLE },
    { say: "deletes a revision", ask: `DELETE ${REVISIONS}/one` },

    create("records an event", EVENTS, event("old")),
    create("records an event with a made up name", EVENTS, { ...event(""), metadata: { generateName: "made." } }),
    create(
      "refuses an event about another namespace",
      EVENTS,
      event("bad", { involvedObject: { ...about, namespace: "default" } }),
    ),
    create(
      "refuses an event about no namespace",
      EVENTS,
      event("bad", { involvedObject: { kind: "Node", name: "n" } }),
    ),
    create("wants what an event is about", EVENTS, event("bad", { involvedObject: undefined })),
    merge("counts an event", `${EVENTS}/old`, { count: 2, lastTimestamp: "2001-01-01T00:01:00Z" }),
    merge("changes what an event is about", `${EVENTS}/old`, { involvedObject: { name: "y" } }),
    {
      say: "finds events by what they are about",
      ask: `GET ${EVENTS}?fieldSelector=involvedObject.name%3Dx,involvedObject.kind%3DConfigMap,reason%3DHappened,type%3DNormal`,
      view: (body) => (body as { items: unknown[] }).items.length,
    },
    {
      say: "finds events by their source",
      ask: `GET ${EVENTS}?fieldSelector=source%3Dme,reportingComponent%3Dme`,
      view: (body) => (body as { items: unknown[] }).items.length,
    },
    { say: "shows an old event in the new group", ask: `GET ${NEW_EVENTS}/old` },
    {
      say: "shows an event's table",
      ask: `GET ${EVENTS}/old`,
      accept: TABLE,
      view: (body) => (body as { columnDefinitions: never }).columnDefinitions,
    },
    { say: "deletes an event", ask: `DELETE ${EVENTS}/old` },
    { say: "deletes events", ask: `DELETE ${EVENTS}`, view: (body) => (body as { kind: string }).kind },

    create("makes a lease", LEASES, {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "one" },
      spec: { holderIdentity: "me", leaseDurationSeconds: 15, renewTime: "2001-01-01T00:00:00.000000Z" },
    }),
    create("wants a lease's time above nought", LEASES, {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "bad" },
      spec: { leaseDurationSeconds: 0, leaseTransitions: -1 },
    }),
    {
      say: "does not update a lease without a version",
      ask: `PUT ${LEASES}/one`,
      body: {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name: "one" },
        spec: { holderIdentity: "you" },
      },
    },
    merge("hands a lease over", `${LEASES}/one`, { spec: { holderIdentity: "you" } }),
    {
      say: "makes a lease by an update",
      ask: `PUT ${LEASES}/two`,
      body: {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name: "two" },
        spec: { holderIdentity: "you" },
      },
    },
    { say: "shows a lease's table", ask: `GET ${LEASES}/one`, accept: TABLE },
  ],
};
