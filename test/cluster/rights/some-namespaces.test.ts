// Needs a process of its own: its API server keeps an audit log and guards owner references.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Api } from "../support/api.ts";
import { skipWithoutDefinitions } from "../support/definitions.ts";
import { namespace } from "../support/objects.ts";
import { skipWithout } from "../support/programs.ts";
import { startGrantedWorker, WORKER, type GrantedWorker } from "./granted-worker.ts";
import { baselineOf, reject } from "./judging.ts";
import { rightsIn, rightsOf, rulesInDeploy, textOf, type Right } from "./rights.ts";

const GRANTED = rightsOf(rulesInDeploy("coalmine-worker"));
const IDENTITY = rightsOf(rulesInDeploy("coalmine-cluster-identity"));
const OTHERS = ["elsewhere", "coalmine", "kube-system", "default"];

describe("a worker with the rights of deploy/namespaced", { skip: skipWithout() || skipWithoutDefinitions() }, () => {
  let stage: GrantedWorker;
  let worker: Api;
  before(async () => {
    stage = await startGrantedWorker("namespaced");
    await stage.plane.admin.apply(namespace("elsewhere"));
    worker = stage.plane.apiAs(await stage.plane.tokenFor(WORKER));
  });
  after(() => stage?.stop());

  it("brings a version to primary in a namespace that it was given", async () => {
    await stage.untilPhase("initialized");
    await stage.start("6.1.0");

    assert.equal((await stage.untilPhase("succeeded")).promoted?.label, "6.1.0");
  });

  it("asks for nothing outside, save for the cluster's identity, and is refused nothing", () => {
    // Which APIs there are, everybody may ask.
    const asked = stage.asked().filter(({ resource }) => resource !== "");
    const outside = asked.filter((one) => one.namespace !== "demo");

    assert.ok(asked.length > outside.length);
    assert.deepEqual(new Set(outside.map(textOf)), new Set(IDENTITY.map(textOf)));
    assert.deepEqual(
      asked.filter(({ status }) => status === 401 || status === 403),
      [],
    );
  });

  it("has its rights in that namespace, and in no other", async () => {
    const everybodys = await baselineOf(stage.plane);
    const rights = async (home: string) => (await rightsIn(worker, home)).filter((right) => !everybodys.has(right));

    assert.deepEqual(await rights("demo"), [...GRANTED, ...IDENTITY].map(textOf).sort());
    for (const home of OTHERS) assert.deepEqual(await rights(home), IDENTITY.map(textOf), home);
  });

  it("can neither read nor write anything in another namespace, or in all at once", async () => {
    const places = [...OTHERS.map((home) => `namespaces/${home}/`), ""];

    const requests = places.flatMap((place) => GRANTED.map((right) => requestFor(right, place)));

    await reject(worker, requests);
  });

  it("can read no namespace but the one that tells clusters apart", async () => {
    assert.equal((await worker.ask("GET", "/api/v1/namespaces/kube-system")).status, 200);
    await reject(worker, [
      ["GET", "/api/v1/namespaces"],
      ["GET", "/api/v1/namespaces/demo"],
      ["GET", "/api/v1/namespaces/elsewhere"],
      ["PATCH", "/api/v1/namespaces/kube-system"],
    ]);
  });
});

/** A request that needs just this right; `place` is empty for the whole cluster. */
function requestFor({ verb, group, resource }: Right, place: string): readonly [string, string] {
  const [plural = "", subresource] = resource.split("/");
  const versions: Readonly<Record<string, string>> = { "flagger.app": "v1beta1", "networking.istio.io": "v1beta1" };
  const api = group === "" ? "/api/v1" : `/apis/${group}/${versions[group] ?? "v1"}`;
  const collection = `${api}/${place}${plural}`;
  // Without a namespace, only collections can be asked for: those are read.
  if (verb === "list" || verb === "watch" || place === "")
    return ["GET", `${collection}${verb === "watch" ? "?watch=1" : ""}`];
  if (verb === "create") return ["POST", collection];
  const object = `${collection}/anything${subresource === undefined ? "" : `/${subresource}`}`;
  const methods: Readonly<Record<string, string>> = { get: "GET", patch: "PATCH", update: "PUT" };
  return [methods[verb] ?? "DELETE", object];
}
