/** A definition with everything that a schema can say to the API server: what is pruned, filled in, shown and refused. */
export const widgetDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.<group>" },
  spec: {
    group: "<group>",
    scope: "Namespaced",
    names: { plural: "widgets", kind: "Widget", shortNames: ["wg"], categories: ["all"] },
    versions: [
      version("v1", true, {
        size: { type: "integer", format: "int32", minimum: 1, maximum: 9, default: 3 },
        word: { type: "string", minLength: 2, maxLength: 5, pattern: "^[a-z]+$" },
        mode: { type: "string", enum: ["fast", "slow"], default: "slow" },
        share: { type: "number", multipleOf: 0.5 },
        isOn: { type: "boolean", nullable: true, default: true },
        when: { type: "string", format: "date-time" },
        either: { "x-kubernetes-int-or-string": true },
        open: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        limits: {
          type: "object",
          default: {},
          properties: { cpu: { type: "string", default: "1" }, memory: { type: "string" } },
        },
        parts: {
          type: "array",
          maxItems: 3,
          items: {
            type: "object",
            required: ["name"],
            properties: { name: { type: "string" }, count: { type: "integer", default: 1 } },
          },
        },
        names: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
        words: { type: "object", maxProperties: 2, additionalProperties: { type: "string" } },
        choice: {
          type: "object",
          properties: { a: { type: "string" }, b: { type: "string" } },
          oneOf: [{ required: ["a"] }, { required: ["b"] }],
        },
      }),
      version("v2", false, { size: { type: "integer" }, mode: { type: "string" }, extra: { type: "string" } }),
    ],
  },
};

function version(name: string, storage: boolean, spec: object) {
  return {
    name,
    served: true,
    storage,
    subresources: { status: {}, scale: { specReplicasPath: ".spec.size", statusReplicasPath: ".status.size" } },
    additionalPrinterColumns: [
      { name: "Size", type: "integer", jsonPath: ".spec.size", description: "How big" },
      { name: "Mode", type: "string", jsonPath: ".spec.mode", priority: 1 },
      { name: "Missing", type: "string", jsonPath: ".spec.missing" },
      { name: "Names", type: "string", jsonPath: ".spec.names" },
      { name: "On", type: "boolean", jsonPath: ".spec.isOn" },
      { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
    ],
    schema: {
      openAPIV3Schema: {
        type: "object",
        required: ["spec"],
        properties: {
          spec: { type: "object", properties: spec },
          status: { type: "object", properties: { size: { type: "integer" }, phase: { type: "string" } } },
        },
      },
    },
  };
}
