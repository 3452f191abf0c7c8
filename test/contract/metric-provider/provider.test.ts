import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Measurement, MetricCheck } from "../../../src/analysis/metric-check.ts";
import type { MetricQuestion } from "../../../src/metric-providers/provider.ts";
import { METRIC_PROVIDERS, type OpenedProvider } from "../../../src/metric-providers/registry.ts";
import { silentLog } from "../../../src/playground/services/log.ts";
import { startPrometheus } from "../../../src/playground/services/prometheus.ts";
import { seconds, timestamp } from "../../../src/units.ts";
import { eventually } from "../../support/eventually.ts";
import { startIstioSource, type Workload } from "./istio-source.ts";

const WORKLOADS: readonly Workload[] = [
  { namespace: "demo", workload: "podinfo", rates: { "200": 18, "503": 2 }, latencyMs: 20 },
  { namespace: "demo", workload: "podinfo-primary", rates: { "200": 50 }, latencyMs: 4 },
  { namespace: "other", workload: "podinfo", rates: { "500": 10 }, latencyMs: 700 },
  { namespace: "demo", workload: "no.dots", rates: { "404": 10, "0": 10 }, latencyMs: 8 },
  { namespace: "demo", workload: "noxdots", rates: { "500": 10 }, latencyMs: 8 },
  { namespace: "demo", workload: "slow", rates: { "200": 10 }, latencyMs: 60_000 },
  { namespace: "demo", workload: "silent", rates: { "200": 0 }, latencyMs: 5 },
];

/** Each kind of source must be able to answer for the same workloads. */
const SOURCES: Readonly<Record<keyof typeof METRIC_PROVIDERS, typeof startPrometheusSource>> = {
  prometheus: startPrometheusSource,
};

async function startPrometheusSource() {
  const istio = await startIstioSource(WORKLOADS);
  const directory = await mkdtemp(join(tmpdir(), "coalmine-provider-"));
  const prometheus = await startPrometheus({ directory, targets: [istio.url], scrapeEveryMs: 500, log: silentLog });
  return {
    address: prometheus.url,
    stop: async () => {
      await prometheus.stop();
      await istio.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function ask(workload: string, subject: MetricCheck["subject"], namespace = "demo"): MetricQuestion {
  const check = { name: subject, subject, min: null, max: null, window: seconds(10) };
  return { check, namespace, workload, primary: `${workload}-primary` };
}

for (const [name, startSource] of Object.entries(SOURCES)) {
  describe(`the metric provider ${name}`, () => {
    let source: Awaited<ReturnType<typeof startSource>>;
    let provider: OpenedProvider;
    let queries = 0;
    before(async () => {
      source = await startSource();
      provider = METRIC_PROVIDERS[name as keyof typeof METRIC_PROVIDERS]({
        address: source.address,
        onQuery: () => (queries += 1),
      });
      const steady = [ask("podinfo", "request-success-rate"), ask("podinfo", "request-duration")];
      await eventually(
        async () => {
          const found = await measure(...steady);
          assert.ok(found.every((one) => one.kind === "value" && one.samples > 100 && one.primary !== null));
        },
        { timeoutMs: 30_000, everyMs: 250 },
      );
    });
    after(async () => {
      await provider.close();
      await source.stop();
    });

    const measure = (...questions: MetricQuestion[]): Promise<readonly Measurement[]> =>
      provider.measure(questions, timestamp(Date.now()), new AbortController().signal);

    it("answers the share of requests without a server error, in percent, and primary's beside it", async () => {
      const [found] = await measure(ask("podinfo", "request-success-rate"));

      assert.ok(found?.kind === "value");
      assert.ok(Math.abs(found.value - 90) < 2, `${found.value} %`);
      assert.equal(found.primary, 100);
    });

    it("answers how many requests the figure rests on", async () => {
      const [rate, duration] = await measure(
        ask("podinfo", "request-success-rate"),
        ask("podinfo", "request-duration"),
      );

      assert.ok(rate?.kind === "value" && duration?.kind === "value");
      assert.ok(rate.samples > 100 && rate.samples < 300, `${rate.samples} requests`);
      assert.equal(duration.samples, rate.samples);
    });

    it("answers the 99th percentile in milliseconds", async () => {
      const [found] = await measure(ask("podinfo", "request-duration"));

      assert.ok(found?.kind === "value");
      assert.ok(found.value > 10 && found.value <= 25, `${found.value} ms`);
      assert.ok(found.primary !== null && found.primary <= 5, `${found.primary} ms`);
    });

    it("keeps namespaces apart", async () => {
      const [here, there] = await measure(
        ask("podinfo", "request-success-rate"),
        ask("podinfo", "request-success-rate", "other"),
      );

      assert.ok(here?.kind === "value" && here.value > 80);
      assert.ok(there?.kind === "value");
      assert.deepEqual([there.value, there.primary], [0, null]);
    });

    it("takes a name for itself and not for a pattern, and counts only 5xx as bad", async () => {
      const [found] = await measure(ask("no.dots", "request-success-rate"), ask("podinfo", "request-success-rate"));

      assert.ok(found?.kind === "value");
      assert.equal(found.value, 100);
    });

    it("answers no data for a workload that nobody calls and for one that does not exist", async () => {
      const found = await measure(
        ask("silent", "request-success-rate"),
        ask("silent", "request-duration"),
        ask("nowhere", "request-success-rate"),
        ask("nowhere", "request-duration"),
      );

      assert.deepEqual(
        found.map(({ kind }) => kind),
        ["no-data", "no-data", "no-data", "no-data"],
      );
    });

    it("never answers less than the truth for requests beyond the last bucket", async () => {
      const [found] = await measure(ask("slow", "request-duration"));

      assert.ok(found?.kind === "value");
      assert.ok(found.value >= 10_000);
    });

    it("answers in the order of the questions, with a query that a person can repeat", async () => {
      const questions = [ask("silent", "request-duration"), ask("podinfo", "request-success-rate")];

      const found = await measure(...questions);

      assert.deepEqual(
        found.map(({ check }) => check),
        ["request-duration", "request-success-rate"],
      );
      assert.match(found[1]?.query ?? "", /destination_workload="podinfo"/);
    });

    it("needs two requests for the two checks of a hundred canaries, and four for two hundred", async () => {
      const many = (count: number) =>
        Array.from({ length: count }, (_, index) => [
          ask(`service-${index}`, "request-success-rate"),
          ask(`service-${index}`, "request-duration"),
        ]).flat();
      queries = 0;

      await measure(...many(100));
      const forHundred = queries;
      await measure(...many(200));

      assert.deepEqual([forHundred, queries - forHundred], [2, 4]);
    });

    it("answers an error, and does not hang, when it is interrupted", async () => {
      const found = await provider.measure(
        [ask("podinfo", "request-success-rate")],
        timestamp(Date.now()),
        AbortSignal.abort(new Error("enough")),
      );

      assert.equal(found[0]?.kind, "error");
    });

    it("answers an error when nobody is there", async () => {
      const nobody = METRIC_PROVIDERS[name as keyof typeof METRIC_PROVIDERS]({
        address: "http://127.0.0.1:9",
        onQuery: () => {},
      });

      const [found] = await nobody.measure(
        [ask("podinfo", "request-success-rate")],
        timestamp(Date.now()),
        new AbortController().signal,
      );
      await nobody.close();

      assert.ok(found?.kind === "error");
      assert.match(found.problem, /gave no answer/);
    });
  });
}
