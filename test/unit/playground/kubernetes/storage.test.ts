import { describe, it } from "node:test";
import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/playground/kubernetes/json.ts";
import { EventLog } from "../../../../src/playground/kubernetes/storage/event-log.ts";
import { LabelIndex, labelMarks } from "../../../../src/playground/kubernetes/storage/label-index.ts";
import { ObjectStore } from "../../../../src/playground/kubernetes/storage/object-store.ts";

function thing(name: string, extra: JsonObject = {}): JsonObject {
  return { kind: "Thing", metadata: { name, namespace: "n", uid: `uid-${name}`, ...extra } };
}

describe("the event log", () => {
  const log = new EventLog(3, 10);
  for (let revision = 11; revision <= 20; revision += 1)
    log.append({ type: "ADDED", revision, object: {}, previous: undefined });

  it("goes on from any version that it still covers", () => {
    assert.deepEqual(
      log.since(18)?.map((event) => event.revision),
      [19, 20],
    );
    assert.deepEqual(
      log.since(17)?.map((event) => event.revision),
      [18, 19, 20],
    );
    assert.deepEqual(log.since(20), []);
  });

  it("says when a version is too old", () => {
    assert.equal(log.since(16), undefined);
    assert.equal(log.oldestResumable, 17);
  });

  it("forgets what was compacted", () => {
    const compacted = new EventLog(10, 1);
    compacted.append({ type: "ADDED", revision: 2, object: {}, previous: undefined });
    compacted.forgetThrough(5);

    assert.equal(compacted.since(4), undefined);
    assert.deepEqual(compacted.since(5), []);
  });
});

describe("the object store", () => {
  it("gives every change of every resource the next revision", () => {
    const store = new ObjectStore(100);

    const first = store.put("things", thing("a"));
    const second = store.put("others", thing("b"));
    const last = store.remove("things", first);

    assert.deepEqual(
      [first, second, last].map((object) => (object["metadata"] as JsonObject)["resourceVersion"]),
      ["2", "3", "4"],
    );
  });

  it("shows a resource as it stood at an earlier revision", () => {
    const store = new ObjectStore(100);
    store.put("things", thing("a"));
    store.put("things", thing("b"));
    const then = store.revision;
    store.put("things", thing("c"));
    store.put("things", thing("a", { labels: { new: "yes" } }));
    store.remove("things", thing("b"));

    const names = (objects: readonly JsonObject[] | undefined) =>
      objects?.map((object) => JSON.stringify(object["metadata"]));

    assert.match(names(store.listAt("things", then))?.join() ?? "", /^\{"name":"a"[^}]*\},\{"name":"b"/);
    assert.equal(names(store.listAt("things", then))?.[0]?.includes("labels"), false);
    assert.equal(store.list("things").length, 2);
  });

  it("knows who owns what, also after owners change", () => {
    const store = new ObjectStore(100);
    store.put("things", thing("child", { ownerReferences: [{ uid: "parent" }] }));
    assert.equal(store.ownedBy("parent").length, 1);

    store.put("things", thing("child"));

    assert.deepEqual(store.ownedBy("parent"), []);
    assert.equal(store.getByUid("uid-child")?.id, "things");
  });
});

describe("the label index", () => {
  it("finds keys by their present marks only", () => {
    const index = new LabelIndex();
    index.set("n/a", labelMarks("n", { app: "web", tier: "1" }));
    index.set("n/b", labelMarks("n", { app: "web" }));
    index.set("n/a", labelMarks("n", { tier: "2" }));

    assert.deepEqual(index.find("n app=web"), ["n/b"]);
    assert.deepEqual(index.find("n tier=2"), ["n/a"]);
    index.set("n/b", []);
    assert.deepEqual(index.find("n app=web"), []);
  });
});
