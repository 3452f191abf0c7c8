import type { JsonObject, JsonValue } from "../json.ts";
import { cloneObject, defineMember, isObject } from "../json.ts";
import { MESSAGES } from "./protobuf-fields.ts";

const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

/** A message or field that this decoder does not know: the request is refused with 415. */
export class UnknownProtobuf extends Error {}

interface Field {
  readonly number: number;
  /** A number for varints, bytes for everything with a length. */
  readonly value: number | Buffer;
}

/** Reads Kubernetes' protobuf envelope into the JSON object that it stands for. Throws UnknownProtobuf. */
export function decodeProtobuf(body: Buffer): JsonObject {
  if (!body.subarray(0, 4).equals(MAGIC))
    throw new UnknownProtobuf("the body does not begin with the magic number of Kubernetes' protobuf");
  let apiVersion = "";
  let kind = "";
  let raw: Buffer = Buffer.alloc(0);
  for (const { number, value } of fieldsOf(body.subarray(4))) {
    if (number === 1 && Buffer.isBuffer(value)) {
      for (const part of fieldsOf(value)) {
        if (part.number === 1) apiVersion = String(part.value);
        if (part.number === 2) kind = String(part.value);
      }
    }
    if (number === 2 && Buffer.isBuffer(value)) raw = value;
  }
  return { apiVersion, kind, ...readMessage(kind, raw) };
}

function readVarint(bytes: Buffer, start: number): { value: number; next: number } {
  let value = 0;
  for (let at = start, factor = 1; at < bytes.length; at += 1, factor *= 128) {
    const byte = bytes[at] ?? 0;
    value += (byte & 127) * factor;
    if (byte < 128) return { value, next: at + 1 };
  }
  throw new UnknownProtobuf("the body ends inside of a number");
}

function fieldsOf(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = readVarint(bytes, at);
    const first = readVarint(bytes, tag.next);
    const wire = tag.value % 8;
    if (wire !== 0 && wire !== 2) throw new UnknownProtobuf(`wire type ${wire} is not known`);
    const end = wire === 0 ? first.next : first.next + first.value;
    if (end > bytes.length) throw new UnknownProtobuf("the body ends inside of a field");
    fields.push({
      number: Math.floor(tag.value / 8),
      value: wire === 0 ? first.value : bytes.subarray(first.next, end),
    });
    at = end;
  }
  return fields;
}

function readMessage(name: string, bytes: Buffer): JsonObject {
  const message = MESSAGES[name];
  if (message === undefined) throw new UnknownProtobuf(`message ${name} is not known`);
  const object: JsonObject = {};
  for (const { number, value } of fieldsOf(bytes)) {
    const known = message[number];
    // Go writes empty fields too; in JSON they are left out, and nothing is lost when one of them is unknown.
    if (isZero(value) && !keepsZero(known?.[1] ?? "")) continue;
    if (known === undefined) throw new UnknownProtobuf(`field ${number} of ${name} is not known`);
    const [field, type] = known;
    if (type !== "skip") addField(object, { field, type, value });
  }
  return object;
}

/** Repeated fields and those marked with `?` mean something even when they are empty. */
function keepsZero(type: string): boolean {
  return type.startsWith("[]") || type.endsWith("?");
}

function isZero(value: number | Buffer): boolean {
  return typeof value === "number" ? value === 0 : value.length === 0;
}

function addField(
  object: JsonObject,
  { field, type, value }: { field: string; type: string; value: number | Buffer },
): void {
  if (type.startsWith("[]")) {
    const list = object[field];
    object[field] = [...(Array.isArray(list) ? list : []), readValue(type.slice(2), value)];
  } else if (type.startsWith("{}") && Buffer.isBuffer(value)) {
    const map = object[field];
    const next = isObject(map) ? cloneObject(map) : {};
    const [key, entry] = readEntry(value, type.slice(2));
    defineMember(next, key, entry);
    object[field] = next;
  } else object[field] = readValue(type, value);
}

function readEntry(bytes: Buffer, type: string): [string, JsonValue] {
  const parts = fieldsOf(bytes);
  const member = (number: number): number | Buffer =>
    parts.find((part) => part.number === number)?.value ?? Buffer.alloc(0);
  return [String(member(1)), readValue(type, member(2))];
}

function readValue(type: string, value: number | Buffer): JsonValue {
  if (type === "bool") return value === 1;
  if (typeof value === "number") return value;
  if (type === "intOrString") return readIntOrString(value);
  if (type === "string") return value.toString("utf8");
  return type === "bytes" ? value.toString("base64") : readMessage(type, value);
}

function readIntOrString(bytes: Buffer): JsonValue {
  const { type, intVal, strVal } = readMessage("IntOrString", bytes);
  return type === 1 ? (strVal ?? "") : (intVal ?? 0);
}
