import type { Cause } from "../api-error.ts";
import { forbiddenField, invalidValue, required } from "../api-error.ts";
import { GoJsonError, parseGoJson } from "../http/go-json.ts";
import type { JsonObject } from "../json.ts";
import { ensureObject, objectAt, sameJson, stringAt } from "../json.ts";
import { stringMap } from "../objects.ts";
import type { Behaviour } from "../registry.ts";
import { fill } from "./pod-rules.ts";

const MAX_DATA_BYTES = 1_048_576;
const KEY_TEXT =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

function keyCauses(key: string, path: string): Cause[] {
  const causes: string[] = [];
  if (key.length > 253) causes.push("must be no more than 253 characters");
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) causes.push(KEY_TEXT);
  if (key === ".") causes.push("must not be '.'");
  else if (key === "..") causes.push("must not be '..'");
  else if (key.startsWith("..")) causes.push("must not start with '..'");
  return causes.map((why) => invalidValue(path, key, why));
}

/** Keys and size of what a ConfigMap or Secret holds; `sizeField` is blamed when it is too much. */
function dataCauses(object: JsonObject, sizeField: string): Cause[] {
  const causes: Cause[] = [];
  const binary = objectAt(object, "binaryData") ?? {};
  let size = 0;
  for (const field of ["data", "binaryData"]) {
    for (const [key, value] of Object.entries(stringMap(objectAt(object, field)))) {
      const isBytes = field === "binaryData" || sizeField === "data";
      size += isBytes ? Buffer.byteLength(value, "base64") : Buffer.byteLength(value);
      causes.push(...keyCauses(key, `${field}[${key}]`));
      if (field === "data" && Object.hasOwn(binary, key))
        causes.push(invalidValue(`data[${key}]`, key, "duplicate of key present in binaryData"));
    }
  }
  if (size > MAX_DATA_BYTES) {
    const message = `Too long: may not be more than ${MAX_DATA_BYTES} bytes`;
    causes.push({ reason: "FieldValueTooLong", field: sizeField, message });
  }
  return causes;
}

function immutableData(object: JsonObject, stored: JsonObject): Cause[] {
  if (stored["immutable"] !== true) return [];
  const why = "field is immutable when `immutable` is set";
  const changed = ["data", "binaryData"].filter((field) => !sameJson(object[field], stored[field]));
  const causes = changed.map((field) => forbiddenField(field, why));
  return object["immutable"] === true ? causes : [forbiddenField("immutable", why), ...causes];
}

/** `stringData` is only ever written: it ends up, encoded, in `data`. */
function secretDefaults(secret: JsonObject): void {
  fill(secret, { type: "Opaque" });
  const plain = objectAt(secret, "stringData");
  if (plain === undefined) return;
  const data = ensureObject(secret, "data");
  for (const [key, value] of Object.entries(stringMap(plain))) data[key] = Buffer.from(value).toString("base64");
  delete secret["stringData"];
}

/** What each type of Secret must hold; one of several where a list has more than one. */
const REQUIRED_DATA: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
};

function secretCauses(secret: JsonObject): Cause[] {
  const type = stringAt(secret, "type") ?? "";
  const data = stringMap(objectAt(secret, "data"));
  const causes = dataCauses(secret, "data");
  for (const key of REQUIRED_DATA[type] ?? []) {
    const value = data[key];
    if (value === undefined) causes.push(required(`data[${key}]`));
    else if (key.startsWith(".docker")) causes.push(...jsonCauses(Buffer.from(value, "base64"), `data[${key}]`));
  }
  if (type === "kubernetes.io/basic-auth" && data["username"] === undefined && data["password"] === undefined)
    causes.push(required("data[username]"), required("data[password]"));
  return causes;
}

function certificateWarnings(secret: JsonObject): string[] {
  if (secret["type"] !== "kubernetes.io/tls") return [];
  const certificate = Buffer.from(stringAt(secret, "data", "tls.crt") ?? "", "base64").toString("latin1");
  return certificate.includes("-----BEGIN") ? [] : ["tls: failed to find any PEM data in certificate input"];
}

function jsonCauses(bytes: Buffer, path: string): Cause[] {
  try {
    parseGoJson(bytes);
    return [];
  } catch (error) {
    if (error instanceof GoJsonError) return [invalidValue(path, "<secret contents redacted>", error.message)];
    throw error;
  }
}

function secretTypeCauses(secret: JsonObject, stored: JsonObject): Cause[] {
  return secret["type"] === stored["type"] ? [] : [invalidValue("type", secret["type"] ?? "", "field is immutable")];
}

export const configMapBehaviour: Behaviour = {
  validate: (map) => dataCauses(map, "[]"),
  validateUpdate: immutableData,
};

export const secretBehaviour: Behaviour = {
  defaults: secretDefaults,
  validate: secretCauses,
  warnings: certificateWarnings,
  validateUpdate: (secret, stored) => [...secretTypeCauses(secret, stored), ...immutableData(secret, stored)],
};
