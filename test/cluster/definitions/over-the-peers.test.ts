// Needs a process of its own: it exchanges the CRDs of the whole cluster.
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { after, before, describe, it } from "node:test";
import { at, objectAt, stringAt, type JsonObject } from "../../../src/playground/kubernetes/json.ts";
import { writeStatus } from "../../../src/store/canary-object.ts";
import { canaryObject, fullRecord, statusOf } from "../../contract/store/samples.ts";
import { patiently } from "../support/patiently.ts";
import { startControlPlane, type ControlPlane } from "../support/control-plane.ts";
import { definitionFiles, installDefinitions, skipWithoutDefinitions, type Source } from "../support/definitions.ts";
import { kubectlWith } from "../support/kubectl.ts";
import { namespace } from "../support/objects.ts";
import { skipWithout } from "../support/programs.ts";
import { ROWS } from "./manifests.ts";
import { collectionOf, manifestOf, offer, type Offered } from "./offer.ts";

const CANARIES = collectionOf("Canary", "demo");
const skip = skipWithout("etcd", "kube-apiserver", "kubectl") || skipWithoutDefinitions();

describe("our definitions and the peer's, one over the other", { skip }, () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await startControlPlane({ controllers: false });
    await plane.admin.apply(namespace("demo"));
  });
  after(() => plane?.stop());

  /** As a person would; then waits until the server has taken the new schema up. */
  async function applyWithKubectl(source: Source): Promise<void> {
    await kubectlWith(plane.kubeconfig)("apply", ...definitionFiles(source).map((file) => `--filename=${file}`));
    await untilServed(source);
  }

  /** Only ours knows `spec.rollout.start`, and so has something against this one. */
  function untilServed(source: Source): Promise<void> {
    return patiently(async () => {
      const manifest = manifestOf({ kind: "Canary", spec: { ...canaryObject().spec, rollout: { start: "never" } } });
      const { status } = await plane.admin.ask("POST", `${CANARIES}?dryRun=All`, { body: manifest });
      assert.equal(status, source === "ours" ? 422 : 201);
    });
  }

  const offerAll = async (): Promise<ReadonlyMap<string, Offered>> => {
    const answers = await Promise.all(
      ROWS.map(async (row) => [`${row.kind}: ${row.name}`, await offer(plane.admin, row, "demo")] as const),
    );
    return new Map(answers);
  };

  const read = (name: string): Promise<JsonObject> => plane.admin.get(`${CANARIES}/${name}`);

  async function createWithRecord(name: string): Promise<void> {
    const object = canaryObject();
    const made = await plane.admin.create(CANARIES, { ...object, metadata: { name } });
    const ref = { cluster: "east", namespace: "demo", name, uid: stringAt(made, "metadata", "uid") ?? "" };
    await plane.admin.patch(`${CANARIES}/${name}/status`, {
      status: writeStatus(statusOf({ ref } as never, fullRecord()), {}),
    });
  }

  it("take and refuse the same manifests, and keep the same of them", async () => {
    await applyWithKubectl("peer");
    const theirs = await offerAll();
    await applyWithKubectl("ours");
    const ours = await offerAll();

    const differing = [...ours].filter(([name, offered]) => !isDeepStrictEqual(offered, theirs.get(name)));
    assert.deepEqual(
      differing,
      differing.map(([name]) => [name, theirs.get(name)]),
    );
    const accepted = [...ours].filter(([, { spec }]) => spec !== null).map(([name]) => name);
    const wanted = ROWS.filter(({ isAccepted }) => isAccepted).map(({ kind, name }) => `${kind}: ${name}`);
    assert.deepEqual(accepted, wanted);
  });

  it("leave objects and their status in place when ours come over the peer's", async () => {
    await applyWithKubectl("peer");
    await createWithRecord("theirs");
    const before = await read("theirs");
    assert.equal(at(before, "status", "rollout"), undefined);

    await applyWithKubectl("ours");

    assert.deepEqual(await read("theirs"), before);
    assert.equal(stringAt(before, "status", "phase"), "Progressing");
    await plane.admin.patch(`${CANARIES}/theirs/status`, { status: { rollout: { phase: "progressing" } } });
    assert.equal(stringAt(await read("theirs"), "status", "rollout", "phase"), "progressing");
  });

  it("lose nothing but what is ours when the peer's come over ours, and only at the next write", async () => {
    await applyWithKubectl("ours");
    await createWithRecord("pruned");
    const { rollout: record, ...rest } = objectAt(await read("pruned"), "status") ?? {};
    assert.ok(record);

    await applyWithKubectl("peer");
    await plane.admin.patch(`${CANARIES}/pruned/status`, { status: { failedChecks: 3 } });
    await applyWithKubectl("ours");

    assert.deepEqual(objectAt(await read("pruned"), "status"), { ...rest, failedChecks: 3 });
  });

  it("come over the peer's by server-side apply as well", async () => {
    await applyWithKubectl("peer");

    await installDefinitions(plane.admin, "ours");

    await untilServed("ours");
  });
});
