import { create } from "../objects.ts";
import type { Chapter } from "../script.ts";

const EVENTS = "/api/v1/namespaces/<ns>/events";
const NEW_EVENTS = "/apis/events.k8s.io/v1/namespaces/<ns>/events";
const about = {
  apiVersion: "v1",
  kind: "ConfigMap",
  name: "x",
  namespace: "<ns>",
  uid: "00000000-0000-4000-8000-00000000000d",
};
const newEvent = (name: string, fields: object = {}) => ({
  apiVersion: "events.k8s.io/v1",
  kind: "Event",
  metadata: { name },
  regarding: about,
  reason: "Happened",
  note: "it happened",
  type: "Normal",
  action: "Happen",
  reportingController: "example.com/me",
  reportingInstance: "me-1",
  eventTime: "2001-01-01T00:00:00.000000Z",
  ...fields,
});

export const newEvents: Chapter = {
  name: "new-events",
  about: "events of the newer group",
  steps: [
    create("records an event in the new group", NEW_EVENTS, newEvent("new")),
    { say: "shows a new event in the old group", ask: `GET ${EVENTS}/new` },
    create(
      "wants a controller in the new group",
      NEW_EVENTS,
      newEvent("bad", { reportingController: "", reportingInstance: "" }),
    ),
    create("wants an action in the new group", NEW_EVENTS, newEvent("bad", { action: "", reason: "" })),
    create("wants a time in the new group", NEW_EVENTS, newEvent("bad", { eventTime: undefined })),
    create("wants a type that there is in the new group", NEW_EVENTS, newEvent("bad", { type: "Odd" })),
    create(
      "wants a note that is not too long in the new group",
      NEW_EVENTS,
      newEvent("bad", { note: "x".repeat(1_025) }),
    ),
    {
      say: "counts a series in the new group",
      ask: `PATCH ${NEW_EVENTS}/new`,
      type: "application/merge-patch+json",
      body: { series: { count: 2, lastObservedTime: "2001-01-01T00:01:00.000000Z" } },
    },
    {
      say: "does not change a new event otherwise",
      ask: `PATCH ${NEW_EVENTS}/new`,
      type: "application/merge-patch+json",
      body: { note: "other", reason: "Other" },
    },
    {
      say: "finds events in the new group",
      ask: `GET ${NEW_EVENTS}?fieldSelector=regarding.name%3Dx,reportingController%3Dexample.com/me`,
      view: (body) => (body as { items?: unknown[]; message?: string }).items?.length ?? (body as never),
    },
  ],
};
