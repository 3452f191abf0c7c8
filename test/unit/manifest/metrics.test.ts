import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCanary, type ReadContext } from "../../../src/rollout/manifest/read-canary.ts";
import { seconds } from "../../../src/units.ts";
import { CONTEXT, manifest } from "./sample-manifest.ts";

type Tree = Record<string, unknown>;

const withMetric = (metric: Tree, spec: Tree = {}) => manifest({ analysis: { metrics: [metric] }, spec });
const checkOf = (metric: Tree, spec: Tree = {}) => {
  const { canary, problem } = readCanary(withMetric(metric, spec), CONTEXT);
  assert.equal(problem, null);
  return canary?.analysis.checks[0];
};
const problemOf = (metric: Tree, context: ReadContext = CONTEXT, spec: Tree = {}) => {
  const { problem } = readCanary(withMetric(metric, spec), context);
  assert.ok(problem);
  assert.notEqual(problem.fix, "");
  return problem;
};

describe("a metric with its own query", () => {
  it("is read from the manifest, with its variables and the words of its interval", () => {
    const query = 'sum(rate(errors{app="{{ variables.app }}"}[{{ interval }}]))';
    const metric = {
      name: "errors",
      interval: "2m",
      query,
      templateVariables: { app: "shop" },
      thresholdRange: { max: 1 },
    };

    assert.deepEqual(checkOf(metric), {
      name: "errors",
      subject: "custom",
      min: null,
      max: 1,
      window: seconds(120),
      source: { kind: "inline", text: query },
      variables: { app: "shop" },
      interval: { text: "2m", length: seconds(120) },
    });
  });

  it("looks for its template in the canary's namespace, unless it names another", () => {
    const sourceOf = (templateRef: Tree) => {
      const check = checkOf({ name: "latency", templateRef });
      return check?.subject === "custom" ? check.source : null;
    };

    assert.deepEqual(sourceOf({ name: "t" }), { kind: "template", namespace: "demo", name: "t" });
    assert.deepEqual(sourceOf({ name: "t", namespace: "" }), { kind: "template", namespace: "demo", name: "t" });
    assert.deepEqual(sourceOf({ name: "t", namespace: "mesh" }), { kind: "template", namespace: "mesh", name: "t" });
  });

  it("has one minute of window where none is said, so that a template's interval is never empty", () => {
    const check = checkOf({ name: "latency", templateRef: { name: "t" } });

    assert.ok(check?.subject === "custom");
    assert.deepEqual(check.interval, { text: "1m", length: seconds(60) });
  });

  it("takes the older threshold for the most that passes, and zero where no limit is said", () => {
    const boundsOf = (limits: Tree) => {
      const check = checkOf({ name: "errors", query: "errors", ...limits });
      return [check?.min, check?.max];
    };

    assert.deepEqual(boundsOf({ threshold: 1.5 }), [null, 1.5]);
    assert.deepEqual(boundsOf({}), [null, 0]);
    assert.deepEqual(boundsOf({ threshold: 7, thresholdRange: { min: 2 } }), [2, null]);
    assert.deepEqual(boundsOf({ thresholdRange: {} }), [null, null]);
  });

  it("is asked instead of the built-in check whose name it has, not beside it", () => {
    const check = checkOf({ name: "request-duration", templateRef: { name: "t" }, thresholdRange: { max: 0.5 } });

    assert.deepEqual([check?.subject, check?.max], ["custom", 0.5]);
  });

  it("cannot come from two places", () => {
    assert.equal(
      problemOf({ name: "x", query: "up", templateRef: { name: "t" } }).path,
      "spec.analysis.metrics[0].query",
    );
  });

  it("is refused at once where its text cannot be understood", () => {
    const { path, problem } = problemOf({ name: "x", query: "up{{ end }}" });

    assert.equal(path, "spec.analysis.metrics[0].query");
    assert.match(problem, /closes nothing/);
  });

  it("must not come from another namespace where the worker forbids it", () => {
    const strict = { ...CONTEXT, noCrossNamespaceRefs: true };
    const template = (namespace: string) => ({ name: "x", templateRef: { name: "t", namespace } });

    assert.equal(problemOf(template("mesh"), strict).path, "spec.analysis.metrics[0].templateRef.namespace");
    assert.equal(readCanary(withMetric(template("demo")), strict).problem, null);
  });
});

describe("a metric without a query", () => {
  it("is refused when its name is no built-in one: a misspelt check must not pass", () => {
    for (const name of ["request-succes-rate", "latency", "", "Request-Duration"]) {
      const { path, fix } = problemOf({ name, thresholdRange: { min: 99 } });
      assert.equal(path, "spec.analysis.metrics[0].name");
      assert.match(fix, /request-success-rate/);
    }
    assert.equal(problemOf({ name: "latency", query: "" }).path, "spec.analysis.metrics[0].name");
  });
});

describe("metricsServer", () => {
  it("must be an http address without credentials", () => {
    const problemWith = (metricsServer: string) =>
      readCanary(manifest({ spec: { metricsServer } }), CONTEXT).problem?.path;

    for (const wrong of ["prometheus:9090", "file:///etc/passwd", "http://", "http://me:secret@prometheus"]) {
      assert.equal(problemWith(wrong), "spec.metricsServer", wrong);
    }
    for (const right of ["", "http://prometheus:9090", "https://metrics.example.com/tenant/a?x=1"]) {
      assert.equal(problemWith(right), undefined, right);
    }
  });
});
