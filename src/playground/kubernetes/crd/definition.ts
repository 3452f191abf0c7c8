import { ANYTHING, parseSchema } from "../schema/schema.ts";
import type { JsonObject } from "../json.ts";
import { listAt, numberAt, objectAt, objectsAt, stringAt } from "../json.ts";
import type { PrinterColumn, Resource, ScalePaths } from "../registry.ts";
import { storageId } from "../registry.ts";

const DEFAULT_COLUMN: PrinterColumn = {
  name: "Age",
  type: "date",
  format: "",
  description: "Time since the object was created.",
  priority: 0,
  jsonPath: ".metadata.creationTimestamp",
};

function columnsOf(version: JsonObject): PrinterColumn[] {
  const declared = objectsAt(version, "additionalPrinterColumns").map((column) => ({
    name: stringAt(column, "name") ?? "",
    type: stringAt(column, "type") ?? "string",
    format: stringAt(column, "format") ?? "",
    description: stringAt(column, "description") ?? "",
    priority: numberAt(column, "priority") ?? 0,
    jsonPath: stringAt(column, "jsonPath") ?? "",
  }));
  return declared.length === 0 ? [DEFAULT_COLUMN] : declared;
}

function scaleOf(version: JsonObject): ScalePaths | undefined {
  const scale = objectAt(version, "subresources", "scale");
  if (scale === undefined) return undefined;
  return {
    specReplicas: stringAt(scale, "specReplicasPath") ?? ".spec.replicas",
    statusReplicas: stringAt(scale, "statusReplicasPath") ?? ".status.replicas",
    labelSelector: stringAt(scale, "labelSelectorPath"),
  };
}

function strings(object: JsonObject, ...path: string[]): string[] {
  return listAt(object, ...path).filter((item) => typeof item === "string");
}

/** The storage id of what a CRD defines. */
export function definedId(crd: JsonObject): string {
  return storageId(stringAt(crd, "spec", "group") ?? "", stringAt(crd, "spec", "names", "plural") ?? "");
}

/** The resources that a valid CRD serves, one a version. */
export function resourcesOf(crd: JsonObject): Resource[] {
  const spec = objectAt(crd, "spec") ?? {};
  const versions = objectsAt(spec, "versions");
  const storage = versions.find((version) => version["storage"] === true);
  const kind = stringAt(spec, "names", "kind") ?? "";
  return versions
    .filter((version) => version["served"] === true)
    .map((version) => {
      const source = objectAt(version, "schema", "openAPIV3Schema");
      const preserve = spec["preserveUnknownFields"] === true;
      return {
        id: definedId(crd),
        group: stringAt(spec, "group") ?? "",
        version: stringAt(version, "name") ?? "",
        storageVersion: stringAt(storage, "name") ?? "",
        plural: stringAt(spec, "names", "plural") ?? "",
        singular: stringAt(spec, "names", "singular") ?? kind.toLowerCase(),
        kind,
        listKind: stringAt(spec, "names", "listKind") ?? `${kind}List`,
        shortNames: strings(spec, "names", "shortNames"),
        categories: strings(spec, "names", "categories"),
        namespaced: stringAt(spec, "scope") === "Namespaced",
        custom: true,
        hasStatus: objectAt(version, "subresources", "status") !== undefined,
        hasLog: false,
        scale: scaleOf(version),
        countsGeneration: true,
        unconditionalUpdate: false,
        nameRule: "subdomain" as const,
        schema: source === undefined || preserve ? ANYTHING : parseSchema(source),
        behaviour: {},
        columns: columnsOf(version),
        ...(version["deprecated"] === true
          ? {
              deprecation:
                stringAt(version, "deprecationWarning") ??
                `${stringAt(spec, "group")}/${stringAt(version, "name")} ${kind} is deprecated`,
            }
          : {}),
      };
    });
}
