import type { Cause } from "../api-error.ts";
import { forbiddenField, invalidValue, required, unsupportedValue } from "../api-error.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { ensureObject, isObject, listAt, objectAt, objectsAt, stringAt } from "../json.ts";
import type { Behaviour } from "../registry.ts";
import { parseSchema } from "../schema/schema.ts";
import { fill } from "../builtin/pod-rules.ts";

const DNS_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

function definitionDefaults(crd: JsonObject): void {
  const spec = ensureObject(crd, "spec");
  const names = ensureObject(spec, "names");
  const kind = stringAt(names, "kind") ?? "";
  fill(names, { singular: kind.toLowerCase(), listKind: `${kind}List` });
  fill(spec, { conversion: { strategy: "None" } });
}

function versionCauses(spec: JsonObject): Cause[] {
  const versions = objectsAt(spec, "versions");
  if (versions.length === 0) return [required("spec.versions", "must have at least one version")];
  const causes = versions.flatMap((version, i) => {
    const name = stringAt(version, "name") ?? "";
    return DNS_LABEL.test(name)
      ? schemaCauses(version, i)
      : [
          invalidValue(
            `spec.versions[${i}].name`,
            name,
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-'",
          ),
        ];
  });
  const stored = versions.filter((version) => version["storage"] === true).length;
  if (stored !== 1)
    causes.push(invalidValue("spec.versions", stored, "must have exactly one version marked as storage version"));
  return causes;
}

function schemaCauses(version: JsonObject, i: number): Cause[] {
  const path = `spec.versions[${i}].schema.openAPIV3Schema`;
  const schema = objectAt(version, "schema", "openAPIV3Schema");
  if (schema === undefined) return [required(path, "schemas are required")];
  if (schema["type"] !== "object")
    return [invalidValue(`${path}.type`, schema["type"] ?? "", "must be object at the root")];
  return structuralCauses(schema, path);
}

/** A structural schema says the type of everything outside of its combinations. */
function structuralCauses(schema: JsonObject, path: string): Cause[] {
  const causes: Cause[] = [];
  const open = schema["x-kubernetes-int-or-string"] === true || schema["x-kubernetes-preserve-unknown-fields"] === true;
  if (schema["type"] === undefined && !open)
    causes.push(required(`${path}.type`, "must not be empty for specified object fields"));
  if (schema["additionalProperties"] === false)
    causes.push(forbiddenField(`${path}.additionalProperties`, "must not be false"));
  if (isObject(schema["additionalProperties"]) && objectAt(schema, "properties") !== undefined) {
    causes.push(
      forbiddenField(`${path}.additionalProperties`, "additionalProperties and properties are mutual exclusive"),
    );
  }
  if (stringAt(schema, "$ref") !== undefined) causes.push(forbiddenField(`${path}.$ref`, "$ref is not supported"));
  if (schema["type"] === "array" && objectAt(schema, "items") === undefined)
    causes.push(required(`${path}.items`, "must be specified"));
  causes.push(...patternCauses(schema, path));
  for (const [name, member] of Object.entries(objectAt(schema, "properties") ?? {})) {
    if (isObject(member) && !(name === "metadata" && path.endsWith("openAPIV3Schema")))
      causes.push(...structuralCauses(member, `${path}.properties[${name}]`));
  }
  for (const part of ["items", "additionalProperties"]) {
    const inner = objectAt(schema, part);
    if (inner !== undefined) causes.push(...structuralCauses(inner, `${path}.${part}`));
  }
  return causes;
}

function patternCauses(schema: JsonObject, path: string): Cause[] {
  const pattern = stringAt(schema, "pattern");
  if (pattern === undefined) return [];
  try {
    parseSchema({ pattern });
    return [];
  } catch (error) {
    return [
      invalidValue(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${String(error)}`),
    ];
  }
}

function definitionCauses(crd: JsonObject): Cause[] {
  const spec = objectAt(crd, "spec") ?? {};
  const wanted = `${stringAt(spec, "names", "plural") ?? ""}.${stringAt(spec, "group") ?? ""}`;
  const causes: Cause[] = [];
  if (stringAt(crd, "metadata", "name") !== wanted) {
    causes.push(
      invalidValue(
        "metadata.name",
        stringAt(crd, "metadata", "name") ?? "",
        'must be spec.names.plural+"."+spec.group',
      ),
    );
  }
  if (!/^[a-z0-9.-]+\.[a-z0-9-]+$/.test(stringAt(spec, "group") ?? ""))
    causes.push(invalidValue("spec.group", stringAt(spec, "group") ?? "", "should be a domain with at least one dot"));
  const scope = stringAt(spec, "scope") ?? "";
  if (scope !== "Namespaced" && scope !== "Cluster")
    causes.push(unsupportedValue("spec.scope", scope, ["Cluster", "Namespaced"]));
  for (const member of ["plural", "singular"]) {
    const name = stringAt(spec, "names", member) ?? "";
    if (!DNS_LABEL.test(name))
      causes.push(
        invalidValue(
          `spec.names.${member}`,
          name,
          "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
        ),
      );
  }
  const protectedGroup = /(^|\.)(k8s|kubernetes)\.io$/.test(stringAt(spec, "group") ?? "");
  if (protectedGroup && stringAt(crd, "metadata", "annotations", "api-approved.kubernetes.io") === undefined) {
    causes.push(
      required(
        "metadata.annotations[api-approved.kubernetes.io]",
        'protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
      ),
    );
  }
  return [...causes, ...versionCauses(spec)];
}

function immutableNames(crd: JsonObject, stored: JsonObject): Cause[] {
  const fixed: readonly string[][] = [
    ["spec", "group"],
    ["spec", "names", "plural"],
    ["spec", "names", "kind"],
    ["spec", "scope"],
  ];
  const causes = fixed.flatMap((path) => {
    const value: JsonValue = stringAt(crd, ...path) ?? "";
    return value === stringAt(stored, ...path) ? [] : [invalidValue(path.join("."), value, "field is immutable")];
  });
  const names = objectsAt(crd, "spec", "versions").map((version) => stringAt(version, "name"));
  for (const [i, version] of listAt(stored, "status", "storedVersions").entries()) {
    if (typeof version === "string" && !names.includes(version))
      causes.push(invalidValue(`status.storedVersions[${i}]`, version, "must appear in spec.versions"));
  }
  return causes;
}

export const definitionBehaviour: Behaviour = {
  defaults: definitionDefaults,
  validate: definitionCauses,
  validateUpdate: immutableNames,
};
