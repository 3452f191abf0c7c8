import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NotFoundError } from "../../../../src/errors.ts";
import type { ApiRequest } from "../../../../src/kubernetes/client.ts";
import type { Collection, CollectionOptions, OpenCollection } from "../../../../src/kubernetes/collection.ts";
import { ConfigTracker } from "../../../../src/kubernetes/configs/config-tracker.ts";
import type { ConfigKind } from "../../../../src/kubernetes/configs/config-references.ts";
import { identify, type KubernetesObject } from "../../../../src/kubernetes/object.ts";
import { eventually } from "../../../support/eventually.ts";
import { recordingLog } from "../scripted-server.ts";

const SHOP = { namespace: "demo", name: "shop" };
const OTHER = { namespace: "demo", name: "other" };

/** ConfigMaps and Secrets of a cluster whose watches say what the test lets them say. */
function configsUnderTest() {
  const objects = new Map<string, KubernetesObject>();
  const opened = new Map<string, { records: Map<string, unknown>; options: CollectionOptions<unknown> }>();
  const requests: string[] = [];
  const told: string[] = [];
  let version = 0;
  let answer: (path: string) => Promise<void> = async () => {};

  const open = (<R>(options: CollectionOptions<R>): Collection<R> => {
    const records = new Map<string, R>();
    opened.set(options.resource.plural, { records, options } as never);
    const part = {
      get: (namespace: string, name: string) => records.get(`${namespace}/${name}`) ?? null,
      path: (namespace: string, name?: string) => `${options.resource.plural}/${namespace}/${name ?? ""}`,
      isSynced: () => true,
      problem: () => "",
      stop: async () => {},
    };
    return part as never;
  }) as OpenCollection;
  const log = recordingLog();
  const tracker = new ConfigTracker({
    client: {
      async request({ path }: ApiRequest) {
        requests.push(path);
        await answer(path);
        return objects.get(path) ?? Promise.reject(new NotFoundError("gone"));
      },
    },
    open,
    log,
    onChange: ({ name }) => void told.push(name),
  });
  const watch = (kind: ConfigKind, name: string, object: KubernetesObject | null) => {
    const of = opened.get(`${kind}s`);
    if (of === undefined) return;
    if (object === null) of.records.delete(`demo/${name}`);
    else of.records.set(`demo/${name}`, of.options.project({ metadata: object["metadata"] }, identify(object)));
    of.options.onChange("demo", name, "server");
  };
  return {
    tracker,
    requests,
    told,
    log,
    answerWith: (next: typeof answer) => void (answer = next),
    /** Writes an object; `quiet`: the watch does not tell yet. */
    write(kind: ConfigKind, name: string, data: object, { quiet = false, metadata = {} } = {}) {
      version += 1;
      const object = { metadata: { namespace: "demo", name, resourceVersion: String(version), ...metadata }, data };
      objects.set(`${kind}s/demo/${name}`, object as KubernetesObject);
      if (!quiet) watch(kind, name, object as KubernetesObject);
      return () => watch(kind, name, object as KubernetesObject);
    },
    remove(kind: ConfigKind, name: string) {
      objects.delete(`${kind}s/demo/${name}`);
      watch(kind, name, null);
    },
    look: (name: string, kind: ConfigKind = "configmap") => tracker.look({ kind, namespace: "demo", name }),
  };
}

/** The tracker after `settings` was asked for and read. */
async function withSettings() {
  const on = configsUnderTest();
  on.tracker.use(SHOP, "target", [{ kind: "configmap", name: "settings" }]);
  on.look("settings");
  on.write("configmap", "settings", { a: "1" });
  await eventually(() => assert.equal(on.look("settings").kind, "tracked"));
  on.told.length = 0;
  on.requests.length = 0;
  return on;
}

