import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { CustomObjectsApi, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { eventually } from "../../support/eventually.ts";
import type { JsonObject } from "../../../src/playground/kubernetes/json.ts";
import type { KubernetesEmulator } from "../../../src/playground/kubernetes/server.ts";
import { ask } from "./http.ts";
import type { Parsed } from "./http.ts";
import { gadget, gadgetDefinition, kubeConfigOf, startCluster } from "./support.ts";

const GADGETS = "/apis/example.com/v1/namespaces/default/gadgets";
const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const place = { group: "example.com", version: "v1", namespace: "default", plural: "gadgets" };

describe("custom resources", () => {
  let emulator: KubernetesEmulator;
  let custom: CustomObjectsApi;

  before(async () => {
    emulator = await startCluster();
    await emulator.apply([gadgetDefinition]);
    custom = kubeConfigOf(emulator).makeApiClient(CustomObjectsApi);
  });
  after(() => emulator.stop());

  const create = (body: JsonObject, query = "") => ask(emulator, { method: "POST", path: GADGETS + query, body });
  const merge = (path: string, body: object) =>
    ask(emulator, { method: "PATCH", path, type: "application/merge-patch+json", body });

  it("are served as soon as their definition is established", async () => {
    const { json } = await ask(emulator, { path: `${DEFINITIONS}/gadgets.example.com` });

    assert.deepEqual(
      json.status.conditions.map((condition: Parsed) => [condition.type, condition.status]),
      [
        ["NamesAccepted", "True"],
        ["Established", "True"],
      ],
    );
    assert.deepEqual(json.status.storedVersions, ["v1"]);
    assert.equal((await ask(emulator, { path: GADGETS })).json.kind, "GadgetList");
  });

  it("lose unknown fields and gain defaults", async () => {
    const { status, json, headers } = await create(gadget("pruned", { unknown: 1, open: { anything: [1] } }));

    assert.equal(status, 201);
    assert.deepEqual(json.spec, { colour: "red", size: 1, open: { anything: [1] } });
    assert.match(String(headers["warning"]), /unknown field \\"spec.unknown\\"/);
  });

  it("are refused with every fault named", async () => {
    const { status, json } = await create(gadget("bad", { size: 10, colour: "blue", code: "A1", either: {} }));

    assert.equal(status, 422);
    assert.deepEqual(json.details.causes.map((cause: Parsed) => cause.field).sort(), [
      "<nil>",
      "spec.code",
      "spec.colour",
      "spec.either.a",
      "spec.size",
    ]);
    assert.match(json.message, /^Gadget.example.com "bad" is invalid: \[/);
    assert.match(json.message, /spec.colour: Unsupported value: "blue": supported values: "red", "green"/);
  });

  it("need apiVersion, kind and their required fields", async () => {
    const bare = await create({ metadata: { name: "bare" }, spec: { colour: "red" } });
    const empty = await create({ ...gadget("empty"), spec: {} });

    assert.equal(bare.status, 400);
    assert.match(empty.json.message, /spec.colour: Required value/);
  });

  it("refuse unknown fields when asked to be strict", async () => {
    const { status, json } = await create(gadget("strict", { unknown: 1 }), "?fieldValidation=Strict");

    assert.deepEqual(
      [status, json.message],
      [
        400,
        'Gadget in version "v1" cannot be handled as a Gadget: strict decoding error: unknown field "spec.unknown"',
      ],
    );
  });

  it("keep status and the rest apart, and count generations by the rest", async () => {
    await create({ ...gadget("two-sided"), status: { phase: "lost" } });
    const before = (await ask(emulator, { path: `${GADGETS}/two-sided` })).json;

    const status = (
      await merge(`${GADGETS}/two-sided/status`, {
        status: { phase: "New" },
        spec: { size: 5 },
        metadata: { labels: { a: "b" } },
      })
    ).json;
    const main = (await merge(`${GADGETS}/two-sided`, { status: { phase: "Other" }, spec: { size: 6 } })).json;

    assert.deepEqual([before.status, before.metadata.generation], [undefined, 1]);
    assert.deepEqual(
      [status.status, status.spec.size, status.metadata.generation, status.metadata.labels],
      [{ phase: "New" }, 1, 1, undefined],
    );
    assert.deepEqual([main.status, main.spec.size, main.metadata.generation], [{ phase: "New" }, 6, 2]);
  });

  it("have status conflicts as every other object", async () => {
    await create(gadget("contested"));

    const late = await merge(`${GADGETS}/contested/status`, {
      metadata: { resourceVersion: "3" },
      status: { phase: "x" },
    });
    const put = await ask(emulator, { method: "PUT", path: `${GADGETS}/contested`, body: gadget("contested") });

    assert.equal(late.status, 409);
    assert.deepEqual([put.status, put.json.details.causes[0].field], [422, "metadata.resourceVersion"]);
  });

  it("scale through their scale subresource", async () => {
    await create(gadget("scalable"));

    const scale = (await ask(emulator, { path: `${GADGETS}/scalable/scale` })).json;
    const changed = await ask(emulator, {
      method: "PUT",
      path: `${GADGETS}/scalable/scale`,
      body: { ...scale, spec: { replicas: 4 } },
    });
    const again = await ask(emulator, {
      method: "PUT",
      path: `${GADGETS}/scalable/scale`,
      body: { ...scale, spec: { replicas: 5 } },
    });
    const tooMany = await merge(`${GADGETS}/scalable/scale`, { spec: { replicas: 50 } });

    assert.deepEqual([scale.kind, scale.spec.replicas, scale.status.replicas], ["Scale", 1, 0]);
    assert.deepEqual([changed.status, changed.json.spec.replicas], [200, 4]);
    assert.equal(again.status, 409);
    assert.equal(tooMany.status, 422);
  });

  it("do not take strategic merge patches", async () => {
    await create(gadget("plain"));

    const patched = await ask(emulator, {
      method: "PATCH",
      path: `${GADGETS}/plain`,
      type: "application/strategic-merge-patch+json",
      body: {},
    });

    assert.equal(patched.status, 415);
  });

  it("show every served version of one stored object", async () => {
    await create(gadget("versioned"));

    const beta = (await ask(emulator, { path: "/apis/example.com/v1beta1/namespaces/default/gadgets/versioned" })).json;
    await ask(emulator, {
      method: "PUT",
      path: "/apis/example.com/v1beta1/namespaces/default/gadgets/versioned",
      body: { ...beta, spec: { ...beta.spec, size: 3 } },
    });
    const stable = (await ask(emulator, { path: `${GADGETS}/versioned` })).json;

    assert.deepEqual(
      [beta.apiVersion, stable.apiVersion, stable.spec.size],
      ["example.com/v1beta1", "example.com/v1", 3],
    );
  });

  it("work through CustomObjectsApi", async () => {
    await custom.createNamespacedCustomObject({ ...place, body: gadget("typed") });
    const patch = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
    await custom.patchNamespacedCustomObjectStatus(
      { ...place, name: "typed", body: { status: { phase: "Ready" } } },
      patch,
    );

    const found = await custom.getNamespacedCustomObject({ ...place, name: "typed" });
    await custom.deleteNamespacedCustomObject({ ...place, name: "typed" });

    assert.equal(found.status.phase, "Ready");
    assert.equal((await ask(emulator, { path: `${GADGETS}/typed` })).status, 404);
  });

  it("go away with their definition", async () => {
    const name = "widgets.example.com";
    const spec = gadgetDefinition["spec"] as JsonObject;
    await emulator.apply([
      { ...gadgetDefinition, metadata: { name }, spec: { ...spec, names: { plural: "widgets", kind: "Widget" } } },
    ]);
    await emulator.apply([{ ...gadget("w1"), kind: "Widget" }]);

    await ask(emulator, { method: "DELETE", path: `${DEFINITIONS}/${name}` });

    await eventually(async () => assert.equal((await ask(emulator, { path: `${DEFINITIONS}/${name}` })).status, 404));
    assert.equal(
      (await ask(emulator, { path: "/apis/example.com/v1/namespaces/default/widgets" })).text,
      "404 page not found\n",
    );
  });

  const broken: [string, JsonObject, RegExp][] = [
    [
      "a name that is not plural.group",
      { metadata: { name: "other.example.com" } },
      /must be spec.names.plural\+"."\+spec.group/,
    ],
    [
      "no storage version",
      { spec: { ...(gadgetDefinition["spec"] as JsonObject), versions: [] } },
      /must have at least one version/,
    ],
    [
      "a schema that is not structural",
      {
        spec: {
          ...(gadgetDefinition["spec"] as JsonObject),
          versions: [
            {
              name: "v1",
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: "object", properties: { spec: { properties: {} } } } },
            },
          ],
        },
      },
      /properties\[spec\].type: Required value: must not be empty for specified object fields/,
    ],
  ];
  for (const [what, change, pattern] of broken) {
    it(`refuse a definition with ${what}`, async () => {
      const { status, json } = await ask(emulator, {
        method: "POST",
        path: DEFINITIONS,
        body: { ...gadgetDefinition, ...change },
      });

      assert.equal(status, 422);
      assert.match(json.message, pattern);
    });
  }
});
