import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { renderDuration, renderRequestCounts, type QueryScope } from "../../../src/analysis/render-query.ts";
import { millis, seconds } from "../../../src/units.ts";

const window = seconds(60);
const istio = (namespaces: readonly string[], names: readonly string[]): QueryScope => {
  return { family: "istio", namespaces, workloads: names.map((name) => ({ name, kind: "Deployment" })), window };
};

describe("the query for request counts", () => {
  it("names one workload plainly", () => {
    assert.equal(
      renderRequestCounts(istio(["demo"], ["podinfo"])),
      "sum by (destination_workload_namespace, destination_workload, response_code) (increase(istio_requests_total{" +
        'reporter="destination",destination_workload_namespace="demo",destination_workload="podinfo"}[60s]))',
    );
  });

  it("is the same text whatever order the workloads come in, and however often", () => {
    const one = renderRequestCounts(istio(["b", "a"], ["y", "x", "y"]));
    const other = renderRequestCounts(istio(["a", "b", "b"], ["x", "y"]));

    assert.equal(one, other);
    assert.match(one, /destination_workload=~"x\|y"/);
  });

  it("escapes what means something in a pattern, and what ends a string", () => {
    const text = renderRequestCounts(istio(["demo"], ["a.b", 'c"d', "e|f"]));

    assert.ok(text.includes(String.raw`destination_workload=~"a\\.b|c\"d|e\\|f"`), text);
  });

  it("lets no name end the selector", () => {
    const text = renderRequestCounts(istio(["demo"], ['x"} or vector(1) #']));

    assert.ok(text.includes(String.raw`destination_workload="x\"} or vector(1) #"}`), text);
  });
});

describe("the query for durations", () => {
  it("gives windows in whole units", () => {
    const scope = istio(["demo"], ["podinfo"]);

    assert.match(renderDuration({ ...scope, window: seconds(90) }), /\[90s\]/);
    assert.match(renderDuration({ ...scope, window: millis(1_500) }), /\[1500ms\]/);
    assert.match(renderDuration({ ...scope, window: millis(0.2) }), /\[1ms\]/);
  });

  it("asks for the 99th percentile by workload", () => {
    assert.equal(
      renderDuration(istio(["demo"], ["podinfo"])),
      "histogram_quantile(0.99, sum by (destination_workload_namespace, destination_workload, le) " +
        "(rate(istio_request_duration_milliseconds_bucket{" +
        'reporter="destination",destination_workload_namespace="demo",destination_workload="podinfo"}[60s])))',
    );
  });
});

describe("the queries for pods", () => {
  const pods = (...workloads: QueryScope["workloads"]): QueryScope => {
    return { family: "pods", namespaces: ["demo"], workloads, window };
  };
  const patternIn = (text: string): RegExp => {
    const [, pattern = ""] = /kubernetes_pod_name=~"([^"]*)"/.exec(text) ?? [];
    return new RegExp(`^(?:${pattern.replaceAll("\\\\", "\\")})$`);
  };

  it("add pods up by the workload that their names tell", () => {
    const text = renderRequestCounts(pods({ name: "podinfo", kind: "Deployment" }));

    const pod = "(podinfo)-[bcdfghjklmnpqrstvwxz2456789]{1,10}-[bcdfghjklmnpqrstvwxz2456789]{5}";
    assert.equal(
      text,
      "sum by (kubernetes_namespace, coalmine_workload, status) (label_replace(" +
        `increase(http_request_duration_seconds_count{kubernetes_namespace="demo",kubernetes_pod_name=~"${pod}"}[60s]), ` +
        `"coalmine_workload", "$1", "kubernetes_pod_name", "${pod}"))`,
    );
  });

  it("turn seconds into milliseconds", () => {
    assert.match(renderDuration(pods({ name: "a", kind: "DaemonSet" })), /^1000 \* histogram_quantile\(0\.99, /);
  });

  it("take no other workload's pods for their own, least of all primary's", () => {
    const ofDeployment = patternIn(renderRequestCounts(pods({ name: "podinfo", kind: "Deployment" })));
    const ofDaemonSet = patternIn(renderRequestCounts(pods({ name: "podinfo", kind: "DaemonSet" })));

    assert.match("podinfo-6d5f7c9b84-x7k2p", ofDeployment);
    assert.match("podinfo-x7k2p", ofDaemonSet);
    for (const other of ["podinfo-primary-x7k2p", "podinfo-primary-6d5f7c9b84-x7k2p", "podinfo-db-0", "podinfo-0"]) {
      assert.doesNotMatch(other, ofDeployment);
      assert.doesNotMatch(other, ofDaemonSet);
    }
    assert.doesNotMatch("podinfo-x7k2p", ofDeployment);
    assert.doesNotMatch("podinfo-6d5f7c9b84-x7k2p", ofDaemonSet);
  });
});
