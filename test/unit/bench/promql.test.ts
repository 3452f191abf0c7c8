import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { canaryOf, readQuery } from "../../../scripts/bench/promql.ts";
import { renderDuration, renderRequestCounts } from "../../../src/analysis/render-query.ts";
import { seconds } from "../../../src/units.ts";

const workload = (name: string) => ({ name, kind: "Deployment" }) as const;
const scope = {
  family: "istio",
  namespaces: ["bench-0", "bench-1"],
  workloads: [workload("canary-00001"), workload("canary-00001-primary")],
  window: seconds(60),
} as const;

describe("the stand-in for Prometheus", () => {
  it("understands the queries that the product asks", () => {
    const { namespaces } = scope;
    const workloads = scope.workloads.map(({ name }) => name);

    assert.deepEqual(readQuery(renderRequestCounts(scope)), { what: "requests", namespaces, workloads });
    assert.deepEqual(readQuery(renderDuration(scope)), { what: "duration", namespaces, workloads });
  });

  it("understands a query for a single workload", () => {
    const one = { ...scope, namespaces: ["bench-0"], workloads: [workload("canary-00001")] };

    assert.deepEqual(readQuery(renderRequestCounts(one))?.workloads, ["canary-00001"]);
  });

  it("does not pretend to understand anything else", () => {
    assert.equal(readQuery("up"), null);
    assert.equal(readQuery('sum(rate(istio_requests_total{destination_workload="a"}[1m]))'), null);
  });

  it("knows which canary a workload belongs to", () => {
    assert.deepEqual(["canary-00001", "canary-00001-primary"].map(canaryOf), ["canary-00001", "canary-00001"]);
  });
});
