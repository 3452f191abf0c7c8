import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { Once } from "./once.ts";

/** Slack's clock and ours may differ by this much, in seconds. */
const SKEW_S = 300;
/** Longer than a request stays valid. In milliseconds. */
const KEPT = 10 * 60_000;

/**
 * Stands before Bolt's own check of signature and age: refuses timestamps from the future, which Bolt lets through, and a
 * request that was taken before. What it lets pass is still checked by Bolt.
 */
export function guardAgainstReplays(inner: RequestListener, now: () => number): RequestListener {
  const taken = new Once(KEPT, now);
  return (request, response) => {
    const signature = headerOf(request, "x-slack-signature");
    const sentAt = Number(headerOf(request, "x-slack-request-timestamp"));
    if (request.method !== "POST") return inner(request, response);
    if (!Number.isInteger(sentAt) || sentAt - now() / 1000 > SKEW_S) return refuse(response);
    if (signature === "" || !taken.first(signature)) return refuse(response);
    // Only what was accepted stays taken: a forged request must not be able to use up a signature.
    response.once("close", () => {
      if (response.statusCode >= 300) taken.forget(signature);
    });
    inner(request, response);
  };
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}

function refuse(response: ServerResponse): void {
  response.writeHead(401).end();
}
