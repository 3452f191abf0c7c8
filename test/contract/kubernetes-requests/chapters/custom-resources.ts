import { at, objectsAt, stringAt } from "../../../../src/playground/kubernetes/json.ts";
import type { JsonValue } from "../../../../src/playground/kubernetes/json.ts";
import { create, DEFINITIONS, JSON_PATCH, merge, STRATEGIC_PATCH, TABLE } from "../objects.ts";
import type { Chapter, RequestStep } from "../script.ts";
import { widgetDefinition } from "./custom-definition.ts";

const WIDGETS = "/apis/<group>/v1/namespaces/<ns>/widgets";
const one = `${WIDGETS}/one`;

function widget(name: string, spec: unknown, more: object = {}) {
  return { apiVersion: "<group>/v1", kind: "Widget", metadata: { name }, spec, ...more };
}

/** Refused: one step for each rule, in whatever order the server walks through the members. */
function refuses(what: string, spec: unknown): RequestStep {
  return { ...create(`refuses ${what}`, WIDGETS, widget("bad", spec)), view: sortedCauses };
}

function sortedCauses(body: JsonValue): JsonValue | undefined {
  const causes = objectsAt(body, "details", "causes");
  if (causes.length === 0) return body;
  const line = (cause: JsonValue): string =>
    ["field", "reason", "message"].map((key) => stringAt(cause, key)).join(" ");
  return { reason: at(body, "reason") ?? null, causes: causes.map(line).toSorted() };
}

