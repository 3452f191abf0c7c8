import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ServingBehaviour } from "../../../src/playground/workloads/catalog.ts";
import type { ServiceInstance } from "../../../src/playground/workloads/service-instance.ts";
import { startServiceInstance } from "../../../src/playground/workloads/service-instance.ts";
import { eventually } from "../../support/eventually.ts";

const INSTANT: ServingBehaviour = { errorShare: 0, medianMs: 0, p99Ms: 0 };

async function start(serving: () => ServingBehaviour = () => INSTANT, pod = "podinfo-1"): Promise<ServiceInstance> {
  return startServiceInstance({ service: "podinfo", version: "6.1.0", pod, serving });
}

describe("a sample service", () => {
  let instance: ServiceInstance;
  before(async () => {
    instance = await start();
  });
  after(() => instance.stop());
  const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${instance.port}${path}`, init);

  it("greets with its version and pod", async () => {
    const greeting = (await (await get("/")).json()) as Record<string, string>;

    assert.deepEqual(
      { ...greeting, color: "" },
      { service: "podinfo", version: "6.1.0", pod: "podinfo-1", message: "greetings from podinfo 6.1.0", color: "" },
    );
    assert.match(greeting["color"]!, /^#[0-9a-f]{6}$/);
  });

  it("shows a browser a page in the version's colour", async () => {
    const response = await get("/", { headers: { accept: "text/html,*/*" } });
    const page = await response.text();

    assert.match(response.headers.get("content-type")!, /^text\/html/);
    assert.match(page, /<main style="--version: #/);
    assert.match(page, />6\.1\.0<\/h1>/);
  });

  it("answers a wanted status, after a wanted delay, and 404 elsewhere", async () => {
    const startedAt = performance.now();

    assert.equal((await get("/status/418")).status, 418);
    assert.equal((await get("/delay/0.05")).status, 200);
    assert.ok(performance.now() - startedAt >= 49);
    assert.equal((await get("/healthz")).status, 200);
    assert.equal((await get("/status/99")).status, 404);
    assert.equal((await get("/nowhere")).status, 404);
  });

  it("fails the stated share of requests, the same ones for the same seed", async () => {
    const failures = async (pod: string): Promise<string> => {
      const failing = await start(() => ({ ...INSTANT, errorShare: 0.3 }), pod);
      let pattern = "";
      for (let request = 0; request < 200; request++) {
        const { status } = await fetch(`http://127.0.0.1:${failing.port}/`);
        pattern += status === 500 ? "x" : ".";
      }
      await failing.stop();
      return pattern;
    };
    const pattern = await failures("same");

    const share = pattern.replaceAll(".", "").length / 200;
    assert.ok(share > 0.2 && share < 0.4, `${share}`);
    assert.equal(await failures("same"), pattern);
    assert.notEqual(await failures("other"), pattern);
  });

  it("finishes what is under way when it stops, and takes nothing new", async () => {
    let hasArrived = false;
    const stopping = await start(() => {
      hasArrived = true;
      return { errorShare: 0, medianMs: 200, p99Ms: 200 };
    });
    const url = `http://127.0.0.1:${stopping.port}`;
    await (await fetch(`${url}/healthz`)).text();
    const underWay = fetch(url);
    await eventually(() => assert.ok(hasArrived));

    const stopped = stopping.stop();
    const refused = assert.rejects(fetch(`${url}/healthz`));

    assert.equal((await underWay).status, 200);
    await refused;
    await stopped;
  });
});
