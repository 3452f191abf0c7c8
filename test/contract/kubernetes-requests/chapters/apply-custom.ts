import { APPLY_PATCH, create, DEFINITIONS, merge } from "../objects.ts";
import type { Chapter, RequestStep } from "../script.ts";

const GADGETS = "/apis/<group>/v1/namespaces/<ns>/gadgets";

/** Lists of every kind, maps of every kind, and a place where anything may stand. */
const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "gadgets.<group>" },
  spec: {
    group: "<group>",
    scope: "Namespaced",
    names: { plural: "gadgets", kind: "Gadget" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {}, scale: { specReplicasPath: ".spec.size", statusReplicasPath: ".status.size" } },
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: {
                type: "object",
                properties: {
                  size: { type: "integer", maximum: 9 },
                  plain: { type: "array", items: { type: "string" } },
                  set: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
                  map: {
                    type: "array",
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["name", "port"],
                    items: {
                      type: "object",
                      required: ["name", "port"],
                      properties: {
                        name: { type: "string" },
                        port: { type: "integer", default: 80 },
                        note: { type: "string" },
                        tags: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
                      },
                    },
                  },
                  whole: {
                    type: "object",
                    "x-kubernetes-map-type": "atomic",
                    properties: { a: { type: "string" }, b: { type: "string" } },
                  },
                  either: { "x-kubernetes-int-or-string": true },
                  open: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
                  words: { type: "object", additionalProperties: { type: "string" } },
                  nested: {
                    type: "object",
                    properties: { deep: { type: "object", properties: { x: { type: "integer" } } } },
                  },
                },
              },
              status: { type: "object", properties: { size: { type: "integer" }, phase: { type: "string" } } },
            },
          },
        },
      },
    ],
  },
};

function apply(say: string, manager: string, spec: unknown, query = ""): RequestStep {
  const body = { apiVersion: "<group>/v1", kind: "Gadget", metadata: { name: "applied" }, spec };
  return { say, ask: `PATCH ${GADGETS}/applied?fieldManager=${manager}${query}`, type: APPLY_PATCH, body };
}

export const applyCustom: Chapter = {
  name: "apply-custom",
  about: "server-side apply of custom resources, by their schemas",
  showsManagedFields: true,
  steps: [
    { ...create("defines gadgets", DEFINITIONS, definition), view: () => "made" },
    { say: "serves gadgets", ask: `GET ${GADGETS}`, until: ({ status }) => status === 200 },
    apply("makes a gadget", "alpha", {
      size: 1,
      plain: ["a", "b"],
      set: ["x", "y"],
      map: [
        { name: "n", port: 1, note: "first" },
        { name: "n", port: 2 },
      ],
      whole: { a: "1" },
      either: 5,
      open: { any: { thing: [1, { k: "v" }] } },
      words: { w: "1" },
      nested: { deep: { x: 1 } },
    }),
    apply("does nothing the second time", "alpha", {
      size: 1,
      plain: ["a", "b"],
      set: ["x", "y"],
      map: [
        { name: "n", port: 1, note: "first" },
        { name: "n", port: 2 },
      ],
      whole: { a: "1" },
      either: 5,
      open: { any: { thing: [1, { k: "v" }] } },
      words: { w: "1" },
      nested: { deep: { x: 1 } },
    }),
    apply("adds to sets and maps", "beta", {
      set: ["z", "x"],
      map: [
        { name: "m", port: 1, tags: ["t"] },
        { name: "n", port: 1, tags: ["u"] },
      ],
      words: { v: "2" },
      open: { more: 1 },
    }),
    apply("fills in a key's default", "beta", {
      set: ["z", "x"],
      map: [{ name: "m" }],
      words: { v: "2" },
      open: { more: 1 },
    }),
    apply("conflicts with a plain list, an atomic map and a number", "gamma", {
      plain: ["a"],
      whole: { b: "1" },
      size: 2,
      either: "5",
    }),
    apply("takes over by force", "gamma", { plain: ["a"], whole: { b: "1" }, size: 2, either: "5" }, "&force=true"),
    apply("removes from sets and maps what nobody owns", "beta", { set: ["x"] }),
    apply("removes all of its own", "alpha", {}),
    apply("refuses a set with something twice", "delta", { set: ["d", "d"] }),
    apply("refuses an item without its key", "delta", { map: [{ port: 1 }] }),
    apply("refuses an item twice", "delta", {
      map: [
        { name: "q", port: 1 },
        { name: "q", port: 1 },
      ],
    }),
    apply("refuses an unknown field", "delta", { unknown: 1 }),
    apply("refuses a value of another type", "delta", { size: "big" }),
    apply("refuses what the schema forbids", "gamma", { size: 10 }),
    apply("applies null", "delta", { words: null, nested: null }),
    merge("is changed by hand", `${GADGETS}/applied`, {
      spec: { words: { hand: "1" }, set: ["x", "h"], open: { more: 2, other: { a: 1 } } },
    }),
    apply("conflicts with that hand", "delta", { words: { hand: "2" }, open: { more: 3 } }),
    {
      say: "applies a status",
      ask: `PATCH ${GADGETS}/applied/status?fieldManager=eta`,
      type: APPLY_PATCH,
      body: {
        apiVersion: "<group>/v1",
        kind: "Gadget",
        metadata: { name: "applied", labels: { l: "1" } },
        spec: { size: 3 },
        status: { phase: "Fine" },
      },
    },
    {
      say: "conflicts with a status",
      ask: `PATCH ${GADGETS}/applied/status?fieldManager=theta`,
      type: APPLY_PATCH,
      body: { apiVersion: "<group>/v1", kind: "Gadget", metadata: { name: "applied" }, status: { phase: "Bad" } },
    },
    {
      say: "changes a status by hand",
      ask: `PATCH ${GADGETS}/applied/status`,
      type: "application/merge-patch+json",
      body: { status: { phase: "By hand", size: 2 } },
    },
    {
      say: "updates the whole with a status that is not meant",
      ask: `PATCH ${GADGETS}/applied?fieldManager=iota`,
      type: APPLY_PATCH,
      body: {
        apiVersion: "<group>/v1",
        kind: "Gadget",
        metadata: { name: "applied" },
        spec: { size: 2 },
        status: { phase: "no" },
      },
    },
    {
      say: "shows owners in a list",
      ask: `GET ${GADGETS}`,
      accept: "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
    },
  ],
};
