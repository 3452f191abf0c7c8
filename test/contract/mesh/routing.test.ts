import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { PODS, SERVICES, VIRTUAL_SERVICES } from "./kubernetes-stub.ts";
import type { MeshUnderTest } from "./mesh-under-test.ts";
import { startMeshUnderTest } from "./mesh-under-test.ts";
import { pod, service, split, virtualService } from "./sample-objects.ts";

describe("routing by a VirtualService", () => {
  let under: MeshUnderTest;
  before(async () => {
    under = await startMeshUnderTest();
  });
  after(() => under.stop());
  afterEach(() => under.kubernetes.delete(VIRTUAL_SERVICES, "podinfo"));

  /** Puts the rules in force and waits until the mesh routes by them. */
  async function route(http: readonly object[]): Promise<void> {
    const marker = {
      match: [{ uri: { exact: `/marker-${Math.random()}` } }],
      route: [{ destination: { host: "podinfo-primary" } }],
      rewrite: { uri: "/version" },
    };
    under.kubernetes.set(VIRTUAL_SERVICES, virtualService([marker, ...http]));
    await eventually(async () => assert.equal((await under.ask(marker.match[0]!.uri.exact)).status, 200));
  }

  it("shares requests exactly as the weights say", async () => {
    await route([{ route: split(90, 10) }]);

    assert.deepEqual(await under.tally(100), { "6.0.0": 90, "6.1.0": 10 });
  });

  it("sends nothing at all to a weight of 0", async () => {
    await route([{ route: split(100, 0) }]);
    assert.deepEqual(await under.tally(60), { "6.0.0": 60 });

    await route([{ route: split(0, 100) }]);
    assert.deepEqual(await under.tally(60), { "6.1.0": 60 });
  });

  it("sends everything to an only destination, with or without a weight", async () => {
    await route([{ route: [{ destination: { host: "podinfo-canary" } }] }]);
    assert.deepEqual(await under.tally(10), { "6.1.0": 10 });

    await route([{ route: [{ destination: { host: "podinfo-canary" }, weight: 0 }] }]);
    assert.deepEqual(await under.tally(10), { "6.1.0": 10 });
  });

  it("takes the first rule that matches, by header, cookie, query, method and path", async () => {
    const canary = [{ destination: { host: "podinfo-canary" } }];
    await route([
      {
        match: [
          { headers: { "x-user": { exact: "ana" } } },
          { headers: { cookie: { regex: "^(.*?;)?(canary=always)(;.*)?$" } } },
          { queryParams: { beta: { exact: "1" } } },
          { method: { exact: "PUT" } },
          { uri: { prefix: "/" }, headers: { "x-ring": { prefix: "inner" }, "x-zone": { regex: "eu-.+" } } },
        ],
        route: canary,
      },
      { route: [{ destination: { host: "podinfo-primary" } }] },
    ]);
    const versionOf = async (path: string, headers = {}, method = "GET") =>
      (await under.ask(path, { headers, method })).version;

    assert.equal(await versionOf("/", { "x-user": "ana" }), "6.1.0");
    assert.equal(await versionOf("/", { "x-user": "anabel" }), "6.0.0");
    assert.equal(await versionOf("/", { cookie: "a=b; canary=always; c=d" }), "6.0.0", "the expression has no space");
    assert.equal(await versionOf("/", { cookie: "canary=always" }), "6.1.0");
    assert.equal(await versionOf("/?beta=1"), "6.1.0");
    assert.equal(await versionOf("/?beta=11"), "6.0.0");
    assert.equal(await versionOf("/", {}, "PUT"), "6.1.0");
    assert.equal(await versionOf("/", { "x-ring": "inner-2", "x-zone": "eu-west" }), "6.1.0");
    assert.equal(await versionOf("/", { "x-ring": "inner-2", "x-zone": "us-east" }), "6.0.0");
  });

  it("answers 404 when no rule matches", async () => {
    await route([{ match: [{ uri: { exact: "/only" } }], route: [{ destination: { host: "podinfo-primary" } }] }]);

    assert.equal((await under.ask("/")).status, 404);
    assert.ok((await under.metric("istio_requests_total", { response_code: "404", response_flags: "NR" })) > 0);
  });

  it("answers 503 when a destination is no Service, or lacks the port", async () => {
    await route([{ route: [{ destination: { host: "nobody" } }] }]);
    assert.equal((await under.ask()).status, 503);

    await route([{ route: [{ destination: { host: "podinfo-primary", port: { number: 1234 } } }] }]);
    assert.equal((await under.ask()).status, 503);
    assert.ok((await under.metric("istio_requests_total", { response_code: "503", response_flags: "NC" })) >= 2);
  });

  it("rewrites path and authority, and changes headers of requests and responses", async () => {
    await route([
      {
        match: [{ uri: { prefix: "/api/" } }],
        rewrite: { uri: "/", authority: "inside.example" },
        headers: {
          request: { set: { "x-set": "rule" }, add: { "x-add": "rule" }, remove: ["x-secret"] },
          response: { add: { "x-rule": "yes" }, remove: ["content-type"] },
        },
        route: [{ destination: { host: "podinfo-primary" }, headers: { response: { add: { "set-cookie": "a=b" } } } }],
      },
    ]);

    const answer = await under.ask("/api/headers?q=1", {
      headers: { "x-add": "client", "x-set": "client", "x-secret": "s" },
    });

    const seen = JSON.parse(answer.text) as Record<string, string[]>;
    assert.deepEqual(seen["host"], ["inside.example"]);
    assert.deepEqual(seen["x-set"], ["rule"]);
    assert.deepEqual(seen["x-add"], ["client", "rule"]);
    assert.equal(seen["x-secret"], undefined);
    assert.equal(answer.headers["x-rule"], "yes");
    assert.equal(answer.headers["content-type"], undefined);
    assert.deepEqual(answer.headers["set-cookie"], ["a=b"]);
  });

  it("answers preflights of allowed origins itself, and lets them read answers", async () => {
    const corsPolicy = {
      allowOrigins: [{ regex: "https://.*\\.example\\.com" }],
      allowMethods: ["GET", "PUT"],
      exposeHeaders: ["x-rule"],
      allowCredentials: true,
      maxAge: "24h",
    };
    await route([{ corsPolicy, route: split(100, 0) }]);
    const origin = "https://shop.example.com";
    const preflight = { "access-control-request-method": "PUT" };

    const allowed = await under.ask("/", { method: "OPTIONS", headers: { origin, ...preflight } });
    const plain = await under.ask("/", { headers: { origin } });
    const stranger = await under.ask("/", { headers: { origin: "https://evil.test", ...preflight } });

    assert.equal(allowed.version, undefined, "no pod was asked");
    assert.equal(allowed.headers["access-control-allow-origin"], origin);
    assert.equal(allowed.headers["access-control-allow-methods"], "GET,PUT");
    assert.equal(allowed.headers["access-control-max-age"], "86400");
    assert.equal(plain.version, "6.0.0");
    assert.equal(plain.headers["access-control-allow-credentials"], "true");
    assert.equal(plain.headers["access-control-expose-headers"], "x-rule");
    assert.equal(stranger.headers["access-control-allow-origin"], undefined);
  });

  it("passes bodies on in both directions", async () => {
    await route([{ route: split(100, 0) }]);

    const answer = await under.ask("/echo", { method: "POST", body: "x".repeat(200_000) });
    const tooLarge = await under.ask("/echo", { method: "POST", body: "x".repeat(1_100_000) });

    assert.equal(answer.text.length, 200_000);
    assert.equal(tooLarge.status, 413);
  });
});

