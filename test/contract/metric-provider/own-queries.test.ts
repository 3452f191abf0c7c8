import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { CustomCheck, Measurement } from "../../../src/analysis/metric-check.ts";
import type { MetricTemplate } from "../../../src/metric-providers/metric-templates.ts";
import type { CustomQuestion } from "../../../src/metric-providers/provider.ts";
import { openSources } from "../../../src/metric-providers/sources.ts";
import { NotFoundError } from "../../../src/errors.ts";
import { seconds, timestamp } from "../../../src/units.ts";
import { eventually } from "../../support/eventually.ts";
import { customCheck } from "../../support/subjects.ts";
import { startRealPrometheus } from "./real-prometheus.ts";

const AWS = { accessKeyId: "", secretAccessKey: "", sessionToken: "", roleArn: "", tokenFile: "" };
const RATE =
  'sum(increase(istio_requests_total{destination_workload="{{ target }}",reporter="destination"}[{{ interval }}]))';

describe("queries of manifests, asked of a real Prometheus", () => {
  let prometheus: Awaited<ReturnType<typeof startRealPrometheus>>;
  let queries = 0;
  const secretsRead: string[] = [];
  const templates = new Map<string, MetricTemplate>();

  const sources = openSources({
    client: {
      request: async ({ path }) => {
        secretsRead.push(path);
        if (!path.endsWith("/prometheus")) throw new NotFoundError(path);
        return { kind: "Secret", data: { token: Buffer.from("t0ken\n").toString("base64") } };
      },
    },
    templates: {
      find: async (namespace, name) =>
        templates.get(name) ?? Promise.reject(new Error(`MetricTemplate ${namespace}/${name} does not exist`)),
    },
    aws: AWS,
    onQuery: () => (queries += 1),
  });

  before(async () => {
    prometheus = await startRealPrometheus();
    await eventually(async () => assert.equal((await inline(RATE)).kind, "value"), { timeoutMs: 30_000, everyMs: 250 });
  });
  after(async () => {
    await sources.close();
    await prometheus.stop();
  });

  const about = (check: CustomCheck, target = "podinfo"): CustomQuestion => {
    const names = { name: target, namespace: "demo", target, service: target, ingress: target, route: target };
    return { kind: "custom", check, address: prometheus.address, names };
  };
  const ask = (...questions: CustomQuestion[]): Promise<Measurement[]> =>
    Promise.all(sources.measure(questions, timestamp(Date.now()), AbortSignal.timeout(10_000)));
  async function inline(text: string, target = "podinfo"): Promise<Measurement> {
    const [found] = await ask(about(inlineCheck(text), target));
    return found ?? assert.fail("no answer");
  }
  const inlineCheck = (text: string) =>
    customCheck({
      source: { kind: "inline", text },
      window: seconds(10),
      interval: { text: "10s", length: seconds(10) },
    });

  it("are answered by the one value of their result", async () => {
    const found = await inline(RATE);

    assert.ok(found.kind === "value" && found.value > 10, JSON.stringify(found));
    assert.match(found.query, /destination_workload="podinfo".*\[10s\]/);
  });

  /** What a query may have as its result, and what that means. */
  const RESULTS: Readonly<Record<string, readonly [string, Measurement["kind"], RegExp?]>> = {
    "no series": ['istio_requests_total{destination_workload="nobody"}', "no-data"],
    "not a number, as a share of nothing is": ["sum(up) * 0 / 0", "no-data"],
    infinity: ["sum(up) / 0", "error", /no finite number/],
    "several series": ["istio_requests_total", "error", /add them up to one/],
    "a series over time": ["sum(up)[10s:1s]", "error", /instant vector/],
    "a scalar": ["scalar(sum(up))", "error", /instant vector/],
    "a string": ['"up"', "error", /instant vector/],
    "a mistake in the text": ["sum(up", "error", /bad_data/],
    "a comment and several lines": ["# how many\nsum(\n  up\n) # of them", "value"],
  };
  for (const [what, [text, kind, reason]] of Object.entries(RESULTS)) {
    it(`give ${kind} for ${what}`, async () => {
      const found = await inline(text);

      assert.equal(found.kind, kind, JSON.stringify(found));
      if (reason !== undefined) assert.match(found.kind === "error" ? found.problem : "", reason);
    });
  }

  it("cannot be broken out of by the name of an object", async () => {
    const before = queries;

    const found = await inline('vector(0) * absent(x{app="{{ target }}"})', '"}) or vector(1) #');

    assert.ok(found.kind === "error");
    assert.match(found.problem, /could end a string/);
    assert.equal(queries, before);
  });

  it("are asked once where many canaries have the same text", async () => {
    const before = queries;
    const windows = [10, 20, 30].map((length) => ({ ...inlineCheck("sum(up)"), window: seconds(length) }));

    const found = await ask(...windows.flatMap((check) => ["a", "b", "c"].map((target) => about(check, target))));

    assert.ok(found.every(({ kind }) => kind === "value"));
    assert.equal(queries - before, 1);
  });

  it("are asked once for each target that their text names", async () => {
    const before = queries;

    await ask(...["podinfo", "slow", "podinfo"].map((target) => about(inlineCheck(RATE), target)));

    assert.equal(queries - before, 2);
  });

  it("of a template go where the template says, with its Secret read once for all of them", async () => {
    const settings = { address: prometheus.address, headers: {}, region: "", insecureSkipVerify: false };
    templates.set("rate", { type: "prometheus", settings, secret: "prometheus", query: RATE });
    const check = customCheck({ source: { kind: "template", namespace: "mesh", name: "rate" } });
    secretsRead.length = 0;

    const found = await ask(
      ...["podinfo", "slow"].map((target) => ({ ...about(check, target), address: "http://127.0.0.1:9" })),
    );

    assert.deepEqual(
      found.map(({ kind }) => kind),
      ["value", "value"],
    );
    assert.deepEqual(secretsRead, ["/api/v1/namespaces/mesh/secrets/prometheus"]);
  });

  it("of a template use the window's own words, and others only while it is shortened", async () => {
    const settings = { address: prometheus.address, headers: {}, region: "", insecureSkipVerify: false };
    templates.set("words", {
      type: "prometheus",
      settings,
      secret: null,
      query: 'label_replace(up, "w", "{{ interval }}", "", "")',
    });
    const source = { kind: "template", namespace: "mesh", name: "words" } as const;
    const whole = customCheck({ source });

    const found = await ask(about(whole), about({ ...whole, window: seconds(17) }));

    assert.deepEqual(
      found.map(({ query }) => /"w", "(\w+)"/.exec(query)?.[1]),
      ["1m", "17s"],
    );
  });

  it("of a template give an error when it or its Secret is missing, or lacks what is needed", async () => {
    const settings = { address: prometheus.address, headers: {}, region: "", insecureSkipVerify: false };
    templates.set("no-secret", { type: "prometheus", settings, secret: "gone", query: "up" });
    templates.set("no-key", { type: "datadog", settings, secret: "prometheus", query: "up" });
    templates.set("no-address", {
      type: "prometheus",
      settings: { ...settings, address: "" },
      secret: null,
      query: "up",
    });
    templates.set("other", { type: "carrier-pigeon", settings, secret: null, query: "up" });
    templates.set("no-variable", { type: "prometheus", settings, secret: null, query: "up{a='{{ variables.a }}'}" });
    const names = ["missing", "no-secret", "no-key", "no-address", "other", "no-variable"];
    const checks = names.map((name) => customCheck({ name, source: { kind: "template", namespace: "mesh", name } }));

    const found = await ask(...checks.map((check) => about(check)));

    assert.deepEqual(
      found.map((one) => (one.kind === "error" ? one.problem : one.kind)),
      [
        "MetricTemplate mesh/missing does not exist",
        "the Secret mesh/gone does not exist",
        "Datadog gave no answer: its Secret has no datadog_api_key",
        "Prometheus gave no answer: the address is missing; set provider.address",
        "metrics of type carrier-pigeon cannot be asked for by this version; it knows prometheus, influxdb, datadog, " +
          "externalmetrics, stackdriver, cloudwatch, newrelic, graphite, dynatrace, keptn, splunk",
        "the text of the query is wrong: there is no variable a; add it to templateVariables",
      ],
    );
  });
});
