import type { z } from "zod";
import { CanaryObject } from "./canary-manifest.ts";
import { AlertProviderObject, MetricTemplateObject } from "./other-manifests.ts";
import { toStructuralSchema, type StructuralSchema } from "./structural-schema.ts";

interface Column {
  readonly name: string;
  readonly type: "string" | "boolean";
  readonly jsonPath: string;
  /** 1: shown by `kubectl get -o wide` only. */
  readonly priority?: 1;
}

interface Kind {
  readonly kind: string;
  readonly plural: string;
  readonly description: string;
  readonly columns: readonly Column[];
  readonly schema: z.ZodType;
}

const wide = (name: string, jsonPath: string, type: Column["type"] = "string"): Column => ({
  name,
  type,
  jsonPath,
  priority: 1,
});

const KINDS: readonly Kind[] = [
  {
    kind: "Canary",
    plural: "canaries",
    description: "A workload whose new revisions get their traffic step by step.",
    columns: [
      { name: "Status", type: "string", jsonPath: ".status.phase" },
      { name: "Weight", type: "string", jsonPath: ".status.canaryWeight" },
      wide("Suspended", ".spec.suspend", "boolean"),
      wide("FailedChecks", ".status.failedChecks"),
      wide("Interval", ".spec.analysis.interval"),
      wide("Mirror", ".spec.analysis.mirror", "boolean"),
      wide("StepWeight", ".spec.analysis.stepWeight"),
      wide("StepWeights", ".spec.analysis.stepWeights"),
      wide("MaxWeight", ".spec.analysis.maxWeight"),
      { name: "LastTransitionTime", type: "string", jsonPath: ".status.lastTransitionTime" },
    ],
    schema: CanaryObject,
  },
  {
    kind: "MetricTemplate",
    plural: "metrictemplates",
    description: "A metric query that several canaries share.",
    columns: [{ name: "Provider", type: "string", jsonPath: ".spec.provider.type" }],
    schema: MetricTemplateObject,
  },
  {
    kind: "AlertProvider",
    plural: "alertproviders",
    description: "A receiver of alerts.",
    columns: [{ name: "Type", type: "string", jsonPath: ".spec.type" }],
    schema: AlertProviderObject,
  },
];

/** The CustomResourceDefinitions of the Canary API as plain objects, in the order in which they are applied. */
export function crdDefinitions(): readonly object[] {
  return KINDS.map(({ kind, plural, description, columns, schema }) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.flagger.app` },
    spec: {
      group: "flagger.app",
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), categories: ["all"] },
      scope: "Namespaced",
      versions: [
        {
          name: "v1beta1",
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: { description, ...toStructuralSchema(schema), ...rooted(schema) } },
        },
      ],
    },
  }));
}

/**
 * Every object also has its version, kind and metadata. Nothing is required of the record: while workers of two versions run
 * side by side, the older one must be able to save a record without the newer one's fields.
 */
function rooted(schema: z.ZodType): object {
  const { properties = {} } = toStructuralSchema(schema);
  const { status } = properties;
  return {
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { type: "object" },
      ...properties,
      ...(status === undefined ? {} : { status: demandNothing(status, "rollout") }),
    },
    required: undefined,
  };
}

/** The schema with nothing required inside one of its properties. */
function demandNothing(schema: StructuralSchema, name: string): StructuralSchema {
  const part = schema.properties?.[name];
  if (part === undefined) return schema;
  return { ...schema, properties: { ...schema.properties, [name]: withoutRequired(part) } };
}

function withoutRequired({ required: _, ...schema }: StructuralSchema): StructuralSchema {
  const entries = Object.entries(schema.properties ?? {});
  return {
    ...schema,
    ...(schema.items === undefined ? {} : { items: withoutRequired(schema.items) }),
    ...(entries.length === 0
      ? {}
      : { properties: Object.fromEntries(entries.map(([name, one]) => [name, withoutRequired(one)])) }),
  };
}
