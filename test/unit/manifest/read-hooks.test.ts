import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HOOK_TYPES } from "../../../src/rollout/hook.ts";
import { readCanary } from "../../../src/rollout/manifest/read-canary.ts";
import { millis, seconds } from "../../../src/units.ts";
import { CONTEXT, manifest } from "./sample-manifest.ts";

const HOOK = { name: "load", url: "http://load-tester.test/" };

const read = (webhooks: unknown) => readCanary(manifest({ analysis: { webhooks } }), CONTEXT);
const hooksOf = (...webhooks: readonly object[]) => {
  const { canary, problem } = read(webhooks);
  assert.equal(problem, null);
  return canary?.analysis.hooks ?? [];
};
const problemOf = (...webhooks: readonly unknown[]) => {
  const { canary, problem } = read(webhooks);
  assert.equal(canary, null);
  assert.ok(problem !== null && problem.problem !== "" && problem.fix !== "");
  return problem;
};

describe("the webhooks of a manifest", () => {
  it("have the defaults of the Canary API", () => {
    assert.deepEqual(hooksOf(HOOK), [
      {
        name: "load",
        type: "rollout",
        url: "http://load-tester.test/",
        timeout: seconds(10),
        retries: 0,
        insecure: false,
        muteAlert: false,
        metadata: {},
      },
    ]);
  });

  it("keep everything that the manifest says, in its order", () => {
    const gate = {
      name: "gate",
      type: "confirm-promotion",
      url: "https://load-tester.test/gate/check?x=1",
      timeout: "1m30s",
      retries: 3,
      disableTLS: true,
      muteAlert: true,
      metadata: { cmd: "hey -z 1m http://podinfo.test" },
    };

    const [first, second] = hooksOf(gate, HOOK);

    assert.deepEqual(first, {
      name: "gate",
      type: "confirm-promotion",
      url: "https://load-tester.test/gate/check?x=1",
      timeout: seconds(90),
      retries: 3,
      insecure: true,
      muteAlert: true,
      metadata: { cmd: "hey -z 1m http://podinfo.test" },
    });
    assert.equal(second?.name, "load");
  });

  it("may be of all nine types", () => {
    const types = ["", ...HOOK_TYPES];

    const read = hooksOf(...types.map((type, index) => ({ ...HOOK, name: `hook-${index}`, type })));

    assert.deepEqual(
      read.map(({ type }) => type),
      ["rollout", ...HOOK_TYPES],
    );
    assert.equal(types.length, 9);
  });

  it("may take up to a day, in minutes, seconds or both", () => {
    const timeouts = ["5s", "2m", "1m30s", "1440m"].map((timeout) => hooksOf({ ...HOOK, timeout })[0]?.timeout);

    assert.deepEqual(timeouts, [5_000, 120_000, 90_000, 86_400_000].map(millis));
  });

  it("are refused with the field that is wrong", () => {
    const at = "spec.analysis.webhooks[0]";
    for (const [field, value] of [
      ["timeout", "0s"],
      ["timeout", "soon"],
      ["timeout", "10 s"],
      ["timeout", "1441m"],
      ["timeout", "-1s"],
      ["timeout", 10],
      ["retries", -1],
      ["retries", 1.5],
      ["retries", 101],
      ["retries", "3"],
      ["type", "before-lunch"],
      ["url", "load-tester/"],
      ["url", "file:///etc/passwd"],
      ["url", "http://ana:secret@load-tester.test/"],
      ["url", null],
      ["name", ""],
      ["name", " "],
      ["metadata", null],
      ["metadata", { a: 1 }],
      ["disableTLS", "yes"],
      ["headers", {}],
    ] as const) {
      const { path } = problemOf({ ...HOOK, [field]: value });
      assert.ok(path.startsWith(`${at}.${field}`), `${field}=${String(value)}: ${path}`);
    }
    assert.equal(problemOf({ name: "load" }).path, `${at}.url`);
    assert.equal(read(null).problem?.path, "spec.analysis.webhooks");
  });

  it("never repeat a password that stands in an address", () => {
    const { problem, fix } = problemOf({ ...HOOK, url: "http://ana:s3cret@load-tester.test/" });

    assert.doesNotMatch(`${problem} ${fix}`, /s3cret/);
  });

  it("need a name each, under which their outcome is kept", () => {
    assert.equal(problemOf(HOOK, { ...HOOK, type: "rollback" }).path, "spec.analysis.webhooks[1].name");
  });
});
