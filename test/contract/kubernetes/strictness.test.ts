import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import type { KubernetesEmulator } from "../../../src/playground/kubernetes/server.ts";
import { ask, configMap } from "./http.ts";
import { deployment, startCluster } from "./support.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";
const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";

describe("the API server refuses", () => {
  let emulator: KubernetesEmulator;

  before(async () => {
    emulator = await startCluster();
    await emulator.apply([configMap("taken"), deployment("fixed", "app:1.0.0", { replicas: 0 })]);
  });
  after(() => emulator.stop());

  const post = (path: string, body: unknown, type?: string) =>
    ask(emulator, { method: "POST", path, body, ...(type === undefined ? {} : { type }) });

  it("what is not there, with a Status that names it", async () => {
    const { status, json } = await ask(emulator, { path: `${DEPLOYMENTS}/nope` });

    assert.equal(status, 404);
    assert.deepEqual(json, {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: 'deployments.apps "nope" not found',
      reason: "NotFound",
      details: { name: "nope", group: "apps", kind: "deployments" },
      code: 404,
    });
  });

  it("paths and groups that do not exist, in plain text", async () => {
    for (const path of ["/apis/nothing.example.com/v1/things", "/nowhere"]) {
      const { status, text } = await ask(emulator, { path });
      assert.deepEqual([status, text], [404, "404 page not found\n"], path);
    }
  });

  it("an object that exists already", async () => {
    const { status, json } = await post(MAPS, configMap("taken"));

    assert.deepEqual([status, json.reason, json.message], [409, "AlreadyExists", 'configmaps "taken" already exists']);
  });

  it("objects in a namespace that is missing or another one", async () => {
    const missing = await post("/api/v1/namespaces/nope/configmaps", { metadata: { name: "a" } });
    const other = await post(MAPS, { ...configMap("b"), metadata: { name: "b", namespace: "kube-system" } });

    assert.deepEqual([missing.status, missing.json.message], [404, 'namespaces "nope" not found']);
    assert.deepEqual(
      [other.status, other.json.message],
      [400, "the namespace of the provided object does not match the namespace sent on the request"],
    );
  });

  it("an update of an older version, and only that", async () => {
    const stored = (await ask(emulator, { path: `${MAPS}/taken` })).json;
    const put = (body: unknown) => ask(emulator, { method: "PUT", path: `${MAPS}/taken`, body });

    const stale = await put({ ...stored, metadata: { ...stored.metadata, resourceVersion: "1" } });
    const fresh = await put({ ...stored, data: { a: "1" } });
    const blind = await put({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "taken" }, data: { a: "2" } });

    assert.deepEqual([stale.status, stale.json.reason], [409, "Conflict"]);
    assert.match(
      stale.json.message,
      /Operation cannot be fulfilled on configmaps "taken": the object has been modified/,
    );
    assert.equal(fresh.status, 200);
    assert.equal(blind.status, 200);
  });

  it("a patch whose resourceVersion is not the present one", async () => {
    const patch = (body: unknown) =>
      ask(emulator, { method: "PATCH", path: `${MAPS}/taken`, type: "application/merge-patch+json", body });

    assert.equal((await patch({ metadata: { resourceVersion: "1" }, data: { x: "1" } })).status, 409);
    assert.equal((await patch({ data: { x: "1" } })).status, 200);
  });

  it("bodies and answers in forms that it does not speak", async () => {
    assert.equal((await post(MAPS, "name=x", "text/plain")).status, 415);
    assert.equal(
      (await post(MAPS, Buffer.from([0x6b, 0x38, 0x73, 0, 10, 3, 10, 1, 1]), "application/vnd.kubernetes.protobuf"))
        .status,
      415,
    );
    assert.equal((await ask(emulator, { path: MAPS, accept: "application/vnd.kubernetes.protobuf" })).status, 406);
    assert.equal((await ask(emulator, { path: MAPS, accept: "application/vnd.kubernetes.protobuf, */*" })).status, 200);
  });

  it("methods that a path does not have", async () => {
    assert.equal((await post("/api/v1/configmaps", configMap("everywhere"))).status, 405);
    assert.equal((await ask(emulator, { method: "DELETE", path: "/api/v1/namespaces" })).status, 405);
    assert.equal((await ask(emulator, { method: "PUT", path: MAPS, body: {} })).status, 405);
  });

  it("bodies beyond 3 MiB, and objects beyond 1.5 MiB", async () => {
    const lease = (size: number) => ({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "big" },
      rules: [{ apiGroups: [""], resources: ["x".repeat(size)], verbs: ["get"] }],
    });

    const body = await post("/apis/rbac.authorization.k8s.io/v1/clusterroles", lease(3.2 * 1024 * 1024));
    const object = await post("/apis/rbac.authorization.k8s.io/v1/clusterroles", lease(1.6 * 1024 * 1024));
    const data = await post(MAPS, configMap("heavy", {}, { a: "x".repeat(1.1 * 1024 * 1024) }));

    assert.deepEqual([body.status, body.json.reason], [413, "RequestEntityTooLarge"]);
    assert.match(object.json.message, /etcdserver: request is too large/);
    assert.deepEqual([data.status, data.json.details.causes[0].reason], [422, "FieldValueTooLong"]);
  });

  it("text that does not parse, and objects of another kind", async () => {
    assert.equal((await post(MAPS, "{")).status, 400);
    assert.match(
      (await post(MAPS, deployment("x", "a:1"))).json.message,
      /no kind "Deployment" is registered for version "apps\/v1"/,
    );
    assert.match(
      (await post(DEPLOYMENTS, { ...deployment("x", "a:1", { replicas: "three" }) })).json.message,
      /cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32/,
    );
  });

  it("unknown fields when asked to be strict, and warns of them otherwise", async () => {
    const body = { ...configMap("odd"), extra: 1 };

    const strict = await post(`${MAPS}?fieldValidation=Strict`, body);
    const warned = await post(MAPS, body);

    assert.deepEqual(
      [strict.status, strict.json.message],
      [400, 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "extra"'],
    );
    assert.equal(warned.status, 201);
    assert.match(String(warned.headers["warning"]), /299 - "unknown field \\"extra\\""/);
    assert.equal(warned.json.extra, undefined);
  });

  const invalid: [string, object, RegExp][] = [
    [
      "a bad name",
      { ...deployment("Bad_Name", "a:1") },
      /metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain/,
    ],
    [
      "a bad label",
      { ...deployment("x", "a:1"), metadata: { name: "x", labels: { a: "no spaces" } } },
      /metadata.labels: Invalid value: "no spaces"/,
    ],
    [
      "a selector that misses its template",
      deployment("x", "a:1", { selector: { matchLabels: { app: "y" } } }),
      /`selector` does not match template `labels`/,
    ],
    ["no selector", deployment("x", "a:1", { selector: null }), /spec.selector: Required value/],
    ["no image", deployment("x", ""), /spec.template.spec.containers\[0\].image: Required value/],
    [
      "negative replicas",
      deployment("x", "a:1", { replicas: -1 }),
      /spec.replicas: Invalid value: -1: must be greater than or equal to 0/,
    ],
    [
      "a rollout that cannot move",
      deployment("x", "a:1", { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
      /may not be 0 when `maxSurge` is 0/,
    ],
    [
      "a deadline below minReadySeconds",
      deployment("x", "a:1", { minReadySeconds: 9, progressDeadlineSeconds: 9 }),
      /must be greater than minReadySeconds/,
    ],
  ];
  for (const [name, body, pattern] of invalid) {
    it(`a Deployment with ${name}`, async () => {
      const { status, json } = await post(DEPLOYMENTS, body);

      assert.deepEqual([status, json.reason, json.details.kind], [422, "Invalid", "Deployment"]);
      assert.match(json.message, pattern);
    });
  }

  it("changes of what is immutable", async () => {
    const patch = (path: string, body: unknown) =>
      ask(emulator, { method: "PATCH", path, type: "application/merge-patch+json", body });
    await emulator.apply([
      { apiVersion: "v1", kind: "Service", metadata: { name: "kept" }, spec: { ports: [{ port: 80 }] } },
    ]);

    const selector = await patch(`${DEPLOYMENTS}/fixed`, {
      spec: { selector: { matchLabels: { tier: "x" } }, template: { metadata: { labels: { tier: "x" } } } },
    });
    const address = await patch("/api/v1/namespaces/default/services/kept", {
      spec: { clusterIP: "10.96.7.7", clusterIPs: ["10.96.7.7"] },
    });

    assert.match(selector.json.message, /spec.selector: Invalid value: .*field is immutable/);
    assert.match(address.json.message, /spec.clusterIPs\[0\]: .*may not change once set/);
  });
});
