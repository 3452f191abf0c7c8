import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { configKey, configsOf, renameConfigs } from "../../../../src/kubernetes/configs/config-references.ts";

const reading = (from: object) => ({
  name: "app",
  env: [
    { name: "A", value: "1" },
    { name: "B", valueFrom: from },
  ],
});

/** Pod specs that refer to one config each, by every way there is. */
const WAYS: Readonly<Record<string, readonly [string, object]>> = {
  "a volume of a ConfigMap": ["configmap/x", { volumes: [{ configMap: { name: "x" } }] }],
  "a volume of a Secret": ["secret/x", { volumes: [{ secret: { secretName: "x" } }] }],
  "a projected ConfigMap": ["configmap/x", { volumes: [{ projected: { sources: [{ configMap: { name: "x" } }] } }] }],
  "a projected Secret": ["secret/x", { volumes: [{ projected: { sources: [{ secret: { name: "x" } }] } }] }],
  "a variable of a ConfigMap": ["configmap/x", { containers: [reading({ configMapKeyRef: { name: "x", key: "k" } })] }],
  "a variable of a Secret": ["secret/x", { containers: [reading({ secretKeyRef: { name: "x", key: "k" } })] }],
  "all variables of a ConfigMap": ["configmap/x", { containers: [{ envFrom: [{ configMapRef: { name: "x" } }] }] }],
  "all variables of a Secret": ["secret/x", { containers: [{ envFrom: [{ secretRef: { name: "x" } }] }] }],
  "an init container": ["secret/x", { initContainers: [{ envFrom: [{ secretRef: { name: "x" } }] }] }],
};

describe("what a pod spec refers to", () => {
  for (const [way, [key, podSpec]] of Object.entries(WAYS)) {
    it(`is found in ${way}, and renamed there`, () => {
      assert.deepEqual(configsOf(podSpec).map(configKey), [key]);

      const renamed = renameConfigs(podSpec, ({ name }) => `${name}-primary`);

      assert.equal(JSON.stringify(renamed), JSON.stringify(podSpec).replace('"x"', '"x-primary"'));
    });
  }

  it("is not what pulls images, nor what only looks like a reference", () => {
    const podSpec = {
      imagePullSecrets: [{ name: "registry" }],
      volumes: [{ csi: { nodePublishSecretRef: { name: "csi" } } }, { emptyDir: {} }],
      containers: [{ name: "x", env: [{ name: "x", value: "x" }] }],
    };

    assert.deepEqual(configsOf(podSpec), []);
  });

  it("is optional only when every place says so", () => {
    const volume = (optional?: boolean) => ({ configMap: { name: "x", ...(optional !== undefined && { optional }) } });
    const optional = (...volumes: readonly object[]) => configsOf({ volumes })[0]?.optional;

    assert.equal(optional(volume(true), volume(true)), true);
    assert.equal(optional(volume(true), volume()), false);
    assert.equal(optional(volume(false)), false);
  });

  it("is listed once each, sorted", () => {
    const volumes = ["b", "a", "b"].map((name) => ({ configMap: { name } }));

    assert.deepEqual(configsOf({ volumes }).map(configKey), ["configmap/a", "configmap/b"]);
  });

  it("leaves anything else as it is, whatever that is", () => {
    const parts = fc.record(
      { volumes: fc.jsonValue(), containers: fc.jsonValue(), initContainers: fc.jsonValue(), other: fc.jsonValue() },
      { requiredKeys: [] },
    );

    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), parts), (podSpec) => {
        const same = renameConfigs(podSpec, ({ name }) => name);

        assert.equal(JSON.stringify(same), JSON.stringify(podSpec));
      }),
    );
  });
});
