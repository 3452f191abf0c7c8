import { randomInt } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { badRequest, expired, invalid } from "../api-error.ts";
import type { Answer, Call } from "../http/call.ts";
import { objectText, partialObject, present } from "../http/present.ts";
import { includeObject } from "../http/write-answer.ts";
import type { JsonObject } from "../json.ts";
import { joinApiVersion, nameOf } from "../objects.ts";
import type { StoredEvent } from "../storage/event-log.ts";
import type { ObjectTest } from "../storage/selectors.ts";
import { tableOf } from "../tables/table.ts";
import type { Cluster } from "../writing/cluster.ts";
import { parseRevision, refuseFuture, selectionOf } from "./read.ts";

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
  if (call.query.get("sendInitialEvents") !== null) {
    const cause = {
      reason: "FieldValueForbidden" as const,
      field: "sendInitialEvents",
      message: "Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled",
    };
    throw invalid({ group: "meta.k8s.io", plural: "listoptions", kind: "ListOptions" }, "", [cause]);
  }
  const selects = withName(call, selectionOf(call));
  const text = call.query.get("resourceVersion") ?? "";
  const from = text === "" || text === "0" ? undefined : parseRevision(text);
  if (from !== undefined) refuseFuture(from, cluster);
  const timeoutMs = timeoutOf(call);
  return {
    kind: "stream",
    open: (request, response) => stream({ call, cluster, settings, selects, from, timeoutMs }, request, response),
  };
}

function withName(call: Call, selects: ObjectTest): ObjectTest {
  if (call.name === undefined) return selects;
  return (object) => nameOf(object) === call.name && selects(object);
}

/** Without `timeoutSeconds` a watch ends after 30 to 60 minutes, so that clients do not all come back at once. */
function timeoutOf(call: Call): number {
  const text = call.query.get("timeoutSeconds");
  if (text === null || text === "0") return randomInt(1800, 3600) * 1000;
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 0)
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return seconds * 1000;
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

function bookmarkOf({ call, cluster }: WatchRun): JsonObject {
  const { kind, group, version } = call.resource;
  return {
    kind,
    apiVersion: joinApiVersion(group, version),
    metadata: { resourceVersion: String(cluster.store.revision), creationTimestamp: null },
  };
}

/** What a change means for a watch that selects: leaving the selection is a deletion, entering it an addition. */
function tell(event: StoredEvent, selects: ObjectTest, send: Send): void {
  const before = event.previous !== undefined && selects(event.previous);
  const after = event.type !== "DELETED" && selects(event.object);
  if (after) send(before ? "MODIFIED" : "ADDED", event.object);
  else if (before) send("DELETED", event.object);
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
    if (call.wanted.form === "partial") return partialObject(object);
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
