import type { METRIC_PROVIDERS } from "../../../../src/metric-providers/registry.ts";
import { cloudwatch } from "./cloudwatch.ts";
import { firstWrong, json, type Fake } from "./fake.ts";
import { dynatrace, externalmetrics, keptn, newrelic } from "./single-figures.ts";
import { influxdb, splunk, stackdriver } from "./streams.ts";

const prometheus: Fake = {
  text: "sum(errors)",
  secret: { token: "t0ken-of-prometheus" },
  settings: { headers: { "X-Scope-OrgID": ["tenant-7"] } },
  refusal: ({ method, path, headers, body }, { at }) => {
    const form = new URLSearchParams(body);
    return firstWrong({
      "POST /api/v1/query": method === "POST" && path === "/api/v1/query",
      "a form": headers["content-type"] === "application/x-www-form-urlencoded",
      "the query": form.get("query") === "sum(errors)",
      "the time": form.get("time") === String(at / 1000),
      "the template's headers": headers["x-scope-orgid"] === "tenant-7",
    });
  },
  trusts: ({ headers }) => headers["authorization"] === "Bearer t0ken-of-prometheus",
  answer: (values, at) => vector(values.slice(-1).map((value) => [{}, value ?? Number.NaN, at])),
  nothing: (at) => vector([[{}, Number.NaN, at]]),
  twice: (at) =>
    vector([
      [{ pod: "a" }, 1, at],
      [{ pod: "b" }, 1, at],
    ]),
  failure: () => json({ status: "error", errorType: "execution", error: "too many samples" }),
  takes: 3,
  infinity: json({
    status: "success",
    data: { resultType: "vector", result: [{ metric: {}, value: [1_790_000_000, "+Inf"] }] },
  }),
};

function vector(rows: readonly (readonly [object, number, number])[]) {
  const result = rows.map(([metric, value, at]) => ({ metric, value: [at / 1000, String(value)] }));
  return json({ status: "success", data: { resultType: "vector", result } });
}

const datadog: Fake = {
  text: "avg:requests.error_rate{service:shop}",
  secret: { datadog_api_key: "api-key-1234", datadog_application_key: "app-key-1234" },
  refusal: ({ method, path, query }, { at, window }) =>
    firstWrong({
      "GET /api/v1/query": method === "GET" && path === "/api/v1/query",
      "whole seconds from ten windows back": query.get("from") === String(Math.floor((at - 10 * window) / 1000)),
      "until now": query.get("to") === String(Math.floor(at / 1000)),
      "the query": query.get("query") === datadog.text,
    }),
  trusts: ({ headers }) => headers["dd-api-key"] === "api-key-1234" && headers["dd-application-key"] === "app-key-1234",
  answer: (values, at) => {
    const points = values.map((value, index): [number, number | null] => [
      at - (values.length - index) * 20_000,
      value,
    ]);
    // The last one is still being filled: its time is not over.
    return datadogAnswer([[...points, [at - 10_000, 9_999]]]);
  },
  nothing: () => datadogAnswer([]),
  twice: (at) => datadogAnswer([[[at - 40_000, 1]], [[at - 40_000, 2]]]),
  failure: () => json({ status: "error", error: "Error parsing query", series: [] }),
  takes: 3,
};

function datadogAnswer(series: readonly (readonly (readonly [number, number | null])[])[]) {
  return json({ status: "ok", series: series.map((pointlist) => ({ interval: 20, pointlist, metric: "x" })) });
}

const graphite: Fake = {
  text: "target=summarize(\n  asPercent(a, b), '1m')&from=-2min",
  secret: { username: "grafana", password: "pass-of-graphite" },
  refusal: ({ method, path, query }) =>
    firstWrong({
      "GET /render": method === "GET" && path === "/render",
      JSON: query.get("format") === "json",
      "the target in one line": query.get("target") === "summarize( asPercent(a, b), '1m')",
      "the text's own from": query.get("from") === "-2min",
    }),
  trusts: ({ headers }) =>
    headers["authorization"] === `Basic ${Buffer.from("grafana:pass-of-graphite").toString("base64")}`,
  answer: (values, at) => json([{ target: "a", datapoints: values.map((value, index) => [value, at / 1000 + index]) }]),
  nothing: () => json([]),
  twice: () =>
    json([
      { target: "a", datapoints: [[1, 1]] },
      { target: "b", datapoints: [[2, 1]] },
    ]),
  takes: 3,
};

/** Each kind of source that manifests can name has to be here. */
export const FAKES: Readonly<Record<keyof typeof METRIC_PROVIDERS, Fake>> = {
  prometheus,
  datadog,
  graphite,
  influxdb,
  newrelic,
  dynatrace,
  cloudwatch,
  stackdriver,
  splunk,
  externalmetrics,
  keptn,
};