export const customResources: Chapter = {
  name: "custom-resources",
  about: "custom resources: what is pruned, filled in, refused and shown",
  steps: [
    { ...create("defines widgets", DEFINITIONS, widgetDefinition), view: (body) => at(body, "metadata", "name") },
    { say: "serves widgets", ask: `GET ${WIDGETS}`, until: ({ status }) => status === 200 },
    {
      say: "says that the names are taken",
      ask: `GET ${DEFINITIONS}/widgets.<group>`,
      until: ({ body }) => objectsAt(body as JsonValue, "status", "conditions").length > 1,
      view: (body) => ({
        names: at(body, "status", "acceptedNames") ?? null,
        versions: at(body, "status", "storedVersions") ?? null,
        conditions: objectsAt(body, "status", "conditions").map(
          ({ type, status, reason }) => `${String(type)} ${String(status)} ${String(reason)}`,
        ),
      }),
    },
    create("fills in defaults", WIDGETS, widget("one", {})),
    create(
      "prunes what it does not know",
      WIDGETS,
      widget(
        "two",
        {
          unknown: 1,
          parts: [{ name: "a", unknown: 2 }],
          open: { kept: { deep: 1 } },
          limits: { cpu: "2", disk: "3" },
          words: { a: "b" },
        },
        { more: true, status: { size: 4 } },
      ),
    ),
    create(
      "refuses strictly what it does not know",
      `${WIDGETS}?fieldValidation=Strict`,
      widget("strict", { unknown: 1, parts: [{ name: "a", other: 1 }] }),
    ),
    create("keeps null only where null may stand", WIDGETS, widget("nulls", { isOn: null, size: null, word: null })),
    refuses("a number below its bound", { size: 0 }),
    refuses("a number above its bound", { size: 10 }),
    refuses("a number of another type", { size: "5" }),
    refuses("a fraction", { size: 1.5 }),
    refuses("what is no multiple", { share: 0.3 }),
    refuses("a text that is too short", { word: "a" }),
    refuses("a text that is too long", { word: "abcdef" }),
    refuses("a text of another pattern", { word: "A-1" }),
    refuses("a value that is not listed", { mode: "odd" }),
    refuses("a time that is none", { when: "yesterday" }),
    refuses("a flag that is text", { isOn: "yes" }),
    refuses("neither a number nor a text", { either: true }),
    refuses("too many items", { parts: [{ name: "a" }, { name: "b" }, { name: "c" }, { name: "d" }] }),
    refuses("an item without what it must have", { parts: [{ count: 1 }] }),
    refuses("an item of another type", { parts: ["a"] }),
    refuses("the same item twice in a set", { names: ["a", "a"] }),
    refuses("too many members", { words: { a: "1", b: "2", c: "3" } }),
    refuses("a member of another type", { words: { a: 1 } }),
    refuses("both of a choice", { choice: { a: "1", b: "2" } }),
    refuses("none of a choice", { choice: {} }),
    refuses("a list for an object", []),
    {
      ...create("refuses an object without its spec", WIDGETS, {
        apiVersion: "<group>/v1",
        kind: "Widget",
        metadata: { name: "bad" },
      }),
      view: sortedCauses,
    },
    {
      ...create("wants a kind", WIDGETS, { apiVersion: "<group>/v1", metadata: { name: "bad" }, spec: {} }),
      // The end quotes the beginning of the body, and cuts it somewhere inside of a name.
      view: (body) => (stringAt(body, "message") ?? "").replace(/ \([^()]*\)$/, ""),
    },
    create("wants a version", WIDGETS, { kind: "Widget", metadata: { name: "bad" }, spec: {} }),
    create("refuses another kind", WIDGETS, { ...widget("bad", {}), kind: "Gadget" }),
    create("refuses another version", WIDGETS, { ...widget("bad", {}), apiVersion: "<group>/v2" }),
    create("refuses a name that is none", WIDGETS, widget("Bad_Name", {})),
    { say: "shows it in another version", ask: "GET /apis/<group>/v2/namespaces/<ns>/widgets/one" },
    { say: "does not serve an unknown version", ask: "GET /apis/<group>/v3/namespaces/<ns>/widgets/one" },
    merge("counts a change of the spec", one, { spec: { size: 5, parts: [{ name: "p" }] } }),
    merge("does not count a change of labels", one, { metadata: { labels: { l: "1" } } }),
    merge("leaves the status alone", one, { status: { phase: "Odd" } }),
    merge("writes the status only", `${one}/status`, {
      spec: { size: 9 },
      status: { phase: "Fine", size: 2, unknown: 1 },
    }),
    { ...merge("refuses a status of another type", `${one}/status`, { status: { size: "2" } }), view: sortedCauses },
    { say: "shows its scale", ask: `GET ${one}/scale` },
    merge("scales", `${one}/scale`, { spec: { replicas: 7 } }),
    {
      ...merge("refuses a scale that the schema forbids", `${one}/scale`, { spec: { replicas: 10 } }),
      view: sortedCauses,
    },
    {
      say: "patches by operations",
      ask: `PATCH ${one}`,
      type: JSON_PATCH,
      body: [{ op: "add", path: "/spec/names", value: ["a", "b"] }],
    },
    { say: "takes no strategic patches", ask: `PATCH ${one}`, type: STRATEGIC_PATCH, body: { spec: { size: 1 } } },
    { say: "wants a version in an update", ask: `PUT ${one}`, body: widget("one", { size: 4 }) },
    { ...merge("refuses a patch that the schema forbids", one, { spec: { size: 0 } }), view: sortedCauses },
    { say: "shows its table", ask: `GET ${WIDGETS}`, accept: TABLE },
    { say: "shows one in a table without objects", ask: `GET ${one}?includeObject=None`, accept: TABLE },
    {
      say: "selects by name",
      ask: `GET ${WIDGETS}?fieldSelector=metadata.name%3Done`,
      view: (body) => objectsAt(body, "items").length,
    },
    { say: "selects by no other field", ask: `GET ${WIDGETS}?fieldSelector=spec.size%3D1` },
    { say: "deletes", ask: `DELETE ${one}` },
    { say: "watches", watch: `${WIDGETS}?watch=1&timeoutSeconds=2&fieldSelector=metadata.name%3Dtwo`, events: 1 },
  ],
};
