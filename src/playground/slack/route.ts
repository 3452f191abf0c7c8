import type { IncomingMessage, ServerResponse } from "node:http";
import { serveAdmin } from "./admin/serve-admin.ts";
import type { AdminStage } from "./admin/serve-admin.ts";
import { ApiError } from "./api/api-error.ts";
import { serveApi } from "./api/serve-api.ts";
import type { Core } from "./core.ts";
import { uploadedBytes } from "./files/read-upload.ts";
import { readBody, replyJson, replyText } from "./http.ts";
import { respond } from "./interactions/response-urls.ts";
import { parseJson } from "./json.ts";
import type { PanelSource } from "./ui/panel.ts";
import { loadedCookie, serveFile, serveUi } from "./ui/serve-ui.ts";
import { serveModule, serveStatic } from "./ui/static-files.ts";

export interface Routes {
  readonly core: Core;
  readonly panel: PanelSource | undefined;
  readonly pageRoot: string;
  readonly admin: AdminStage;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Decoded path. */
  readonly path: string;
}

type Route = (routes: Routes, exchange: Exchange) => Promise<void> | void;

const prefixes: readonly (readonly [string, Route])[] = [
  ["/api/", ({ core }, { request, response }) => serveApi(core, request, response)],
  ["/upload/", takeUpload],
  ["/response/", takeResponse],
  ["/files/", sendFile],
  ["/ui/", ({ core, panel }, { request, response }) => serveUi(core, request, response, panel)],
  ["/admin/", ({ admin }, { request, response }) => serveAdmin(admin, request, response)],
  ["/modules/", (_routes, { response, path }) => serveModule(response, path.slice("/modules/".length))],
  ["/", page],
];

/** Answers one HTTP request of any kind. */
export async function route(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const [, handler] = prefixes.find(([prefix]) => path.startsWith(prefix)) ?? [];
    if (handler === undefined) return replyText(response, 404, "not found");
    await handler(routes, { request, response, path });
  } catch (error) {
    routes.core.journal.write({
      method: request.url?.split("?")[0] ?? "",
      outcome: "emulator_error",
      note: String(error),
    });
    if (!response.headersSent) replyJson(response, { ok: false, error: "fatal_error" }, { status: 500 });
    else response.destroy();
  }
}

async function takeUpload({ core }: Routes, { request, response, path }: Exchange): Promise<void> {
  const upload = core.uploads.open(path.slice("/upload/".length));
  if (request.method !== "POST" || upload === undefined) return replyText(response, 404, "file_not_found");
  const bytes = await uploadedBytes(await readBody(request), request.headers);
  const fits = bytes !== undefined && bytes.length === upload.length;
  core.journal.write({
    method: "upload",
    outcome: fits ? "ok" : "bad_length",
    note: `${upload.name}, ${bytes?.length ?? 0} of ${upload.length} bytes`,
  });
  if (!fits) return replyText(response, 400, "the bytes are not as many as announced");
  upload.bytes = bytes;
  replyText(response, 200, `OK - ${bytes.length}`);
}

async function takeResponse({ core }: Routes, { request, response, path }: Exchange): Promise<void> {
  const body = parseJson((await readBody(request)).toString());
  const say = (status: number, code: string): void => {
    core.journal.write({ method: "response_url", outcome: code });
    if (code === "ok") replyText(response, 200, "ok");
    else replyJson(response, { ok: false, error: code }, { status });
  };
  const fault = core.faults.take("response_url");
  if (fault?.status !== undefined) return say(fault.status, fault.error ?? "internal_error");
  try {
    const origin = core.responseUrls.use(path.slice("/response/".length));
    if (request.method !== "POST" || body === undefined) throw new ApiError("invalid_payload");
    respond(core, origin, body);
    say(200, "ok");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const gone = ["used_url", "expired_url", "invalid_url"].includes(error.code);
    say(gone ? 404 : 400, error.code);
  }
}

function sendFile({ core }: Routes, { request, response, path }: Exchange): void {
  const token = core.tokens.find(/^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "");
  if (token === undefined || token.revoked || !token.scopes.has("files:read"))
    return replyText(response, 403, "not_authed");
  serveFile(core, response, path.slice("/files/".length));
}

async function page({ core, pageRoot }: Routes, { request, response, path }: Exchange): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") return replyText(response, 405, "method not allowed");
  if (path === "/" || path.startsWith("/archives/"))
    response.setHeader(
      "Set-Cookie",
      `${loadedCookie}=${Math.floor(core.clock.now())}; Path=/; SameSite=Strict; HttpOnly`,
    );
  await serveStatic(response, pageRoot, path);
}