describe("a config tracker", () => {
  it("reads nothing that nobody looks at", () => {
    const on = configsUnderTest();
    on.tracker.use(SHOP, "kept", [{ kind: "configmap", name: "copy" }]);
    on.tracker.collection("configmap");

    on.write("configmap", "copy", {});
    on.write("configmap", "unrelated", {});

    assert.deepEqual(on.requests, []);
    assert.deepEqual(on.told, ["shop"], "but tells whoever wants to know that it is there");
  });

  it("reads again when the object was written while it was read", async () => {
    const on = await withSettings();
    const first = on.look("settings");
    let tell: () => void = () => {};
    on.answerWith(async () => {
      on.answerWith(async () => {});
      await Promise.resolve();
      tell = on.write("configmap", "settings", { a: "3" }, { quiet: true });
    });

    on.write("configmap", "settings", { a: "2" });
    await eventually(() => assert.notDeepEqual(on.look("settings"), first));
    const read = on.requests.length;
    tell();
    for (let look = 0; look < 5; look += 1) on.look("settings");

    assert.equal(on.requests.length, read, "what was read was newer than what the watch told then");
    on.write("configmap", "settings", { a: "4" });
    await eventually(() => assert.equal(on.requests.length, read + 1));
  });

  it("keeps what it knows while it reads a newer version", async () => {
    const on = await withSettings();
    const before = on.look("settings");
    let release: () => void = () => {};
    on.answerWith(() => new Promise((resolve) => (release = resolve)));

    on.write("configmap", "settings", { a: "2" });

    assert.deepEqual(on.look("settings"), before);
    release();
    await eventually(() => assert.notDeepEqual(on.look("settings"), before));
    assert.deepEqual(on.told, ["shop"]);
  });

  it("says why something cannot be read, and does not ask again at every look", async () => {
    const on = configsUnderTest();
    on.tracker.use(SHOP, "target", [{ kind: "secret", name: "keys" }]);
    on.answerWith(() => Promise.reject(new Error("secrets is forbidden")));
    on.look("keys", "secret");
    on.write("secret", "keys", {});

    await eventually(() =>
      assert.deepEqual(on.look("keys", "secret"), { kind: "unread", why: "secrets is forbidden" }),
    );
    for (let look = 0; look < 10; look += 1) on.look("keys", "secret");

    assert.equal(on.requests.length, 1);
    assert.deepEqual(on.told, ["shop"]);
    on.answerWith(async () => {});
    await eventually(() => assert.equal(on.look("keys", "secret").kind, "tracked"), { timeoutMs: 5_000 });
    await on.tracker.stop();
  });

  it("forgets what no canary uses any more, and tells nobody about it", async () => {
    const on = await withSettings();
    on.tracker.use(OTHER, "target", [{ kind: "configmap", name: "settings" }]);

    on.tracker.forget(SHOP);
    on.write("configmap", "settings", { a: "2" });
    await eventually(() => assert.deepEqual(on.told, ["other"]));
    on.tracker.use(OTHER, "target", []);
    on.write("configmap", "settings", { a: "3" });

    assert.equal(on.requests.length, 1);
    assert.deepEqual(on.told, ["other"]);
  });

  it("keeps what another purpose of the same canary uses", async () => {
    const on = await withSettings();
    on.tracker.use(SHOP, "primary", [{ kind: "configmap", name: "settings" }]);

    on.tracker.use(SHOP, "target", []);
    on.write("configmap", "settings", { a: "2" });

    await eventually(() => assert.deepEqual(on.told, ["shop"]));
  });

  it("notices a deletion, another object in its place, and that its owner opts out", async () => {
    const on = await withSettings();
    const before = on.look("settings");

    on.remove("configmap", "settings");
    assert.equal(on.look("settings").kind, "missing");
    on.write("configmap", "settings", { a: "9" });
    await eventually(() => assert.equal(on.look("settings").kind, "tracked"));
    assert.notDeepEqual(on.look("settings"), before);
    const annotations = { "flagger.app/config-tracking": "disabled" };
    on.write("configmap", "settings", { a: "9" }, { metadata: { annotations } });

    assert.equal(on.look("settings").kind, "shared");
    assert.ok(on.told.length >= 3);
  });
});
