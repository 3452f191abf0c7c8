import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { KubernetesEmulator } from "../../../src/playground/kubernetes/server.ts";
import type { JsonObject } from "../../../src/playground/kubernetes/json.ts";
import { configMap } from "./http.ts";
import { deployment, Kubectl, kubectlMissing, startCluster } from "./support.ts";

describe("kubectl apply --server-side on the emulator", { skip: kubectlMissing() }, () => {
  let emulator: KubernetesEmulator;
  let kubectl: Kubectl;
  const apply = (object: JsonObject, manager: string, ...more: string[]) =>
    kubectl.withInput([object], "apply", "--server-side", `--field-manager=${manager}`, ...more);

  before(async () => {
    emulator = await startCluster();
    kubectl = await Kubectl.for(emulator);
  });
  after(async () => {
    await kubectl.close();
    await emulator.stop();
  });

  it("makes and changes what one manager owns", async () => {
    await apply(configMap("owned", {}, { a: "1", b: "2" }), "alpha");
    const { stdout } = await apply(configMap("owned", {}, { a: "2" }), "alpha");

    assert.match(stdout, /configmap\/owned serverside-applied/);
    assert.equal(await kubectl.output("get", "configmap", "owned", "-o", "jsonpath={.data}"), '{"a":"2"}');
  });

  it("conflicts with another manager, until it is forced", async () => {
    await apply(configMap("wanted", {}, { a: "1" }), "alpha");
    const refused = await apply(configMap("wanted", {}, { a: "2" }), "beta");
    await apply(configMap("wanted", {}, { a: "2" }), "beta", "--force-conflicts");

    assert.match(
      refused.stderr,
      /Apply failed with 2 conflicts: conflicts with "alpha":\n- \.data\.a\n- \.metadata\.labels/,
    );
    assert.equal(await kubectl.output("get", "configmap", "wanted", "-o", "jsonpath={.data.a}"), "2");
    assert.match(
      await kubectl.output("get", "configmap", "wanted", "--show-managed-fields", "-o", "yaml"),
      /manager: beta/,
    );
  });

  it("leaves the number of replicas to whoever scales", async () => {
    const shop = deployment("shop", "app:1.0.0");
    const { replicas: _replicas, ...spec } = shop["spec"] as JsonObject;
    await apply({ ...shop, spec }, "alpha");
    await kubectl.output("scale", "deployment", "shop", "--replicas=3");
    await apply({ ...shop, spec: { ...spec, minReadySeconds: 1 } }, "alpha");

    assert.equal(await kubectl.output("get", "deployment", "shop", "-o", "jsonpath={.spec.replicas}"), "3");
  });
});
