import { ApiError, conflict, forbidden, notFound } from "../api-error.ts";
import type { Call } from "./call.ts";

const REASONS: Readonly<Record<number, { reason: string; message: string }>> = {
  400: { reason: "BadRequest", message: "injected fault: bad request" },
  401: { reason: "Unauthorized", message: "Unauthorized" },
  410: { reason: "Expired", message: "The resourceVersion for the provided watch is too old." },
  422: { reason: "Invalid", message: "injected fault: invalid" },
  429: {
    reason: "TooManyRequests",
    message: "The server has received too many requests and has asked us to try again later",
  },
  500: { reason: "InternalError", message: "Internal error occurred: injected fault" },
  503: { reason: "ServiceUnavailable", message: "the server is currently unable to handle the request" },
  504: {
    reason: "Timeout",
    message: "the server was unable to return a response in the time allotted, but may still be processing the request",
  },
};

/** The refusal that a planned fault answers with, worded as the real one. */
export function faultStatus(code: number, call: Call): ApiError {
  const name = call.name ?? "";
  if (code === 403)
    return forbidden(
      call.resource,
      name,
      `User "system:anonymous" cannot ${call.verb} resource "${call.resource.plural}" in API group "${call.resource.group}"`,
    );
  if (code === 404) return notFound(call.resource, name);
  if (code === 409) return conflict(call.resource, name);
  return new ApiError({ code, ...(REASONS[code] ?? { reason: "", message: `injected fault ${code}` }) });
}
