import { z } from "zod";

/** Headers of one message: lower-case name to its values. */
export type Headers = Map<string, readonly string[]>;

const Operations = z.strictObject({
  set: z.record(z.string(), z.string()).default({}),
  add: z.record(z.string(), z.string()).default({}),
  remove: z.array(z.string()).default([]),
});

/** What a rule or a destination does to the headers of requests and responses. */
export const HeaderChanges = z.strictObject({ request: Operations.optional(), response: Operations.optional() });
export type HeaderChanges = z.infer<typeof HeaderChanges>;
type HeaderOperations = z.infer<typeof Operations>;

// They belong to one connection, never to the message that is passed on.
const HOP_BY_HOP = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

/** The headers of a message that are to be passed on. */
export function forwardable(headers: NodeJS.Dict<string[]>): Headers {
  const named = (headers["connection"] ?? []).flatMap((value) => value.toLowerCase().split(/\s*,\s*/));
  const dropped = new Set([...HOP_BY_HOP, ...named]);
  const kept: Headers = new Map();
  for (const [name, values] of Object.entries(headers)) {
    if (values !== undefined && !dropped.has(name)) kept.set(name, values);
  }
  return kept;
}

/** Changes `headers`, in Envoy's order: remove, set, add. */
export function applyHeaderOperations(headers: Headers, operations: HeaderOperations | undefined): void {
  if (operations === undefined) return;
  for (const name of operations.remove) headers.delete(name.toLowerCase());
  for (const [name, value] of Object.entries(operations.set)) headers.set(name.toLowerCase(), [value]);
  for (const [name, value] of Object.entries(operations.add)) {
    const key = name.toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), value]);
  }
}

/** The form that Node's HTTP functions take. */
export function toNodeHeaders(headers: Headers): Record<string, string | string[]> {
  return Object.fromEntries(
    [...headers].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : [...values]]),
  );
}
