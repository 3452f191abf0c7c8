import { request } from "node:http";
import type { Agent, ClientRequest, IncomingMessage } from "node:http";
import { z } from "zod";
import type { Headers } from "./header-changes.ts";
import { toNodeHeaders } from "./header-changes.ts";
import type { AttemptFailure } from "./retries.ts";

export interface AttemptRequest {
  readonly agent: Agent;
  /** Port on 127.0.0.1 where the pod's server listens; undefined when it listens no more. */
  readonly port: number | undefined;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: Buffer;
  /** Milliseconds until the answer has to begin. */
  readonly timeoutMs: number | undefined;
  /** Aborted when the client has gone away. */
  readonly signal: AbortSignal;
}

/** An answer whose body is still to be read, or why there is none. */
export type AttemptOutcome =
  | { readonly kind: "answer"; readonly message: IncomingMessage }
  | { readonly kind: "failure"; readonly failure: AttemptFailure }
  | { readonly kind: "abandoned" };

const ErrorWithCode = z.object({ code: z.string() });

/** Sends the request to one pod, once. Never rejects. */
export function attempt(options: AttemptRequest): Promise<AttemptOutcome> {
  const { agent, port, method, target, headers, body, timeoutMs, signal } = options;
  if (port === undefined) return Promise.resolve({ kind: "failure", failure: "connect-failure" });
  return new Promise((resolve) => {
    const outgoing = request({
      host: "127.0.0.1",
      port,
      agent,
      method,
      path: target,
      headers: { ...toNodeHeaders(headers), ...(body.length > 0 ? { "content-length": body.length } : {}) },
    });
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => settle({ kind: "failure", failure: "timeout" }), timeoutMs);
    const abandon = (): void => settle({ kind: "abandoned" });
    const settle = (outcome: AttemptOutcome): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abandon);
      resolve(outcome);
      if (outcome.kind !== "answer") outgoing.destroy();
    };
    outgoing.once("response", (message) => settle({ kind: "answer", message }));
    // Not `once`: destroying it above brings another error, which nobody would hear.
    outgoing.on("error", (error) => settle({ kind: "failure", failure: failureOf(error, outgoing) }));
    signal.addEventListener("abort", abandon);
    if (signal.aborted) abandon();
    outgoing.end(body);
  });
}

function failureOf(error: Error, outgoing: ClientRequest): AttemptFailure {
  const code = ErrorWithCode.safeParse(error).data?.code;
  if (code === "ECONNREFUSED") return "connect-failure";
  // An idle connection that the server closed just as we took it up: the application saw nothing of the request.
  return outgoing.reusedSocket ? "reset-before-request" : "reset";
}
