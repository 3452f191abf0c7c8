import type { IncomingMessage, ServerResponse } from "node:http";
import type { Core } from "../core.ts";
import { replyJson } from "../http.ts";
import { compact, isArray, objectAt } from "../json.ts";
import type { JsonObject } from "../ui-protocol.ts";
import { ApiError, RateLimited } from "./api-error.ts";
import type { Fault } from "./faults.ts";
import type { Method } from "./method.ts";
import { methodTable } from "./method-table.ts";
import { readArguments } from "./read-arguments.ts";
import type { RawArguments } from "./read-arguments.ts";
import type { Token } from "./tokens.ts";

interface Outcome {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
  readonly code: string;
}

/** Answers one call of the Web API. */
export async function serveApi(core: Core, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const name = url.pathname.slice("/api/".length);
  const fault = core.faults.take(name);
  const faulty = fault === undefined ? undefined : instead(fault);
  const { outcome, args } =
    faulty === undefined ? await call(core, { name, request, url }) : { outcome: faulty, args: {} };
  core.journal.write({
    method: name,
    outcome: outcome.code,
    note: fault === undefined ? "" : "ordered fault",
    detail: args,
  });
  if (fault?.delayMs !== undefined) await core.timers.sleep(fault.delayMs);
  if (fault?.dropAfterStore === true) {
    request.socket.destroy();
    return;
  }
  replyJson(response, outcome.body, outcome);
}

/** What a fault answers in place of the method; undefined when the method shall run all the same. */
function instead(fault: Fault): Outcome | undefined {
  if (fault.status === 429) return limited(fault.retryAfter ?? 1);
  if (fault.status !== undefined)
    return {
      status: fault.status,
      headers: {},
      body: { ok: false, error: "internal_error" },
      code: `http ${fault.status}`,
    };
  if (fault.error !== undefined)
    return { status: 200, headers: {}, body: { ok: false, error: fault.error }, code: fault.error };
  return undefined;
}

function limited(seconds: number): Outcome {
  return {
    status: 429,
    headers: { "Retry-After": String(seconds) },
    body: { ok: false, error: "ratelimited" },
    code: "ratelimited",
  };
}

interface Incoming {
  readonly name: string;
  readonly request: IncomingMessage;
  readonly url: URL;
}

async function call(core: Core, incoming: Incoming): Promise<{ readonly outcome: Outcome; readonly args: JsonObject }> {
  const method = methodTable.get(incoming.name);
  let token: Token | undefined;
  let args: JsonObject = {};
  try {
    const raw = await readArguments(incoming.request, incoming.url);
    args = journalled(raw);
    if (method === undefined) throw new ApiError("unknown_method");
    if (incoming.request.method === "GET" && method.name === "apps.connections.open")
      throw new ApiError("insecure_request");
    token = authenticate(core, { ...incoming, raw });
    const body = await run(core, { method, token, raw });
    return { args, outcome: { status: 200, headers: scopeHeaders(method, token), body, code: "ok" } };
  } catch (error) {
    if (error instanceof RateLimited) return { args, outcome: limited(error.seconds) };
    if (!(error instanceof ApiError)) throw error;
    const body = { ok: false, error: error.code, ...error.details };
    return { args, outcome: { status: 200, headers: scopeHeaders(method, token), body, code: error.code } };
  }
}

function scopeHeaders(method: Method | undefined, token: Token | undefined): Record<string, string> {
  return {
    ...(method !== undefined && { "X-Accepted-OAuth-Scopes": method.scopes.join(",") }),
    ...(token !== undefined && { "X-OAuth-Scopes": [...token.scopes].join(",") }),
    "X-Slack-Req-Id": crypto.randomUUID(),
  };
}

/** Tokens in the query string do not count. */
function authenticate(core: Core, incoming: Incoming & { readonly raw: RawArguments }): Token {
  const header = /^Bearer\s+(\S+)$/i.exec(incoming.request.headers.authorization ?? "")?.[1];
  const given = incoming.raw.kind === "query" ? undefined : incoming.raw.values["token"];
  const secret = header ?? (typeof given === "string" ? given : undefined);
  if (secret === undefined || secret === "") throw new ApiError("not_authed");
  const token = core.tokens.find(secret);
  if (token === undefined) throw new ApiError("invalid_auth");
  if (token.revoked) throw new ApiError("token_revoked");
  return token;
}

interface Run {
  readonly method: Method;
  readonly token: Token;
  readonly raw: RawArguments;
}

async function run(core: Core, { method, token, raw }: Run): Promise<JsonObject> {
  if (!method.tokens.includes(token.kind)) throw new ApiError("not_allowed_token_type");
  if (method.scopes.length > 0 && !method.scopes.some((scope) => token.scopes.has(scope)))
    throw new ApiError("missing_scope", { needed: method.scopes.join(","), provided: [...token.scopes].join(",") });
  const team = raw.values["team_id"];
  if (typeof team === "string" && team !== "" && team !== core.workspace.team.id)
    throw new ApiError("team_access_not_granted");
  const wait = core.limits.call(`${method.name}/${token.app.id}`, method.tier);
  if (wait > 0) throw new RateLimited(wait);
  // A method that takes no JSON sees none of its arguments in a JSON body.
  const values = raw.kind === "json" && !method.json ? {} : raw.values;
  const body = await method.invoke(values, { core, token });
  return raw.warning === undefined ? body : withWarning(body, raw.warning);
}

function withWarning(body: JsonObject, warning: string): JsonObject {
  const metadata = objectAt(body, "response_metadata") ?? {};
  const known = isArray(metadata["warnings"]) ? metadata["warnings"] : [];
  const warnings = [...known, warning];
  return { ...body, warning: warnings.join(","), response_metadata: { ...metadata, warnings } };
}

const hidden = new Set(["token", "trigger_id"]);

/** The arguments as the journal keeps them: without secrets. */
function journalled(raw: RawArguments): JsonObject {
  return compact(
    Object.fromEntries(
      Object.entries(raw.values).map(([key, value]) => [
        key,
        hidden.has(key) ? undefined : typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
  );
}
