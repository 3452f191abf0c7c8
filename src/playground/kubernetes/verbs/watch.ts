import { randomInt } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError, expired } from "../api-error.ts";
import type { Answer, Call } from "../http/call.ts";
import { objectText, partialObject, present } from "../http/present.ts";
import { includeObject } from "../http/write-answer.ts";
import type { JsonObject } from "../json.ts";
import { objectAt } from "../json.ts";
import { joinApiVersion, versionOf } from "../objects.ts";
import type { StoredEvent } from "../storage/event-log.ts";
import type { ObjectTest } from "../storage/selectors.ts";
import { tableOf } from "../tables/table.ts";
import type { Cluster } from "../writing/cluster.ts";
import { checkWatchOptions, queryInteger } from "./list-options.ts";
import { refuseFuture, revisionProblem, selectionOf } from "./read.ts";

interface OpenWatch {
  /** Storage id of what is watched. */
  readonly id: string;
  /** Ends the response without a last bookmark. */
  readonly close: () => void;
  /** Ends the response as the server does when its time is over. */
  readonly end: () => void;
  /** Breaks the connection. */
  readonly drop: () => void;
}

/** All watches that are open now, so that they can be ended together. */
export class WatchSet {
  readonly #open = new Set<OpenWatch>();

  get size(): number {
    return this.#open.size;
  }

  add(watch: OpenWatch): () => void {
    this.#open.add(watch);
    return () => this.#open.delete(watch);
  }

  endAll(): void {
    for (const watch of this.#open) watch.end();
  }

  closeOf(id: string): void {
    for (const watch of this.#open) if (watch.id === id) watch.close();
  }

  dropAll(): void {
    for (const watch of this.#open) watch.drop();
  }
}

export interface WatchSettings {
  readonly bookmarkEveryMs: number;
  readonly watches: WatchSet;
}

type Send = (type: string, object: JsonObject) => void;

/** Checks the request now, and answers with a stream that starts when the response is there. */
export function watchObjects(call: Call, cluster: Cluster, settings: WatchSettings): Answer {
  checkWatchOptions(call);
  const selects = selectionOf(call);
  const text = call.query.get("resourceVersion") ?? "";
  if (!/^\d{0,15}$/.test(text)) throw new ApiError({ code: 500, reason: "", message: revisionProblem(text) });
  const from = text === "" || text === "0" || wantsInitialEvents(call) ? undefined : Number(text);
  if (from !== undefined) refuseFuture(from, cluster);
  const timeoutMs = timeoutOf(call);
  return {
    kind: "stream",
    open: (request, response) => stream({ call, cluster, settings, selects, from, timeoutMs }, request, response),
  };
}

/** Without `timeoutSeconds` a watch ends after 30 to 60 minutes, so that clients do not all come back at once. */
function timeoutOf(call: Call): number {
  const seconds = queryInteger(call.query, "timeoutSeconds");
  return (seconds > 0 ? seconds : randomInt(1800, 3600)) * 1000;
}

interface WatchRun {
  readonly call: Call;
  readonly cluster: Cluster;
  readonly settings: WatchSettings;
  readonly selects: ObjectTest;
  /** Undefined: begin with the objects as they are. */
  readonly from: number | undefined;
  readonly timeoutMs: number;
}

function stream(run: WatchRun, request: IncomingMessage, response: ServerResponse): void {
  const { cluster, call, settings } = run;
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
  response.flushHeaders();
  const send = sender(run, response);
  const missed = run.from === undefined ? [] : cluster.store.log(call.resource.id).since(run.from);
  if (missed === undefined) {
    const oldest = cluster.store.log(call.resource.id).oldestResumable;
    send("ERROR", expired(`too old resource version: ${run.from} (${oldest})`).toStatus());
    response.end();
    return;
  }
  if (run.from === undefined)
    for (const object of cluster.store.list(call.resource.id, call.namespace).filter(run.selects))
      send("ADDED", object);
  if (wantsInitialEvents(call)) send("BOOKMARK", endOfInitialEvents(run));
  for (const event of missed) tell(event, run.selects, send);
  const unsubscribe = cluster.store.subscribe((id, event) => {
    if (id === call.resource.id) tell(event, run.selects, send);
  });
  const bookmark = (): void => send("BOOKMARK", bookmarkOf(run));
  const wantsBookmarks =
    call.query.get("allowWatchBookmarks") === "true" || call.query.get("allowWatchBookmarks") === "1";
  const ticking = wantsBookmarks ? setInterval(bookmark, settings.bookmarkEveryMs) : undefined;
  const end = (): void => {
    if (wantsBookmarks && !response.writableEnded) bookmark();
    response.end();
  };
  const ending = cluster.clock.after(run.timeoutMs, end);
  const forget = settings.watches.add({
    id: call.resource.id,
    close: () => response.end(),
    end,
    drop: () => request.socket.resetAndDestroy(),
  });
  response.on("close", () => {
    unsubscribe();
    clearInterval(ticking);
    ending();
    forget();
  });
}

function wantsInitialEvents({ query }: Call): boolean {
  return ["true", "1"].includes(query.get("sendInitialEvents") ?? "");
}

/** Says that everything that was there has been told. */
function endOfInitialEvents(run: WatchRun): JsonObject {
  const bookmark = bookmarkOf(run);
  const metadata = objectAt(bookmark, "metadata") ?? {};
  return { ...bookmark, metadata: { ...metadata, annotations: { "k8s.io/initial-events-end": "true" } } };
}

function bookmarkOf({ call, cluster }: WatchRun): JsonObject {
  const { kind, group, version } = call.resource;
  return {
    kind,
    apiVersion: joinApiVersion(group, version),
    metadata: { resourceVersion: String(cluster.store.revision) },
  };
}

/** What a change means for a watch that selects: leaving the selection is a deletion, entering it an addition. */
function tell(event: StoredEvent, selects: ObjectTest, send: Send): void {
  const before = event.previous !== undefined && selects(event.previous);
  const after = event.type !== "DELETED" && selects(event.object);
  if (after) send(before ? "MODIFIED" : "ADDED", event.object);
  else if (before) send("DELETED", lastSeen(event));
}

/** An object that leaves the selection, or goes, is shown as it was seen last, at the revision of its leaving. */
function lastSeen({ type, object, previous }: StoredEvent): JsonObject {
  if (type === "DELETED" || previous === undefined) return object;
  const metadata = { ...objectAt(previous, "metadata"), resourceVersion: versionOf(object) };
  return { ...previous, metadata };
}

function sender({ call, cluster }: WatchRun, response: ServerResponse): Send {
  let first = true;
  return (type, object) => {
    if (response.writableEnded) return;
    response.write(`{"type":"${type}","object":${objectText(shown(type, object))}}\n`);
    first = false;
  };
  function shown(type: string, object: JsonObject): JsonObject {
    if (type === "ERROR") return object;
    if (call.wanted.form === "partial" || call.wanted.form === "partialList") return partialObject(object);
    if (call.wanted.form !== "table") return type === "BOOKMARK" ? object : present(object, call.resource);
    const table = tableOf({
      resource: call.resource,
      objects: type === "BOOKMARK" ? [] : [present(object, call.resource)],
      metadata: { resourceVersion: String(cluster.store.revision) },
      include: includeObject(call.query),
      now: cluster.clock.now(),
    });
    return first ? table : { ...table, columnDefinitions: null };
  }
}
