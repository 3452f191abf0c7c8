import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCanary, type ReadContext } from "../../../src/rollout/manifest/read-canary.ts";
import { CONTEXT, manifest } from "./sample-manifest.ts";

const STRICT = { ...CONTEXT, noCrossNamespaceRefs: true };
const ALERT = { name: "on-call", providerRef: { name: "slack" } };

const read = (alerts: unknown, context: ReadContext = CONTEXT) =>
  readCanary(manifest({ analysis: { alerts } }), context);

describe("the alerts of a manifest", () => {
  it("get everything and look for their provider at home unless they say otherwise", () => {
    const { canary } = read([
      ALERT,
      { ...ALERT, severity: "" },
      { ...ALERT, severity: "error", providerRef: { name: "slack", namespace: "infra" } },
    ]);

    assert.deepEqual(
      canary?.analysis.alerts.map(({ severity, provider }) => [severity, provider.namespace, provider.name]),
      [
        ["info", "demo", "slack"],
        ["info", "demo", "slack"],
        ["error", "infra", "slack"],
      ],
    );
  });

  it("may not refer to another namespace where that is forbidden", () => {
    const elsewhere = { ...ALERT, providerRef: { name: "slack", namespace: "infra" } };
    const at = "spec.analysis.alerts[1].providerRef.namespace";

    assert.equal(read([ALERT, elsewhere], STRICT).problem?.path, at);
    assert.match(read([ALERT, elsewhere], STRICT).problem?.fix ?? "", /demo/);
    assert.equal(read([ALERT, elsewhere]).problem, null);
    assert.equal(read([{ ...ALERT, providerRef: { name: "slack", namespace: "demo" } }], STRICT).problem, null);
  });

  it("are refused with the field that is wrong", () => {
    for (const [path, alert] of [
      ["spec.analysis.alerts[0].severity", { ...ALERT, severity: "fatal" }],
      ["spec.analysis.alerts[0].providerRef", { name: "on-call" }],
      ["spec.analysis.alerts[0].providerRef.name", { ...ALERT, providerRef: { name: "" } }],
      ["spec.analysis.alerts[0].providerRef", { ...ALERT, providerRef: null }],
    ] as const) {
      assert.equal(read([alert]).problem?.path, path);
    }
    assert.equal(read(null).problem?.path, "spec.analysis.alerts");
  });
});
