import { firstWrong, json, type Fake } from "./fake.ts";

export const newrelic: Fake = {
  text: "SELECT filter(count(*), WHERE error IS true) / count(*) * 100 FROM Transaction",
  secret: { newrelic_account_id: "123456", newrelic_query_key: "query-key-1234" },
  refusal: ({ method, path, query }, { window }) =>
    firstWrong({
      "the account's path": method === "GET" && path === "/v1/accounts/123456/query",
      "the window": query.get("nrql") === `${newrelic.text} SINCE ${window / 1000} seconds ago`,
    }),
  trusts: ({ headers }) => headers["x-query-key"] === "query-key-1234",
  answer: (values) => json({ results: [{ result: values.at(-1) ?? null }], metadata: { openEnded: true } }),
  nothing: () => json({ results: [{ result: null }] }),
  twice: () => json({ results: [{ result: 1 }, { result: 2 }] }),
  failure: () => json({ error: "NRQL Syntax Error" }),
  takes: 3,
};

export const dynatrace: Fake = {
  text: "builtin:service.errors.total.rate:filter(eq(app,shop)):splitBy()",
  secret: { dynatrace_token: "dt0c01.token-1234" },
  refusal: ({ method, path, query }, { at, window }) =>
    firstWrong({
      "GET /api/v2/metrics/query": method === "GET" && path === "/api/v2/metrics/query",
      "the selector": query.get("metricSelector") === dynatrace.text,
      "one value": query.get("resolution") === "Inf",
      "ten windows in milliseconds": query.get("from") === String(at - 10 * window) && query.get("to") === String(at),
    }),
  trusts: ({ headers }) => headers["authorization"] === "Api-Token dt0c01.token-1234",
  answer: (values, at) => dynatraceAnswer(values.length === 0 ? [[]] : [[values.at(-1) ?? null]], at),
  nothing: (at) => dynatraceAnswer([], at),
  twice: (at) => dynatraceAnswer([[1], [2]], at),
  takes: 3,
};

function dynatraceAnswer(series: readonly (readonly (number | null)[])[], at: number) {
  const data = series.map((values) => ({ dimensions: [], timestamps: values.map(() => at), values }));
  return json({ totalCount: series.length, nextPageKey: null, result: [{ metricId: dynatrace.text, data }] });
}

export const externalmetrics: Fake = {
  text: "shop/queue-depth?labelSelector=app%3Dshop,tier in (web)",
  secret: { token: "t0ken-of-the-cluster" },
  refusal: ({ method, path, query }) =>
    firstWrong({
      "the metric's path":
        method === "GET" && path === "/apis/external.metrics.k8s.io/v1beta1/namespaces/shop/queue-depth",
      "the selector": query.get("labelSelector") === "app=shop,tier in (web)",
    }),
  trusts: ({ headers }) => headers["authorization"] === "Bearer t0ken-of-the-cluster",
  answer: (values) => metricList(values.slice(-1)),
  nothing: () => metricList([]),
  twice: () => metricList([1, 2]),
  takes: 3,
};

function metricList(values: readonly (number | null)[]) {
  const kind = "ExternalMetricValueList";
  const items = values.map((value) => ({ metricName: "queue-depth", value: value === null ? "" : `${value * 1000}m` }));
  return json({ kind, apiVersion: "external.metrics.k8s.io/v1beta1", items });
}

/** Read through the worker's own Kubernetes client, which is not what is under test here. */
export const keptn: Fake = {
  text: "keptnmetric/Shop/Response-Time",
  secret: null,
  refusal: ({ method, path }) =>
    firstWrong({
      "the metric":
        method === "GET" &&
        /^\/apis\/metrics\.keptn\.sh\/v1\/namespaces\/shop\/keptnmetrics\/response-time$/.test(path),
    }),
  trusts: ({ headers }) => headers["authorization"] === "Bearer cluster",
  answer: (values) => json({ kind: "KeptnMetric", status: { value: String(values.at(-1) ?? ""), lastUpdated: "now" } }),
  nothing: () => json({ kind: "KeptnMetric" }),
  twice: () => null,
  failure: () => json({ kind: "KeptnMetric", status: { value: "1", errMsg: "provider not found" } }),
  takes: 3,
  infinity: json({ kind: "KeptnMetric", status: { value: "+Inf" } }),
};
