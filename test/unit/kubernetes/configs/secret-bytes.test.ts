// Needs a process of its own: it looks through everything that is in memory.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { getHeapSnapshot } from "node:v8";
import type { Collection, CollectionOptions, OpenCollection } from "../../../../src/kubernetes/collection.ts";
import { ConfigTracker } from "../../../../src/kubernetes/configs/config-tracker.ts";
import { identify } from "../../../../src/kubernetes/object.ts";
import { eventually } from "../../../support/eventually.ts";
import { recordingLog } from "../scripted-server.ts";

const seed = randomBytes(16);
/** Made anew each time, so that the test does not hold it itself. */
const secretText = () => createHash("sha256").update(seed).digest("hex");
const annotatedText = () => createHash("sha256").update(seed).update("annotation").digest("hex");
const keptText = () => createHash("sha256").update(seed).update("kept").digest("hex");

async function isInMemory(texts: readonly (() => string)[]): Promise<readonly boolean[]> {
  const pieces: Buffer[] = [];
  for await (const piece of getHeapSnapshot()) pieces.push(Buffer.from(piece));
  const heap = Buffer.concat(pieces);
  return texts.map((text) => heap.includes(text()));
}

describe("a Secret that was hashed", () => {
  it("is nowhere in memory, neither its data nor what kubectl noted of it", async () => {
    const kept = { text: keptText() };
    const records = new Map<string, unknown>();
    let options: CollectionOptions<unknown> | undefined;
    const open = ((given: CollectionOptions<unknown>) => {
      options = given;
      const collection: Partial<Collection<unknown>> = {
        get: (namespace, name) => records.get(`${namespace}/${name}`) ?? null,
        path: (namespace, name) => `${namespace}/${name}`,
        isSynced: () => true,
        problem: () => "",
      };
      return collection;
    }) as unknown as OpenCollection;
    const metadata = () => ({
      namespace: "demo",
      name: "keys",
      resourceVersion: "1",
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": annotatedText() },
    });
    const log = recordingLog();
    const client = {
      request: async () => JSON.parse(JSON.stringify({ metadata: metadata(), data: { k: secretText() } })),
    };
    const tracker = new ConfigTracker({ client, open, log, onChange: () => {} });
    const look = () => tracker.look({ kind: "secret", namespace: "demo", name: "keys" });
    look();
    const seen = { metadata: metadata() };
    records.set("demo/keys", options?.project(seen, identify(seen)));
    await eventually(() => assert.equal(look().kind, "tracked"));
    seen.metadata = { ...seen.metadata, annotations: { "kubectl.kubernetes.io/last-applied-configuration": "" } };

    const found = await isInMemory([secretText, annotatedText, keptText]);

    assert.deepEqual(found, [false, false, true], "the last one is held on purpose: such texts can be found");
    assert.equal(look().kind, "tracked");
    assert.ok(kept.text);
  });
});
