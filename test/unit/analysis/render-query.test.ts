import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { renderDuration, renderRequestCounts } from "../../../src/analysis/render-query.ts";
import { millis, seconds } from "../../../src/units.ts";

const window = seconds(60);

describe("the query for request counts", () => {
  it("names one workload plainly", () => {
    assert.equal(
      renderRequestCounts({ namespaces: ["demo"], workloads: ["podinfo"], window }),
      "sum by (destination_workload_namespace, destination_workload, response_code) (increase(istio_requests_total{" +
        'reporter="destination",destination_workload_namespace="demo",destination_workload="podinfo"}[60s]))',
    );
  });

  it("is the same text whatever order the workloads come in, and however often", () => {
    const one = renderRequestCounts({ namespaces: ["b", "a"], workloads: ["y", "x", "y"], window });
    const other = renderRequestCounts({ namespaces: ["a", "b", "b"], workloads: ["x", "y"], window });

    assert.equal(one, other);
    assert.match(one, /destination_workload=~"x\|y"/);
  });

  it("escapes what means something in a pattern, and what ends a string", () => {
    const text = renderRequestCounts({ namespaces: ["demo"], workloads: ["a.b", 'c"d', "e|f"], window });

    assert.ok(text.includes(String.raw`destination_workload=~"a\\.b|c\"d|e\\|f"`), text);
  });

  it("lets no name end the selector", () => {
    const text = renderRequestCounts({ namespaces: ["demo"], workloads: ['x"} or vector(1) #'], window });

    assert.ok(text.includes(String.raw`destination_workload="x\"} or vector(1) #"}`), text);
  });
});

describe("the query for durations", () => {
  it("gives windows in whole units", () => {
    const scope = { namespaces: ["demo"], workloads: ["podinfo"] };

    assert.match(renderDuration({ ...scope, window: seconds(90) }), /\[90s\]/);
    assert.match(renderDuration({ ...scope, window: millis(1_500) }), /\[1500ms\]/);
    assert.match(renderDuration({ ...scope, window: millis(0.2) }), /\[1ms\]/);
  });

  it("asks for the 99th percentile by workload", () => {
    assert.equal(
      renderDuration({ namespaces: ["demo"], workloads: ["podinfo"], window }),
      "histogram_quantile(0.99, sum by (destination_workload_namespace, destination_workload, le) " +
        "(rate(istio_request_duration_milliseconds_bucket{" +
        'reporter="destination",destination_workload_namespace="demo",destination_workload="podinfo"}[60s])))',
    );
  });
});
