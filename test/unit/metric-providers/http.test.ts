import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { openHttp, under, type HttpRequest } from "../../../src/metric-providers/http.ts";

describe("a request to a metric source", () => {
  const http = openHttp(() => {});
  let open = 0;
  let mostOpen = 0;
  let requests = 0;
  const waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    if (request.url === "/hangs") return;
    requests += 1;
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    const done = () => {
      open -= 1;
      response.end("ok");
    };

    if (request.url === "/waits") waiting.push(done);
    else done();
  });
  let address = "";
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    await http.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const get = (url: string, other: Partial<HttpRequest> = {}) =>
    http.send({ method: "GET", url: new URL(url), signal: new AbortController().signal, ...other });

  it("does not wait longer than it may", async () => {
    await assert.rejects(get(`${address}/hangs`, { timeoutMs: 50 }), /timeout|aborted/i);
  });

  it("is one of six at most to one host", async () => {
    mostOpen = 0;
    requests = 0;
    const all = Array.from({ length: 20 }, () => get(`${address}/waits`));
    while (waiting.length < 6) await new Promise((resolve) => setImmediate(resolve));

    assert.equal(requests, 6);
    const release = setInterval(() => waiting.splice(0).forEach((done) => done()), 1);
    await Promise.all(all);
    clearInterval(release);

    assert.deepEqual([requests, mostOpen], [20, 6]);
  });

  /** Where a cloud hands out the machine's credentials, in every way of writing it. */
  const FORBIDDEN = [
    "http://169.254.169.254/latest/meta-data",
    "http://[::ffff:169.254.169.254]/",
    "http://[fe80::1]/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://[fd00:ec2::254]/",
  ];
  for (const url of FORBIDDEN) {
    it(`is never sent to ${url}`, async () => {
      await assert.rejects(get(url), /link-local/);
    });
  }

  it("carries no credentials that stand in its address", async () => {
    await assert.rejects(get(address.replace("//", "//me:secret@")), (error: Error) => {
      assert.match(error.message, /put them into a Secret/);
      assert.doesNotMatch(error.message, /secret@|me:/);
      return true;
    });
  });
});

describe("an address of a manifest", () => {
  it("keeps its own path and query", () => {
    const url = under("https://metrics.example.com/tenant/a/?x=1", "/api/v1/query");

    assert.equal(url.href, "https://metrics.example.com/tenant/a/api/v1/query?x=1");
  });

  it("must be one of http", () => {
    for (const wrong of ["", "prometheus:9090", "file:///etc/passwd", "gopher://x", "not an address"]) {
      assert.throws(() => under(wrong, "/"), /provider\.address/);
    }
  });
});
