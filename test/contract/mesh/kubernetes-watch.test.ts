import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { Watch } from "../../../src/playground/mesh/kubernetes-watch.ts";
import { startWatch } from "../../../src/playground/mesh/kubernetes-watch.ts";
import { silentLog } from "../../../src/playground/services/log.ts";
import { eventually } from "../../support/eventually.ts";
import type { KubernetesStub } from "./kubernetes-stub.ts";
import { SERVICES, startKubernetesStub } from "./kubernetes-stub.ts";
import { service } from "./sample-objects.ts";

describe("a watch", () => {
  let stub: KubernetesStub;
  let watch: Watch;
  let seen: string[];
  beforeEach(async () => {
    stub = await startKubernetesStub();
    seen = [];
  });
  afterEach(async () => {
    watch.stop();
    await stub.stop();
  });
  const start = (): void => {
    watch = startWatch({
      url: stub.url,
      paths: [SERVICES],
      onChange: ({ kind, key }) => seen.push(`${kind} ${key}`),
      log: silentLog,
      retryMs: 20,
    });
  };
  const watches = () => stub.requests.filter((request) => request.includes("watch=1"));

  it("lists a large collection page by page", async () => {
    for (let index = 0; index < 1_100; index++) stub.set(SERVICES, service(`s${index}`));

    start();
    await watch.firstLook;

    assert.equal(new Set(seen).size, 1_100);
    assert.equal(stub.requests.filter((request) => request.includes("limit=500")).length, 3);
  });

  it("reports what appears, changes and goes, in order", async () => {
    start();
    await eventually(() => assert.equal(watches().length, 1));

    stub.set(SERVICES, service("one"));
    stub.set(SERVICES, service("two"));
    stub.set(SERVICES, service("one"));
    stub.delete(SERVICES, "two");

    await eventually(() =>
      assert.deepEqual(seen, ["set demo/one", "set demo/two", "set demo/one", "deleted demo/two"]),
    );
  });

  it("reports nothing twice when it has to list again, and what went away in the meantime", async () => {
    stub.set(SERVICES, service("stays"));
    stub.set(SERVICES, service("goes"));
    start();
    await eventually(() => assert.equal(watches().length, 1));

    stub.endWatches("gone");
    stub.delete(SERVICES, "goes");

    await eventually(() => assert.deepEqual(seen, ["set demo/stays", "set demo/goes", "deleted demo/goes"]));
  });

  it("goes on after an ended watch from the last bookmark, without a new list", async () => {
    start();
    await eventually(() => assert.equal(watches().length, 1));

    stub.bookmark();
    stub.endWatches("close");
    await eventually(() => assert.equal(watches().length, 2));

    assert.match(watches()[0]!, /resourceVersion=100/);
    assert.match(watches()[1]!, /resourceVersion=101/);
    assert.equal(stub.requests.filter((request) => request.includes("limit=")).length, 1);
  });

  it("asks for no more once it is stopped", async () => {
    start();
    await eventually(() => assert.equal(watches().length, 1));

    watch.stop();
    stub.endWatches("reset");
    await new Promise((resolve) => setTimeout(resolve, 150));

    assert.equal(stub.requests.length, 2);
  });
});
