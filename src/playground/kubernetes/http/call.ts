import type { IncomingMessage, ServerResponse } from "node:http";
import type { JsonObject } from "../json.ts";
import type { Resource } from "../registry.ts";
import type { Wanted } from "./negotiate.ts";

export type Verb = "create" | "delete" | "deletecollection" | "get" | "list" | "patch" | "update" | "watch";

/** One request to a resource, taken apart. */
export interface Call {
  readonly verb: Verb;
  readonly resource: Resource;
  /** Undefined when the path spans all namespaces, or the resource has none. */
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  readonly query: URLSearchParams;
  readonly contentType: string | undefined;
  /** Empty for requests without a body. */
  readonly body: Buffer;
  readonly wanted: Wanted;
  readonly userAgent: string;
  /** Becomes a Warning header. */
  readonly warn: (line: string) => void;
}

/** What a verb answers; turning it into bytes is the business of `write-answer.ts`. */
export type Answer =
  | { readonly kind: "object"; readonly code: number; readonly resource: Resource; readonly object: JsonObject }
  | {
      readonly kind: "list";
      readonly resource: Resource;
      readonly objects: readonly JsonObject[];
      readonly metadata: JsonObject;
    }
  | { readonly kind: "raw"; readonly code: number; readonly value: JsonObject }
  | { readonly kind: "text"; readonly code: number; readonly text: string }
  | { readonly kind: "stream"; readonly open: (request: IncomingMessage, response: ServerResponse) => void };
