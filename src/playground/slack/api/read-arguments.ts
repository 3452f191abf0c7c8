import type { IncomingMessage } from "node:http";
import { readBody } from "../http.ts";
import { isObject, parseJson } from "../json.ts";
import { ApiError } from "./api-error.ts";

export interface RawArguments {
  readonly values: Readonly<Record<string, unknown>>;
  readonly kind: "form" | "json" | "query";
  /** What Slack warns about the content type. */
  readonly warning: string | undefined;
}

/** The arguments of an API call, from a form, a JSON body or, for GET, the query. Throws Slack's codes for other things. */
export async function readArguments(request: IncomingMessage, url: URL): Promise<RawArguments> {
  if (request.method === "GET")
    return { values: Object.fromEntries(url.searchParams), kind: "query", warning: undefined };
  const body = await readBody(request);
  const [type = "", ...parameters] = (request.headers["content-type"] ?? "")
    .split(";")
    .map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith("charset="));
  if (charset !== undefined && !/^charset="?(utf-8|utf8|iso-8859-1)"?$/.test(charset))
    throw new ApiError("invalid_charset");
  if (type === "application/json") return jsonArguments(body, charset === undefined);
  if (type === "multipart/form-data")
    return { values: await formValues(body, request.headers["content-type"] ?? ""), kind: "form", warning: undefined };
  if (type === "application/x-www-form-urlencoded" || body.length === 0)
    return {
      values: Object.fromEntries(new URLSearchParams(body.toString())),
      kind: "form",
      warning: charset === undefined ? undefined : "superfluous_charset",
    };
  throw new ApiError(type === "" ? "missing_post_type" : "invalid_post_type");
}

function jsonArguments(body: Buffer, missingCharset: boolean): RawArguments {
  const values = body.length === 0 ? {} : parseJson(body.toString());
  if (!isObject(values)) throw new ApiError("invalid_json");
  return { values, kind: "json", warning: missingCharset ? "missing_charset" : undefined };
}

async function formValues(body: Buffer, type: string): Promise<Record<string, unknown>> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
    return Object.fromEntries(form.entries());
  } catch {
    throw new ApiError("invalid_form_data");
  }
}
