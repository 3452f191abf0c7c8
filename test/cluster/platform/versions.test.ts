import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { stringAt, type JsonObject } from "../../../src/playground/kubernetes/json.ts";
import { kubectlWith } from "../support/kubectl.ts";
import { skipWithout } from "../support/programs.ts";
import { sharedControlPlane } from "../support/shared.ts";

const GO_MOD = join(import.meta.dirname, "../modules/control-plane/go.mod");
const isOurBuild = process.env["KUBEBUILDER_ASSETS"] === undefined;

describe("programs that we built", { skip: skipWithout("etcd", "kube-apiserver", "kubectl") }, () => {
  it(
    "say the version that is pinned",
    { skip: isOurBuild ? false : "KUBEBUILDER_ASSETS decides the version" },
    async () => {
      const pinned = /k8s\.io\/kubernetes (v\S+)/.exec(readFileSync(GO_MOD, "utf8"))?.[1];
      const plane = await sharedControlPlane();

      const said = JSON.parse(await kubectlWith(plane.kubeconfig)("version", "-o", "json")) as JsonObject;

      assert.equal(stringAt(said, "serverVersion", "gitVersion"), pinned);
      assert.equal(stringAt(said, "clientVersion", "gitVersion"), pinned);
    },
  );
});
