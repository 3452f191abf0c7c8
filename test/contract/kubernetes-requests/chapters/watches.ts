import { configMap, create, MAPS, merge, PARTIAL, TABLE } from "../objects.ts";
import type { Chapter } from "../script.ts";

const from = `${MAPS}?watch=1&timeoutSeconds=5&resourceVersion=<start>`;
const only = "labelSelector=app%3Dweb";

export const watches: Chapter = {
  name: "watches",
  about: "what watches tell, and how they begin and end",
  steps: [
    {
      say: "lists to know where to begin",
      ask: `GET ${MAPS}?${only}`,
      keep: { start: ["metadata", "resourceVersion"] },
    },
    create("makes one", MAPS, configMap("one", {}, { labels: { app: "web" } })),
    create("makes another", MAPS, configMap("two", {}, { labels: { app: "db" } })),
    merge("changes one", `${MAPS}/one`, { data: { key: "new" } }),
    merge("changes nothing", `${MAPS}/one`, { data: { key: "new" } }),
    merge("takes one out of the selection", `${MAPS}/one`, { metadata: { labels: { app: "db" } } }),
    merge("takes the other into it", `${MAPS}/two`, { metadata: { labels: { app: "web" } } }),
    { say: "deletes one", ask: `DELETE ${MAPS}/one` },
    { say: "deletes the other", ask: `DELETE ${MAPS}/two` },
    {
      say: "tries one that is never made",
      ask: `POST ${MAPS}?dryRun=All`,
      body: configMap("tried", {}, { labels: { app: "web" } }),
    },
    create("makes a last one", MAPS, configMap("three", {}, { labels: { app: "web" } })),

    { say: "tells all changes in order", watch: from, events: 8 },
    { say: "tells changes as a selection sees them", watch: `${from}&${only}`, events: 6 },
    { say: "tells changes of one name", watch: `${from}&fieldSelector=metadata.name%3Dtwo`, events: 3 },
    {
      say: "tells changes of one object by its path",
      watch: `${MAPS}/two?watch=true&timeoutSeconds=5&resourceVersion=<start>`,
      events: 3,
    },
    {
      say: "tells changes across namespaces",
      watch: `/api/v1/configmaps?watch=1&timeoutSeconds=5&resourceVersion=<start>&${only}`,
      events: 6,
    },
    { say: "tells changes as metadata only", watch: `${from}&${only}`, events: 2, accept: PARTIAL },
    { say: "tells changes as tables", watch: `${from}&${only}`, events: 2, accept: TABLE },
    { say: "begins with what there is", watch: `${MAPS}?watch=1&timeoutSeconds=5&${only}`, events: 1 },
    {
      say: "begins with what there is at any revision",
      watch: `${MAPS}?watch=1&timeoutSeconds=5&resourceVersion=0&${only}`,
      events: 1,
    },
    {
      say: "says the end of what there was",
      watch: `${MAPS}?watch=1&timeoutSeconds=5&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&${only}`,
      events: 2,
    },
    {
      say: "says the end of what there was in no selection",
      watch: `${MAPS}?watch=1&timeoutSeconds=5&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&labelSelector=none`,
      events: 1,
    },
    {
      say: "refuses to begin with what there is without a match",
      watch: `${MAPS}?watch=1&timeoutSeconds=1&sendInitialEvents=true&allowWatchBookmarks=true`,
      events: 1,
    },
    { say: "refuses a match without initial events", watch: `${from}&resourceVersionMatch=NotOlderThan`, events: 1 },
    {
      say: "refuses initial events of a list",
      ask: `GET ${MAPS}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan`,
    },
    {
      say: "tells the same to whoever allows bookmarks",
      watch: `${MAPS}?watch=1&timeoutSeconds=3&allowWatchBookmarks=true&${only}&resourceVersion=<start>`,
      events: 6,
    },
    {
      say: "ends in silence when nothing happens",
      watch: `${MAPS}?watch=1&timeoutSeconds=1&labelSelector=none`,
      events: 1,
    },
    {
      say: "refuses a revision that is no number",
      watch: `${MAPS}?watch=1&timeoutSeconds=1&resourceVersion=new`,
      events: 1,
    },
    { say: "refuses a time that is no number", watch: `${MAPS}?watch=1&timeoutSeconds=soon`, events: 1 },
    {
      say: "refuses a selector that is none",
      watch: `${MAPS}?watch=1&timeoutSeconds=1&labelSelector=a%3Db%3Dc`,
      events: 1,
    },
    { say: "refuses what it does not know", watch: "/api/v1/namespaces/<ns>/gadgets?watch=1", events: 1 },
    {
      say: "watches by the old path",
      watch: `/api/v1/watch/namespaces/<ns>/configmaps?timeoutSeconds=5&resourceVersion=<start>`,
      events: 2,
    },
  ],
};
