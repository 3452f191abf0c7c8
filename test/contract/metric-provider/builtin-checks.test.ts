import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { BuiltinSubject, Measurement } from "../../../src/analysis/metric-check.ts";
import { measureBuiltins } from "../../../src/metric-providers/builtin-checks.ts";
import { openHttp } from "../../../src/metric-providers/http.ts";
import type { BuiltinQuestion } from "../../../src/metric-providers/provider.ts";
import { seconds, timestamp } from "../../../src/units.ts";
import { eventually } from "../../support/eventually.ts";
import { startRealPrometheus } from "./real-prometheus.ts";

let source: Awaited<ReturnType<typeof startRealPrometheus>>;
let queries = 0;
const http = openHttp(() => (queries += 1));

before(async () => {
  source = await startRealPrometheus();
});
after(async () => {
  await http.close();
  await source.stop();
});

async function measure(questions: readonly BuiltinQuestion[], signal = new AbortController().signal) {
  const found = measureBuiltins(http.send, questions, { at: timestamp(Date.now()), signal });
  return Promise.all(questions.map((question) => found.get(question) ?? Promise.reject(new Error("not answered"))));
}

const asking =
  (family: BuiltinQuestion["family"]) =>
  (workload: string, subject: BuiltinSubject, other: Partial<BuiltinQuestion> = {}): BuiltinQuestion => ({
    kind: "builtin",
    check: { name: subject, subject, min: null, max: null, window: seconds(10) },
    address: source.address,
    family,
    namespace: "demo",
    workloadKind: "Deployment",
    workload,
    primary: `${workload}-primary`,
    ...other,
  });

/** What must hold whoever counts the requests: sidecars, or the application's own pods. */
for (const family of ["istio", "pods"] as const) {
  const ask = asking(family);

  describe(`the built-in checks by ${family}`, () => {
    before(async () => {
      const steady = [ask("podinfo", "request-success-rate"), ask("podinfo", "request-duration")];
      const isSteady = (one: Measurement) => one.kind === "value" && (one.samples ?? 0) > 100 && one.primary !== null;
      await eventually(async () => assert.ok((await measure(steady)).every(isSteady)), {
        timeoutMs: 30_000,
        everyMs: 250,
      });
    });

    it("answer the share of requests without a server error, in percent, and primary's beside it", async () => {
      const [found] = await measure([ask("podinfo", "request-success-rate")]);

      assert.ok(found?.kind === "value");
      assert.ok(Math.abs(found.value - 90) < 2, `${found.value} %`);
      assert.equal(found.primary, 100);
    });

    it("answer how many requests the figure rests on", async () => {
      const [rate, duration] = await measure([
        ask("podinfo", "request-success-rate"),
        ask("podinfo", "request-duration"),
      ]);

      assert.ok(rate?.kind === "value" && duration?.kind === "value");
      const samples = rate.samples ?? 0;
      assert.ok(samples > 100 && samples < 300, `${samples} requests`);
      assert.equal(duration.samples, samples);
    });

    it("answer the 99th percentile in milliseconds", async () => {
      const [found] = await measure([ask("podinfo", "request-duration")]);

      assert.ok(found?.kind === "value");
      assert.ok(found.value > 10 && found.value <= 25, `${found.value} ms`);
      assert.ok(found.primary !== null && found.primary <= 5, `${found.primary} ms`);
    });

    it("keep namespaces apart", async () => {
      const [here, there] = await measure([
        ask("podinfo", "request-success-rate"),
        ask("podinfo", "request-success-rate", { namespace: "other" }),
      ]);

      assert.ok(here?.kind === "value" && here.value > 80);
      assert.ok(there?.kind === "value");
      assert.deepEqual([there.value, there.primary], [0, null]);
    });

    it("answer no data for a workload that nobody calls and for one that does not exist", async () => {
      const subjects = ["request-success-rate", "request-duration"] as const;

      const found = await measure(["silent", "nowhere"].flatMap((name) => subjects.map((each) => ask(name, each))));

      assert.deepEqual(
        found.map(({ kind }) => kind),
        ["no-data", "no-data", "no-data", "no-data"],
      );
    });

    it("need two requests for the two checks of a hundred canaries, and four for two hundred", async () => {
      const many = (count: number) =>
        Array.from({ length: count }, (_, index) => [
          ask(`service-${index}`, "request-success-rate"),
          ask(`service-${index}`, "request-duration"),
        ]).flat();
      queries = 0;

      await measure(many(100));
      const forHundred = queries;
      await measure(many(200));

      assert.deepEqual([forHundred, queries - forHundred], [2, 4]);
    });
  });
}

describe("the built-in checks", () => {
  const ask = asking("istio");

  it("tell a DaemonSet's pods from those of its primary, which have a name that is only longer", async () => {
    const [found] = await measure([asking("pods")("node", "request-success-rate", { workloadKind: "DaemonSet" })]);

    assert.ok(found?.kind === "value");
    assert.ok(Math.abs(found.value - 90) < 3, `${found.value} %`);
    assert.equal(found.primary, 100);
  });

  it("take a name for itself and not for a pattern, and count only 5xx as bad", async () => {
    const [found] = await measure([ask("no.dots", "request-success-rate"), ask("podinfo", "request-success-rate")]);

    assert.ok(found?.kind === "value");
    assert.equal(found.value, 100);
  });

  it("never answer less than the truth for requests beyond the last bucket", async () => {
    const [found] = await measure([ask("slow", "request-duration")]);

    assert.ok(found?.kind === "value");
    assert.ok(found.value >= 10_000);
  });

  it("answer in the order of the questions, with a query that a person can repeat", async () => {
    const found = await measure([ask("silent", "request-duration"), ask("podinfo", "request-success-rate")]);

    assert.deepEqual(
      found.map(({ check }) => check),
      ["request-duration", "request-success-rate"],
    );
    assert.match(found[1]?.query ?? "", /destination_workload="podinfo"/);
  });

  it("answer an error, and do not hang, when they are interrupted", async () => {
    const [found] = await measure([ask("podinfo", "request-success-rate")], AbortSignal.abort(new Error("enough")));

    assert.equal(found?.kind, "error");
  });

  it("answer an error when nobody is there", async () => {
    const [found] = await measure([ask("podinfo", "request-success-rate", { address: "http://127.0.0.1:9" })]);

    assert.ok(found?.kind === "error");
    assert.match(found.problem, /gave no answer/);
  });

  it("ask each Prometheus only about the canaries that name it", async () => {
    const elsewhere = ask("podinfo", "request-success-rate", { address: "http://127.0.0.1:9" });

    const [here, there] = await measure([ask("podinfo", "request-success-rate"), elsewhere]);

    assert.deepEqual([here?.kind, there?.kind], ["value", "error"]);
  });
});
