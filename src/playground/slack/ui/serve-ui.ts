import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError } from "../api/api-error.ts";
import type { Core } from "../core.ts";
import { readBody, reply, replyJson, replyText } from "../http.ts";
import { player } from "../interactions/payloads.ts";
import { parseJson } from "../json.ts";
import type { PanelSource } from "./panel.ts";
import { isUiAction, uiActions } from "./ui-actions.ts";
import { streamEvents } from "./ui-events.ts";
import { uiState } from "./ui-state.ts";

/** Name of the cookie that says when the page was loaded, in milliseconds. */
export const loadedCookie = "slack_page_loaded";

/** Other web pages in the same browser must not reach in: only this host, and JSON that a plain form cannot send. */
export function fromOurPage(request: IncomingMessage): boolean {
  const host = request.headers.host ?? "";
  const { origin } = request.headers;
  const local = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);
  const own = origin === undefined || origin === `http://${host}`;
  return (
    local &&
    own &&
    (request.method !== "POST" || (request.headers["content-type"] ?? "").startsWith("application/json"))
  );
}

function loadedAt(request: IncomingMessage): number {
  const match = new RegExp(`${loadedCookie}=(\\d+)`).exec(request.headers.cookie ?? "");
  return Number(match?.[1] ?? 0);
}

/** Serves `/ui/*`. */
export async function serveUi(
  core: Core,
  request: IncomingMessage,
  response: ServerResponse,
  panel: PanelSource | undefined,
): Promise<void> {
  if (!fromOurPage(request)) return replyText(response, 403, "only this host's own page may ask");
  const url = new URL(request.url ?? "/", "http://localhost");
  const what = url.pathname.slice("/ui/".length);
  try {
    if (request.method === "POST" && isUiAction(what)) {
      const body = parseJson((await readBody(request)).toString());
      return replyJson(response, await uiActions[what]({ core, panel }, body));
    }
    if (request.method !== "GET") return replyText(response, 405, "method not allowed");
    if (what.startsWith("files/")) return serveFile(core, response, what.slice("files/".length));
    const user = player(core, url.searchParams.get("user") ?? "").id;
    if (what === "state")
      return replyJson(response, uiState(core, { me: user, since: loadedAt(request) }), {
        headers: { "Cache-Control": "no-store" },
      });
    if (what === "events") return streamEvents(core, request, response, { user, panel });
    replyText(response, 404, "not found");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    replyJson(response, { ok: false, error: error.code, ...error.details });
  }
}

/** A file for the page. Nothing in it may run there. */
export function serveFile(core: Core, response: ServerResponse, id: string): void {
  const file = core.workspace.files.get(id);
  if (file === undefined || file.deleted) return replyText(response, 404, "file_not_found");
  const shown = file.mimetype.startsWith("image/");
  reply(response, {
    body: file.bytes,
    type: file.mimetype,
    headers: {
      "X-Content-Type-Options": "nosniff",
      "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
      "Content-Disposition": `${shown ? "inline" : "attachment"}; filename="${file.name.replace(/[^\w.-]/g, "_")}"`,
    },
  });
}
