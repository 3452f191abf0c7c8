import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { after, before, beforeEach, describe, it } from "node:test";
import { ConflictError, NotFoundError, RefusedError } from "../../../src/errors.ts";
import { apiErrorOf } from "../../../src/kubernetes/api-error.ts";
import { connect, type KubernetesClient, type RequestReport } from "../../../src/kubernetes/client.ts";
import { writeKubeconfig } from "../../e2e/kubernetes/kubeconfig-file.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const status =
  (code: number, reason = "", headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(code, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify({ kind: "Status", code, reason, message: `it is ${reason}` }));
  };
const ok: Answer = (_, response) => void response.end('{"kind":"Thing","unknown":{"kept":true}}');

describe("a Kubernetes client", () => {
  let answers: Answer[] = [];
  const seen: { method: string; path: string; type: string; agent: string; authorization: string }[] = [];
  const reports: RequestReport[] = [];
  const sockets = new Set<unknown>();
  const server = createServer((request, response) => {
    const { authorization = "", "content-type": type = "", "user-agent": agent = "" } = request.headers;
    seen.push({ method: request.method ?? "", path: request.url ?? "", type, agent, authorization });
    sockets.add(request.socket);
    request.resume();
    request.on("end", () => (answers.shift() ?? ok)(request, response));
  });
  let client: KubernetesClient;
  let file: Awaited<ReturnType<typeof writeKubeconfig>>;
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    file = await writeKubeconfig(`
apiVersion: v1
kind: Config
current-context: c
contexts: [{ name: c, context: { cluster: k, user: u } }]
clusters: [{ name: k, cluster: { server: "http://127.0.0.1:${port}/prefix" } }]
users: [{ name: u, user: { token: secret-token } }]
`);
    client = await connect({ kubeconfig: { path: file.path }, onRequest: (report) => void reports.push(report) });
  });
  beforeEach(() => {
    answers = [];
    seen.length = 0;
    reports.length = 0;
  });
  after(async () => {
    await client.close();
    await new Promise((resolve) => server.close(resolve));
    await file.remove();
  });
  const get = () => client.request({ method: "GET", path: "/api" });
  const post = () => client.request({ method: "POST", path: "/api", body: { a: 1 } });

  it("sends the credentials of the kubeconfig below the server's path, and keeps unknown fields", async () => {
    assert.deepEqual(await get(), { kind: "Thing", unknown: { kept: true } });

    assert.deepEqual(seen, [
      { method: "GET", path: "/prefix/api", type: "", agent: "coalmine", authorization: "Bearer secret-token" },
    ]);
    assert.deepEqual(
      reports.map(({ method, path, status: code }) => [method, path, code]),
      [["GET", "/api", 200]],
    );
  });

  it("uses a few connections for many requests", async () => {
    sockets.clear();

    for (let round = 0; round < 50; round += 1) await Promise.all([get(), get(), get(), get()]);

    assert.ok(sockets.size <= 8, `${sockets.size} sockets`);
  });

  const kinds: readonly (readonly [number, string, new (...args: never[]) => Error])[] = [
    [404, "NotFound", NotFoundError],
    [409, "Conflict", ConflictError],
    [409, "AlreadyExists", ConflictError],
    [403, "Forbidden", RefusedError],
    [422, "Invalid", RefusedError],
  ];
  for (const [code, reason, kind] of kinds) {
    it(`throws ${kind.name} for ${code} ${reason}, with the reason and message as its cause`, async () => {
      answers = [status(code, reason)];

      const error = await post().catch((thrown: unknown) => thrown);

      assert.ok(error instanceof kind);
      assert.equal(apiErrorOf(error)?.reason, reason);
      assert.equal(apiErrorOf(error)?.message, `it is ${reason}`);
      assert.match(error.message, /^while POST \/api$/);
    });
  }

  it("tries a read again after 429 and 5xx, when the server says", async () => {
    answers = [status(429, "TooManyRequests", { "retry-after": "0" }), status(503, "", { "retry-after": "0" }), ok];

    await get();

    assert.equal(seen.length, 3);
  });

  it("gives a read up after four attempts", async () => {
    answers = Array.from({ length: 9 }, () => status(500, "", { "retry-after": "0" }));

    await assert.rejects(get());

    assert.equal(seen.length, 4);
  });

  it("never sends a write twice", async () => {
    answers = [status(503, "", { "retry-after": "0" }), ok];
    await assert.rejects(post());
    answers = [(request) => void request.socket.destroy(), ok];
    await assert.rejects(post());

    assert.equal(seen.length, 2);
  });

  it("tries a read again after a lost connection, and reports both", async () => {
    answers = [(request) => void request.socket.destroy(), ok];

    await get();

    assert.deepEqual(
      reports.map(({ status: code }) => code),
      [0, 200],
    );
  });

  it("gives an answer up that takes too long", async () => {
    answers = [() => {}];

    await assert.rejects(client.request({ method: "POST", path: "/slow", timeoutMs: 50 }));
  });

  it("looks at its credentials again when they are refused", async () => {
    answers = [status(401, "Unauthorized"), ok];

    await get();

    assert.equal(seen.length, 2);
  });
});
