import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Stored {
  metadata: { name: string; namespace: string; resourceVersion?: string; creationTimestamp?: string };
}
interface Watcher {
  path: string;
  response: ServerResponse;
}

export interface KubernetesStub {
  readonly url: string;
  /** Every request so far, as path and query. */
  readonly requests: string[];
  /** Creates or replaces; a collection that was not known before is known from now on. */
  set(path: string, object: Stored): void;
  delete(path: string, name: string): void;
  /** Ends every watch: "close" in order, "reset" by cutting the connection, "gone" with 410 inside the watch. */
  endWatches(how: "close" | "reset" | "gone"): void;
  /** Tells every watch how far history has come, without an object. */
  bookmark(): void;
  stop(): Promise<void>;
}

export const PODS = "/api/v1/pods";
export const SERVICES = "/api/v1/services";
export const VIRTUAL_SERVICES = "/apis/networking.istio.io/v1beta1/virtualservices";

/** As much of an API server as list and watch need: collections in memory, those of `paths` known from the start. */
export async function startKubernetesStub(
  paths: readonly string[] = [PODS, SERVICES, VIRTUAL_SERVICES],
): Promise<KubernetesStub> {
  const collections = new Map(paths.map((path) => [path, new Map<string, Stored>()]));
  const history: { path: string; version: number; line: string }[] = [];
  const watchers = new Set<Watcher>();
  const requests: string[] = [];
  let version = 100;

  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    const url = new URL(request.url ?? "", "http://stub");
    const collection = collections.get(url.pathname);
    if (collection === undefined) return void response.writeHead(404).end("{}");
    if (url.searchParams.get("watch") === null) {
      const from = Number(url.searchParams.get("continue") ?? 0);
      const to = from + Number(url.searchParams.get("limit") ?? collection.size);
      const items = [...collection.values()].slice(from, to);
      const next = to < collection.size ? { continue: String(to) } : {};
      return void response.end(JSON.stringify({ metadata: { resourceVersion: String(version), ...next }, items }));
    }
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    const since = Number(url.searchParams.get("resourceVersion"));
    for (const past of history) if (past.path === url.pathname && past.version > since) response.write(past.line);
    const watcher = { path: url.pathname, response };
    watchers.add(watcher);
    response.on("close", () => watchers.delete(watcher));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  const announce = (path: string, type: string, object: Stored): void => {
    const line = `${JSON.stringify({ type, object })}\n`;
    history.push({ path, version, line });
    for (const watcher of watchers) if (watcher.path === path) watcher.response.write(line);
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    set: (path, object) => {
      const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++version) } };
      const collection = collections.get(path) ?? new Map<string, Stored>();
      collections.set(path, collection);
      const type = collection.has(object.metadata.name) ? "MODIFIED" : "ADDED";
      collection.set(object.metadata.name, stored);
      announce(path, type, stored);
    },
    delete: (path, name) => {
      const object = collections.get(path)!.get(name)!;
      collections.get(path)!.delete(name);
      announce(path, "DELETED", { ...object, metadata: { ...object.metadata, resourceVersion: String(++version) } });
    },
    endWatches: (how) => {
      for (const watcher of watchers) {
        const { response } = watcher;
        watchers.delete(watcher);
        if (how === "gone") {
          history.length = 0;
          response.write(
            `${JSON.stringify({ type: "ERROR", object: { kind: "Status", code: 410, message: "too old" } })}\n`,
          );
        }
        if (how === "reset") response.destroy();
        else response.end();
      }
    },
    bookmark: () => {
      const object = { metadata: { resourceVersion: String(++version) } };
      for (const { response } of watchers) response.write(`${JSON.stringify({ type: "BOOKMARK", object })}\n`);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
