import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { ApiError } from "../../../src/kubernetes/api-error.ts";
import { WatchCache, type WatchCacheOptions } from "../../../src/kubernetes/watch-cache.ts";
import { eventually } from "../../support/eventually.ts";
import { item, line, page, recordingLog, scriptedServer } from "./scripted-server.ts";

type Server = ReturnType<typeof scriptedServer>;
const FAST = { firstPause: 1, longestPause: 4 };
const gone = new ApiError("too old", { status: 410, reason: "Expired", retryAfterMs: null });
const running: WatchCache<string>[] = [];

function begin(server: Server, options: Partial<WatchCacheOptions<string>> = {}) {
  const changes: string[] = [];
  const log = recordingLog();
  const cache = new WatchCache<string>({
    client: server.client,
    log,
    collection: "/api/v1/pods",
    project: (_, { resourceVersion }) => resourceVersion,
    onChange: (key) => void changes.push(key),
    timing: FAST,
    ...options,
  });
  running.push(cache);
  cache.start();
  return { cache, changes, log };
}
after(async () => {
  await Promise.all(running.map((cache) => cache.stop()));
});

describe("a watch cache", () => {
  it("lists page by page and then watches with bookmarks from the list's version", async () => {
    const server = scriptedServer([page("7", [item("a", "1")], "next page"), page("7", [item("b", "2")])], []);
    const { cache } = begin(server);

    await cache.synced;

    assert.deepEqual([cache.get("demo/a"), cache.get("demo/b")], ["1", "2"]);
    assert.deepEqual(server.listed, ["/api/v1/pods?limit=500", "/api/v1/pods?limit=500&continue=next%20page"]);
    await eventually(() => assert.equal(server.watched.length, 1));
    const query = new URLSearchParams(server.watched[0]?.split("?")[1]);
    assert.equal(query.get("allowWatchBookmarks"), "true");
    assert.equal(query.get("resourceVersion"), "7");
    const seconds = Number(query.get("timeoutSeconds"));
    assert.ok(seconds >= 240 && seconds <= 300, `${seconds}`);
  });

  it("follows changes, also when lines arrive in halves", async () => {
    const added = line("ADDED", item("b", "8"));
    const pieces = [added.slice(0, 20), added.slice(20) + line("MODIFIED", item("a", "9")).slice(0, 5)];
    pieces.push(line("MODIFIED", item("a", "9")).slice(5), line("DELETED", item("b", "10")));
    const { cache, changes } = begin(scriptedServer([page("7", [item("a", "1")])], [{ pieces }]));

    await eventually(() => assert.deepEqual(changes, ["demo/a", "demo/b", "demo/a", "demo/b"]));

    assert.deepEqual([cache.get("demo/a"), cache.get("demo/b")], ["9", null]);
  });

  it("goes on from the last bookmark after a closed or broken connection", async () => {
    const bookmark = line("BOOKMARK", { metadata: { resourceVersion: "50" } });
    const server = scriptedServer(
      [page("7", [])],
      [{ pieces: [bookmark], end: "close" }, { pieces: [line("ADDED", item("a", "60"))], end: new Error("reset") }, {}],
    );
    const { cache } = begin(server);

    await eventually(() => assert.equal(server.watched.length, 3));

    assert.match(server.watched[1] ?? "", /resourceVersion=50$/);
    assert.match(server.watched[2] ?? "", /resourceVersion=60$/);
    assert.equal(server.listed.length, 1);
    assert.equal(cache.get("demo/a"), "60");
  });

  it("lists again when history has expired, and tells what went away meanwhile", async () => {
    const lists = [page("7", [item("a", "1"), item("b", "2")]), page("90", [item("b", "80")])];
    for (const watch of [gone, { pieces: [line("ERROR", { code: 410, message: "too old" })] }]) {
      const { cache, changes } = begin(scriptedServer(lists, [watch, {}]));

      await eventually(() => assert.equal(cache.get("demo/b"), "80"));

      assert.equal(cache.get("demo/a"), null);
      assert.deepEqual(changes.slice(2).sort(), ["demo/a", "demo/b"]);
    }
  });

  it("keeps trying while the list fails", async () => {
    const { cache, log } = begin(
      scriptedServer([new Error("503"), new Error("reset"), page("7", [item("a", "1")])], []),
    );

    await cache.synced;

    assert.equal(cache.get("demo/a"), "1");
    assert.equal(log.lines.filter(({ level }) => level === "warn").length, 2);
  });

  it("outlives a listener that throws and an object that cannot be projected", async () => {
    const project = (_: unknown, { name }: { name: string }) => {
      if (name === "bad") throw new Error("not understood");
      return name;
    };
    const onChange = () => {
      throw new Error("listener broke");
    };
    const items = [item("bad", "1"), item("good", "2")];
    const { cache, log } = begin(scriptedServer([page("7", items)], []), { project, onChange });

    await cache.synced;

    assert.deepEqual(cache.values(), ["good"]);
    assert.equal(log.lines.filter(({ level }) => level === "error").length, 2);
  });

  it("takes a line that is no event for a broken connection", async () => {
    const server = scriptedServer([page("7", [])], [{ pieces: ["nonsense\n"] }, {}]);
    begin(server);

    await eventually(() => assert.equal(server.watched.length, 2));
  });

  it("opens a new connection when nothing has been heard for too long", async () => {
    const server = scriptedServer([page("7", [])], [{}, {}]);
    begin(server, { timing: { ...FAST, silence: 20 } });

    await eventually(() => assert.ok(server.watched.length >= 2));
  });

  it("does not ask a server without pause that closes each watch at once", async () => {
    const closing = Array.from({ length: 200 }, () => ({ end: "close" as const }));
    const server = scriptedServer([page("7", [])], closing);
    const { cache } = begin(server, { timing: { firstPause: 40, longestPause: 40 } });

    await cache.synced;
    await new Promise((resolve) => setTimeout(resolve, 100));

    assert.ok(server.watched.length < 15, `${server.watched.length} watches`);
  });

  it("knows its age", async () => {
    const { cache } = begin(scriptedServer([page("7", [])], []));
    assert.equal(cache.age(), Infinity);

    await cache.synced;

    assert.ok(cache.age() < 5_000);
  });
});

describe("a version that we wrote", () => {
  it("is seen at once, and not lost to older events that still arrive", async () => {
    const pieces = [line("MODIFIED", item("a", "20")), line("MODIFIED", item("b", "21"))];
    const { cache } = begin(scriptedServer([page("7", [item("a", "1")])], [{ pieces }]), {});
    await cache.synced;

    cache.noteWritten(item("a", "30"));

    assert.equal(cache.get("demo/a"), "30");
    await eventually(() => assert.equal(cache.get("demo/b"), "21"));
    assert.equal(cache.get("demo/a"), "30");
  });

  it("is followed by later ones, and compared as a number", async () => {
    const { cache } = begin(scriptedServer([page("7", [item("a", "9")])], []));
    await cache.synced;

    cache.noteWritten(item("a", "10"));
    cache.noteWritten(item("a", "9"));

    assert.equal(cache.get("demo/a"), "10");
  });

  it("survives a list that is older than the write", async () => {
    const lists = [page("7", []), page("8", [])];
    const server = scriptedServer(lists, [gone, {}]);
    const { cache } = begin(server);
    await cache.synced;

    cache.noteWritten(item("a", "30"));

    await eventually(() => assert.equal(server.watched.length, 2));
    assert.equal(cache.get("demo/a"), "30");
  });
});
