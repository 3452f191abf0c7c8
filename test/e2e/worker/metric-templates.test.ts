import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import type { Rollout } from "../../../src/rollout/rollout.ts";
import { eventually } from "../../support/eventually.ts";
import { WorkerStage } from "./worker-stage.ts";

const TOKEN = "t0ken-that-nobody-may-see";
const QUERY = `
  # Share of requests that the {{ variables.reporter }} saw fail.
  100 - 100 * sum(increase(istio_requests_total{
    reporter="{{ variables.reporter }}", destination_workload="{{ target }}", response_code!~"5.*"
  }[{{ interval }}])) / sum(increase(istio_requests_total{
    reporter="{{ variables.reporter }}", destination_workload="{{ target }}"
  }[{{ interval }}]))`;

function template(address: string): object {
  const provider = { type: "prometheus", address, secretRef: { name: "prometheus" } };
  return {
    apiVersion: "flagger.app/v1beta1",
    kind: "MetricTemplate",
    metadata: { namespace: "monitoring", name: "error-rate" },
    spec: { provider, query: QUERY },
  };
}

const secret = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { namespace: "monitoring", name: "prometheus" },
  stringData: { token: TOKEN },
};

const evidenceOf = ({ evidence }: Rollout) => evidence.find(({ check }) => check === "errors");

describe("a canary that is judged by a MetricTemplate of another namespace", () => {
  const stage = new WorkerStage();
  before(async () => {
    await stage.start({
      spec: (spec) => {
        delete (spec["rollout"] as Record<string, unknown> | undefined)?.["approvals"];
        const templateRef = { name: "error-rate", namespace: "monitoring" };
        const metric = { name: "errors", templateRef, templateVariables: { reporter: "destination" } };
        (spec["analysis"] as { metrics: object[] }).metrics = [
          { ...metric, thresholdRange: { max: 1 }, interval: "10s" },
        ];
      },
    });
    await stage.untilPhase("initialized");
  });
  after(() => stage.stop());

  it("is held, with the reason, while the template or its Secret is missing", async () => {
    await stage.send(stage.command({ verb: "start", image: "6.1.0" }));

    await eventually(async () => assert.match(evidenceOf(await stage.rollout())?.problem ?? "", /does not exist/), {
      timeoutMs: 30_000,
    });
    const [verdict, weight] = [evidenceOf(await stage.rollout())?.verdict, await stage.weight()];
    await stage.kubernetes.apply([
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "monitoring" } },
      template(stage.prometheus.url),
    ] as never);

    assert.deepEqual([verdict, weight], ["error", 20]);
    await eventually(async () =>
      assert.match(evidenceOf(await stage.rollout())?.problem ?? "", /Secret monitoring\/prometheus does not exist/),
    );
  });

  it("goes on as soon as both are there, and keeps the figure as evidence", async () => {
    await stage.kubernetes.apply([secret] as never);

    const rollout = await stage.untilPhase("succeeded");

    const evidence = evidenceOf(rollout);
    assert.equal(evidence?.verdict, "pass");
    // Prometheus adds up in floating point.
    assert.ok(Math.abs(evidence.value ?? 1) < 1e-9, String(evidence.value));
    assert.match(evidence?.query ?? "", /destination_workload="podinfo"/);
  });

  it("is taken back by the same query when the version is bad", async () => {
    await stage.send(stage.command({ verb: "start", image: "6.2.0-bad" }));

    const rollout = await stage.untilPhase("failed");

    assert.equal(rollout.rollback?.cause, "failed-checks");
    assert.match(rollout.rollback?.detail ?? "", /errors \d/);
  });

  it("lets nobody see what the Secret holds", async () => {
    const logs = await Promise.all(stage.workers.map(({ logFile }) => readFile(logFile, "utf8")));

    assert.ok(logs.join("").length > 1_000);
    for (const text of [...logs, JSON.stringify(await stage.rollout()), JSON.stringify(stage.announcements)]) {
      assert.ok(!text.includes(TOKEN));
    }
  });
});