describe("routing without a VirtualService", () => {
  let under: MeshUnderTest;
  before(async () => {
    under = await startMeshUnderTest();
  });
  after(() => under.stop());

  it("reaches a Service by each form of its name, with and without its port", async () => {
    const forms = ["", ".demo", ".demo.svc", ".demo.svc.cluster.local"].map((suffix) => `podinfo-canary${suffix}`);

    for (const host of [...forms, ...forms.map((form) => `${form}:9898`), "PODINFO-CANARY"]) {
      assert.equal((await under.ask("/", { host })).version, "6.1.0", host);
    }
  });

  it("reaches a Service by a path that a browser can open", async () => {
    const answer = await under.ask("/s/demo/podinfo-canary/?x=1", {
      host: "127.0.0.1",
      headers: { accept: "text/html" },
    });
    const slashless = await under.ask("/s/demo/podinfo-canary", { host: "127.0.0.1" });
    const directory = await under.ask("/", { host: "127.0.0.1:80" });

    assert.match(answer.text, /<h1 id="version">6\.1\.0<\/h1>/);
    assert.equal(slashless.headers.location, "/s/demo/podinfo-canary/");
    assert.match(directory.text, /href="\/s\/demo\/podinfo-canary\/"/);
  });

  it("answers 404 for a host that nobody knows, and 503 for a port that the Service has not", async () => {
    assert.equal((await under.ask("/", { host: "nobody.demo" })).status, 404);
    assert.equal((await under.ask("/", { host: "podinfo-canary.other" })).status, 404);
    assert.equal((await under.ask("/", { host: "podinfo-canary.demo:81" })).status, 503);
  });

  it("answers 503 with the flag UH while no pod is ready", async () => {
    under.kubernetes.set(SERVICES, service("empty"));
    under.kubernetes.set(PODS, pod({ name: "empty-1", workload: "empty", ready: false }));
    const answer = await eventually(async () => {
      const seen = await under.ask("/", { host: "empty.demo" });
      assert.equal(seen.status, 503);
      return seen;
    });

    assert.equal(answer.text, "no healthy upstream");
    const labels = { destination_service: "empty.demo.svc.cluster.local", response_flags: "UH", reporter: "source" };
    assert.equal(await under.metric("istio_requests_total", labels), 1);
    assert.equal(await under.metric("istio_requests_total", { ...labels, reporter: "destination" }), 0);
  });

  it("finds no endpoint behind a target port that the container does not have", async () => {
    under.kubernetes.set(SERVICES, { ...service("podinfo-primary", { port: 80, targetPort: 81 }) });

    await eventually(async () => assert.equal((await under.ask("/", { host: "podinfo-primary" })).status, 503));
  });
});
