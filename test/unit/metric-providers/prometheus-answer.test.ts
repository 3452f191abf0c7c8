import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { judge } from "../../../src/analysis/judge.ts";
import type { BuiltinSubject } from "../../../src/analysis/metric-check.ts";
import { measureBuiltins } from "../../../src/metric-providers/builtin-checks.ts";
import { openHttp } from "../../../src/metric-providers/http.ts";
import type { BuiltinQuestion } from "../../../src/metric-providers/provider.ts";
import { seconds, timestamp } from "../../../src/units.ts";

const AT = timestamp(1_790_000_000_000);
const LABELS = { destination_workload_namespace: "demo", destination_workload: "podinfo" };
const row = (value: string, labels: object = {}, time = AT / 1000) => ({
  metric: { ...LABELS, ...labels },
  value: [time, value],
});
const vector = (...result: object[]) => ({ status: "success", data: { resultType: "vector", result } });
const good = row("100", { response_code: "200" });

/** What a broken or lying Prometheus may answer, and what must come of it. */
const ANSWERS: Readonly<Record<string, { body: unknown; status?: number; type?: string; kind: string }>> = {
  "counts that are fine": { body: vector(good), kind: "value" },
  "an empty vector": { body: vector(), kind: "no-data" },
  "somebody else's series": { body: vector(row("100", { destination_workload: "other" })), kind: "no-data" },
  "zero requests": { body: vector(row("0", { response_code: "200" })), kind: "no-data" },
  "not a number": { body: vector(row("NaN", { response_code: "200" })), kind: "error" },
  infinity: { body: vector(row("+Inf", { response_code: "200" })), kind: "error" },
  "counts that do not say how the requests went": { body: vector(row("100")), kind: "error" },
  "a negative count": { body: vector(row("-5", { response_code: "200" })), kind: "error" },
  "words instead of a number": { body: vector(row("many", { response_code: "200" })), kind: "error" },
  "the same series twice": { body: vector(good, good), kind: "error" },
  "warnings about missing stores": { body: { ...vector(good), warnings: ["store unavailable"] }, kind: "error" },
  "another evaluation time": { body: vector(row("100", { response_code: "200" }, AT / 1000 - 600)), kind: "error" },
  "a matrix": { body: { status: "success", data: { resultType: "matrix", result: [] } }, kind: "error" },
  "a scalar": { body: { status: "success", data: { resultType: "scalar", result: [1, "1"] } }, kind: "error" },
  "an error of its own": {
    body: { status: "error", errorType: "timeout", error: "query timed out" },
    status: 503,
    kind: "error",
  },
  "a page of HTML": { body: "<html>Sign in</html>", type: "text/html", kind: "error" },
  "a redirect": { body: "", status: 302, type: "text/html", kind: "error" },
  "a bad gateway": { body: "bad gateway", status: 502, type: "text/plain", kind: "error" },
  "a good answer under a bad status": { body: vector(good), status: 502, kind: "error" },
  "half of an answer": { body: JSON.stringify(vector(good)).slice(0, 60), kind: "error" },
  nothing: { body: "", kind: "error" },
  "another API's JSON": { body: { hits: 12 }, kind: "error" },
  null: { body: null, kind: "error" },
};

describe("a prometheus that answers", () => {
  let answer: (response: ServerResponse) => void = () => {};
  const server = createServer((_, response) => answer(response));
  before(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function measure(subject: BuiltinSubject = "request-success-rate") {
    const { port } = server.address() as AddressInfo;
    const http = openHttp(() => {});
    const check = { name: "c", subject, min: 99, max: null, window: seconds(60) };
    const question: BuiltinQuestion = {
      kind: "builtin",
      check,
      address: `http://127.0.0.1:${port}/`,
      family: "istio",
      namespace: "demo",
      workloadKind: "Deployment",
      workload: "podinfo",
      primary: "podinfo-primary",
    };
    const { signal } = new AbortController();
    const found = await measureBuiltins(http.send, [question], { at: AT, signal }).get(question);
    await http.close();
    assert.ok(found);
    return { found, verdict: judge(check, found) };
  }

  for (const [what, { body, status = 200, type = "application/json", kind }] of Object.entries(ANSWERS)) {
    it(`${what} gives ${kind}`, async () => {
      answer = (response) => {
        response.writeHead(status, { "content-type": type });
        response.end(typeof body === "string" ? body : JSON.stringify(body));
      };

      const { found, verdict } = await measure();

      assert.equal(found.kind, kind, JSON.stringify(found));
      assert.equal(verdict === "pass", kind === "value");
    });
  }

  it("more than it may gives error without filling the memory", async () => {
    answer = (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const pump = (): void => {
        if (response.destroyed) return;
        response.write("x".repeat(1024 * 1024), () => setImmediate(pump));
      };
      pump();
    };

    const { found } = await measure();

    assert.ok(found.kind === "error");
    assert.match(found.problem, /longer than/);
  });

  it("and closes the connection halfway gives error", async () => {
    answer = (response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"status":');
      setTimeout(() => response.destroy(), 10);
    };

    assert.equal((await measure()).found.kind, "error");
  });

  it("whose clock is another one than ours gives error, since it would judge another moment", async () => {
    const asOf = (offsetMs: number) => {
      answer = (response) => {
        const date = new Date(Date.now() + offsetMs).toUTCString();
        response.writeHead(200, { "content-type": "application/json", date });
        response.end(JSON.stringify(vector(good)));
      };
      return measure();
    };

    const kinds = [await asOf(600_000), await asOf(-600_000), await asOf(-5_000)];

    assert.deepEqual(
      kinds.map(({ found }) => found.kind),
      ["error", "error", "value"],
    );
  });

  it("a duration that is not finite gives error, and none gives no data", async () => {
    const bodies = (duration: string | null) => {
      let asked = 0;
      answer = (response) => {
        asked += 1;
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify(asked === 1 ? vector(good) : duration === null ? vector() : vector(row(duration))));
      };
      return measure("request-duration");
    };

    const kinds = [await bodies("+Inf"), await bodies("NaN"), await bodies(null), await bodies("12.5")];

    assert.deepEqual(
      kinds.map(({ found }) => found.kind),
      ["error", "no-data", "no-data", "value"],
    );
  });
});
