import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { eventually } from "../../support/eventually.ts";
import type { KubernetesEmulator } from "../../../src/playground/kubernetes/server.ts";
import { deployment, gadget, gadgetDefinition, Kubectl, kubectlMissing, startCluster } from "./support.ts";

describe("kubectl on the emulator", { skip: kubectlMissing() }, () => {
  let emulator: KubernetesEmulator;
  let kubectl: Kubectl;

  before(async () => {
    emulator = await startCluster();
    kubectl = await Kubectl.for(emulator);
  });
  after(async () => {
    await kubectl.close();
    await emulator.stop();
  });

  it("lists what can be served", async () => {
    const text = await kubectl.output("api-resources");

    assert.match(text, /^deployments +deploy +apps\/v1 +true +Deployment$/m);
    assert.match(text, /^customresourcedefinitions +crd,crds +apiextensions.k8s.io\/v1 +false/m);
  });

  it("tells the version and that it may do everything", async () => {
    assert.match(await kubectl.output("version"), /Server Version: v1\.32/);
    assert.match(await kubectl.output("auth", "can-i", "delete", "pods"), /yes/);
  });

  it("applies a Deployment, and finds it unchanged the second time", async () => {
    const first = await kubectl.withInput([deployment("applied", "app:1.0.0")], "apply");
    await kubectl.output("rollout", "status", "deployment/applied", "--timeout=10s");
    const second = await kubectl.withInput([deployment("applied", "app:1.0.0")], "apply");
    const third = await kubectl.withInput([deployment("applied", "app:1.0.1")], "apply");

    assert.match(first.stdout, /deployment.apps\/applied created/);
    assert.match(second.stdout, /deployment.apps\/applied unchanged/);
    assert.match(third.stdout, /deployment.apps\/applied configured/);
  });

  it("apply merges containers by name and removes what the manifest no longer has", async () => {
    await kubectl.withInput([deployment("merged", "app:1.0.0", { replicas: 1 })], "apply");
    await kubectl.output("set", "env", "deployment/merged", "BY_HAND=yes");
    const manifest = deployment("merged", "app:1.0.1", { replicas: 1 });
    await kubectl.withInput([manifest], "apply");

    const containers = JSON.parse(
      await kubectl.output("get", "deployment", "merged", "-o", "jsonpath={.spec.template.spec.containers}"),
    );

    assert.equal(containers.length, 1);
    assert.equal(containers[0].image, "app:1.0.1");
    assert.deepEqual(containers[0].env, [{ name: "BY_HAND", value: "yes" }]);
  });

  it("apply takes its merge rules from the server's OpenAPI document", async () => {
    await kubectl.withInput([deployment("ruled", "app:1.0.0", { replicas: 0 })], "apply");

    const second = await kubectl.withInput([deployment("ruled", "app:1.0.1", { replicas: 0 })], "apply", "-v=8");

    assert.match(second.stderr, /PATCH .*deployments\/ruled/);
    assert.match(second.stderr, /\$setElementOrder\/containers/);
    assert.doesNotMatch(second.stderr, /does not support strategic merge patch/);
  });

  it("apply changes the strategy without leaving the old one's settings behind", async () => {
    await kubectl.withInput([deployment("turned", "app:1.0.0", { replicas: 0 })], "apply");

    const second = await kubectl.withInput(
      [deployment("turned", "app:1.0.0", { replicas: 0, strategy: { type: "Recreate" } })],
      "apply",
    );

    assert.equal(second.stderr, "");
    assert.equal(
      await kubectl.output("get", "deployment", "turned", "-o", "jsonpath={.spec.strategy}"),
      '{"type":"Recreate"}',
    );
  });

  it("prints tables with the real columns", async () => {
    await emulator.apply([deployment("shown", "app:1.0.0")]);
    await kubectl.output("rollout", "status", "deployment/shown", "--timeout=10s");

    const narrow = await kubectl.output("get", "deployment", "shown");
    const wide = await kubectl.output("get", "pods", "-l", "app=shown", "-o", "wide");

    assert.match(narrow, /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nshown +2\/2 +2 +2 +\d+s\n$/);
    assert.match(wide, /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\n/);
    assert.match(wide, /1\/1 +Running +0 +\d+s +10\.244\.\d+\.\d+ +playground-node/);
  });

  it("prints a custom resource's own columns, the less important ones only when wide", async () => {
    await kubectl.withInput([gadgetDefinition], "apply");
    await kubectl.output("wait", "--for=condition=Established", "crd/gadgets.example.com", "--timeout=5s");
    await kubectl.withInput([gadget("columns", { size: 3 })], "create");

    assert.match(await kubectl.output("get", "gd"), /^NAME +SIZE +SINCE\ncolumns +3 +\d+s\n$/);
    assert.match(
      await kubectl.output("get", "gd", "-o", "wide"),
      /^NAME +SIZE +COLOUR +SINCE\ncolumns +3 +red +\d+s\n$/,
    );
    assert.match(await kubectl.output("explain", "gadget.spec.size"), /<integer>/);
  });

  it("scales custom resources through their scale subresource", async () => {
    await kubectl.withInput([gadgetDefinition], "apply");
    await kubectl.withInput([gadget("scaled")], "create");

    await kubectl.output("scale", "gadget", "scaled", "--replicas=5");

    assert.equal(await kubectl.output("get", "gadget", "scaled", "-o", "jsonpath={.spec.size}"), "5");
  });

  it("refuses unknown fields before anything is stored", async () => {
    const manifest = deployment("strict", "app:1.0.0", { replicass: 3 });

    const ran = await kubectl.withInput([manifest], "create");

    assert.notEqual(ran.code, 0);
    assert.match(ran.stderr, /strict decoding error: unknown field "spec.replicass"/);
    assert.match((await kubectl.run("get", "deployment", "strict")).stderr, /deployments.apps "strict" not found/);
  });

  it("says that there is no such kind before its definition is installed", async () => {
    const ran = await kubectl.withInput([{ ...gadget("early"), kind: "Gizmo" }], "apply");

    assert.match(ran.stderr, /no matches for kind "Gizmo" in version "example.com\/v1"/);
  });

  it("edits, labels and diffs", async () => {
    await emulator.apply([deployment("handled", "app:1.0.0", { replicas: 0 })]);
    await kubectl.output("label", "deployment", "handled", "tier=web");
    await kubectl.output("annotate", "deployment", "handled", "example.com/note=yes");

    const diff = await kubectl.withInput([deployment("handled", "app:2.0.0", { replicas: 0 })], "diff");

    assert.equal(
      await kubectl.output("get", "deployment", "-l", "tier=web", "-o", "name"),
      "deployment.apps/handled\n",
    );
    assert.match(diff.stdout, /^-.*image: app:1\.0\.0\n\+.*image: app:2\.0\.0$/m);
  });

  it("describes a Deployment with its events and sets", async () => {
    await emulator.apply([deployment("described", "app:1.0.0")]);
    await kubectl.output("rollout", "status", "deployment/described", "--timeout=10s");

    const text = await kubectl.output("describe", "deployment", "described");

    assert.match(text, /2 desired \| 2 updated \| 2 total \| 2 available \| 0 unavailable/);
    assert.match(text, /Available +True +MinimumReplicasAvailable/);
    assert.match(text, /NewReplicaSet: +described-[a-z0-9]+ \(2\/2 replicas created\)/);
    assert.match(text, /Scaled up replica set described-[a-z0-9]+ from 0 to 2/);
  });

  it("patches in all three ways", async () => {
    await emulator.apply([deployment("patched", "app:1.0.0", { replicas: 1 })]);
    const field = (path: string): Promise<string> =>
      kubectl.output("get", "deployment", "patched", "-o", `jsonpath={${path}}`);

    await kubectl.output("patch", "deployment", "patched", "--type", "merge", "-p", '{"spec":{"minReadySeconds":1}}');
    await kubectl.output(
      "patch",
      "deployment",
      "patched",
      "--type",
      "json",
      "-p",
      '[{"op":"test","path":"/spec/replicas","value":1},{"op":"replace","path":"/spec/replicas","value":2}]',
    );
    await kubectl.output(
      "patch",
      "deployment",
      "patched",
      "-p",
      '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"side:1"}]}}}}',
    );
    const failed = await kubectl.run(
      "patch",
      "deployment",
      "patched",
      "--type",
      "json",
      "-p",
      '[{"op":"test","path":"/spec/replicas","value":9}]',
    );

    assert.equal(await field(".spec.minReadySeconds"), "1");
    assert.equal(await field(".spec.replicas"), "2");
    assert.equal(await field(".spec.template.spec.containers[*].name"), "side app");
    assert.match(failed.stderr, /the server rejected our request/);
  });

  it("watches a rollout until it stops", async () => {
    await emulator.apply([deployment("watched", "app:1.0.0", { replicas: 1 })]);
    const watch = kubectl.start("get", "deployment", "watched", "-w");
    try {
      await eventually(() => assert.match(watch.text(), /watched +1\/1/));
      await kubectl.output("scale", "deployment", "watched", "--replicas=2");

      await eventually(() => assert.match(watch.text(), /watched +2\/2 +2 +2/));
    } finally {
      await watch.stop();
    }
  });
});
