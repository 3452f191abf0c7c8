import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { at, objectAt, type JsonObject } from "../../../src/playground/kubernetes/json.ts";
import type { ControlPlane } from "../support/control-plane.ts";
import { installDefinitions } from "../support/definitions.ts";
import { kubectlWith } from "../support/kubectl.ts";
import { namespace } from "../support/objects.ts";
import { skipWithout } from "../support/programs.ts";
import { sharedControlPlane } from "../support/shared.ts";
import { ROWS } from "./manifests.ts";
import { collectionOf, manifestOf, offer } from "./offer.ts";

const HOME = "stored";
const CANARIES = collectionOf("Canary", HOME);
const target = { apiVersion: "apps/v1", kind: "Deployment", name: "shop" };
const analysis = { interval: "30s", threshold: 5, stepWeight: 20 };

describe(
  "our definitions",
  { skip: skipWithout("etcd", "kube-apiserver", "kube-controller-manager", "kubectl") },
  () => {
    let plane: ControlPlane;
    before(async () => {
      plane = await sharedControlPlane();
      await installDefinitions(plane.admin, "ours");
      await plane.admin.apply(namespace(HOME));
    });

    /** What would be stored of a Canary with these parts. */
    async function stored(parts: JsonObject): Promise<JsonObject> {
      const spec = { targetRef: target, analysis, ...parts };
      const { spec: kept, complaints } = await offer(
        plane.admin,
        { name: "", kind: "Canary", spec, isAccepted: true },
        HOME,
      );
      return kept ?? assert.fail(complaints.join());
    }

    for (const row of ROWS) {
      it(`${row.isAccepted ? "accept" : "refuse"} a ${row.kind} with ${row.name}`, async () => {
        const { spec, complaints } = await offer(plane.admin, row, HOME);

        assert.equal(spec !== null, row.isAccepted, complaints.join());
      });
    }

    it("drop what the API does not know, and the older name of the analysis", async () => {
      const kept = await stored({
        canaryAnalysis: analysis,
        colour: "red",
        service: {
          port: 80,
          match: [{ uri: { prefix: "/", suffix: "/x" } }],
          trafficPolicy: {
            portLevelSettings: [{ port: { number: 80 } }],
            connectionPool: { http: { maxRetries: 1 }, tcp: { maxConnections: 1 } },
            loadBalancer: { simple: "RANDOM", localityLbSetting: { enabled: true, failover_priority: ["a"] } },
          },
        },
        analysis: { ...analysis, match: [{ headers: { agent: { suffix: "x" } }, uri: { prefix: "/" } }] },
      });

      assert.deepEqual(kept, {
        targetRef: target,
        service: {
          port: 80,
          match: [{ uri: { prefix: "/" } }],
          trafficPolicy: {
            connectionPool: { http: { maxRetries: 1 } },
            loadBalancer: { simple: "RANDOM", localityLbSetting: { enabled: true } },
          },
        },
        analysis: { ...analysis, match: [{ headers: { agent: { suffix: "x" } } }] },
      });
    });

    it("fill the defaults in", async () => {
      const kept = await stored({
        service: {
          port: 80,
          gatewayRefs: [{ name: "public" }],
          mirror: [{ backendRef: { name: "shadow", port: 80 } }],
        },
        analysis: { ...analysis, sessionAffinity: { cookieName: "c" } },
      });

      assert.deepEqual(at(kept, "service", "gatewayRefs"), [
        { group: "gateway.networking.k8s.io", kind: "Gateway", name: "public" },
      ]);
      assert.deepEqual(at(kept, "service", "mirror"), [
        { backendRef: { group: "", kind: "Service", name: "shadow", port: 80 } },
      ]);
      assert.deepEqual(at(kept, "analysis", "sessionAffinity"), { cookieName: "c", maxAge: 86_400 });
    });

    it("name unknown fields to those who ask for strictness", async () => {
      const body = manifestOf({ kind: "Canary", spec: { targetRef: target, analysis, colour: "red" } });

      const { status, text } = await plane.admin.ask("POST", `${CANARIES}?fieldValidation=Strict`, { body });

      assert.equal(status, 400);
      assert.match(text, /unknown field \\"spec\.colour\\"/);
    });

    it("keep status and the rest apart, and refuse a phase that nobody knows", async () => {
      const body = {
        ...manifestOf({ kind: "Canary", spec: { targetRef: target, analysis } }),
        status: { phase: "Failed" },
      };
      const made = await plane.admin.create(CANARIES, body);
      assert.equal(made["status"], undefined);

      const good = await plane.admin.patch(`${CANARIES}/shop/status`, {
        status: { phase: "Progressing" },
        spec: { suspend: true },
      });
      const bad = await plane.admin.ask("PATCH", `${CANARIES}/shop/status`, {
        body: { status: { phase: "Confused" } },
        contentType: "application/merge-patch+json",
      });

      assert.equal(at(good, "spec", "suspend"), undefined);
      assert.deepEqual(objectAt(good, "status"), { phase: "Progressing" });
      assert.equal(bad.status, 422);
    });

    it("explain the rollout block to kubectl", async () => {
      const said = await kubectlWith(plane.kubeconfig)("explain", "canary.spec.rollout.approvals");

      assert.match(said, /gate\t<string> -required-|gate\s+<string>/);
    });
  },
);
