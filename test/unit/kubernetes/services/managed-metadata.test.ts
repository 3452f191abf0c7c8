import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HANDS_OFF, MANAGED_KEYS } from "../../../../src/kubernetes/names.ts";
import { metadataEdits, newMetadata } from "../../../../src/kubernetes/services/managed-metadata.ts";

const own = { labels: { app: "shop" }, annotations: HANDS_OFF };
const NOTHING = { labels: {}, annotations: {} };
const NONE = { labels: [], annotations: [] };

/** What is on a Service after it was made for a manifest with this metadata, and somebody added to it. */
function present(metadata: typeof NOTHING | object, added: { labels?: object; annotations?: object } = {}) {
  const made = newMetadata({ metadata: { ...NOTHING, ...metadata }, own });
  return {
    labels: { ...made.labels, ...added.labels } as Record<string, string>,
    annotations: { ...made.annotations, ...added.annotations } as Record<string, string>,
  };
}
const edits = (metadata: object, record: ReturnType<typeof present>, unmanaged: typeof NONE | object = {}) =>
  metadataEdits({ metadata: { ...NOTHING, ...metadata }, own }, record, { ...NONE, ...unmanaged });

describe("metadata of Services that are ours", () => {
  it("is the manifest's and what every one of them has", () => {
    assert.deepEqual(present({ labels: { team: "a" } }), {
      labels: { team: "a", app: "shop" },
      annotations: { ...HANDS_OFF, [MANAGED_KEYS]: '{"labels":["team"],"annotations":[]}' },
    });
    assert.deepEqual(present({}), { labels: { app: "shop" }, annotations: { ...HANDS_OFF } });
  });

  it("needs no edit when it is so, whatever others added", () => {
    const metadata = { labels: { team: "a" }, annotations: { x: "y" } };

    assert.deepEqual(edits(metadata, present(metadata, { labels: { foreign: "1" }, annotations: { neg: "{}" } })), []);
  });

  it("follows the manifest: changed keys change, and those that are gone go", () => {
    const record = present({ labels: { team: "a", old: "b" } }, { labels: { foreign: "1" } });

    const changes = edits({ labels: { team: "z" } }, record);

    assert.deepEqual(
      changes.filter(({ path }) => path.startsWith("/metadata/labels")),
      [
        { op: "add", path: "/metadata/labels/team", value: "z" },
        { op: "remove", path: "/metadata/labels/old" },
      ],
    );
  });

  it("forgets its note when the manifest has no metadata any more", () => {
    const changes = edits({}, present({ annotations: { "a/b": "c" } }));

    assert.deepEqual(changes, [
      { op: "remove", path: "/metadata/annotations/a~1b" },
      { op: "remove", path: "/metadata/annotations/coalmine.dev~1managed-keys" },
    ]);
  });

  it("leaves unmanaged keys as they are found, both ways", () => {
    const record = present({ labels: { team: "a" } }, { labels: { team: "theirs" } });
    const unmanaged = { labels: ["team"] };

    assert.deepEqual(edits({ labels: { team: "b" } }, record, unmanaged), []);
    assert.ok(edits({}, record, unmanaged).every(({ path }) => path !== "/metadata/labels/team"));
  });

  it("is restored where a map was removed altogether, and survives a note that is nonsense", () => {
    const bare = { labels: null, annotations: null };
    const nonsense = { labels: {}, annotations: { ...HANDS_OFF, [MANAGED_KEYS]: "[" } };

    assert.deepEqual(metadataEdits({ metadata: NOTHING, own }, bare, NONE)[0], {
      op: "add",
      path: "/metadata/labels",
      value: {},
    });
    assert.ok(metadataEdits({ metadata: NOTHING, own }, nonsense, NONE).length > 0);
  });
});
