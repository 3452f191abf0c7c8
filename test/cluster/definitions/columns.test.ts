import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { at, objectsAt, stringAt } from "../../../src/playground/kubernetes/json.ts";
import type { ControlPlane } from "../support/control-plane.ts";
import { installDefinitions } from "../support/definitions.ts";
import { kubectlWith } from "../support/kubectl.ts";
import { namespace } from "../support/objects.ts";
import { skipWithout } from "../support/programs.ts";
import { sharedControlPlane } from "../support/shared.ts";
import { collectionOf, manifestOf } from "./offer.ts";

const HOME = "columns";
const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
const MOMENT = "2026-01-02T03:04:05Z";

describe(
  "what kubectl prints of our kinds",
  { skip: skipWithout("etcd", "kube-apiserver", "kube-controller-manager", "kubectl") },
  () => {
    let plane: ControlPlane;
    let kubectl: ReturnType<typeof kubectlWith>;
    before(async () => {
      plane = await sharedControlPlane();
      const { admin } = plane;
      kubectl = kubectlWith(plane.kubeconfig);
      await installDefinitions(admin, "ours");
      await admin.apply(namespace(HOME));
      const spec = {
        targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "shop" },
        suspend: true,
        analysis: { interval: "30s", threshold: 5, stepWeight: 20, maxWeight: 60, mirror: true },
      };
      await admin.create(collectionOf("Canary", HOME), manifestOf({ kind: "Canary", spec }));
      const { stepWeight: _one, ...analysis } = spec.analysis;
      const listed = { ...spec, analysis: { ...analysis, stepWeights: [1, 50] } };
      await admin.create(collectionOf("Canary", HOME), manifestOf({ kind: "Canary", spec: listed }, "listed"));
      await admin.patch(`${collectionOf("Canary", HOME)}/shop/status`, {
        status: {
          phase: "Progressing",
          canaryWeight: 20,
          failedChecks: 1,
          lastTransitionTime: MOMENT,
          conditions: [{ type: "Promoted", status: "True", reason: "Succeeded" }],
        },
      });
      const template = { provider: { type: "prometheus" }, query: "sum(x)" };
      await admin.create(collectionOf("MetricTemplate", HOME), manifestOf({ kind: "MetricTemplate", spec: template }));
      const provider = { type: "slack", address: "https://hooks.example.com" };
      await admin.create(collectionOf("AlertProvider", HOME), manifestOf({ kind: "AlertProvider", spec: provider }));
    });

    /** Names and priorities of the columns, and the first row's cells. */
    async function table(kind: "Canary" | "MetricTemplate" | "AlertProvider") {
      const { body } = await plane.admin.ask("GET", collectionOf(kind, HOME), { headers: { accept: TABLE } });
      const columns = objectsAt(body, "columnDefinitions");
      const rows = objectsAt(body, "rows");
      const row = rows.find((one) => stringAt(one, "object", "metadata", "name") === "shop");
      const cells = at(row, "cells") as unknown[];
      return columns.map(({ name, type, priority }, index) => [name, type, priority, cells[index]]);
    }

    it("is a Canary's phase, weight and last change, and the rest when it is asked to be wide", async () => {
      assert.deepEqual(await table("Canary"), [
        ["Name", "string", 0, "shop"],
        ["Status", "string", 0, "Progressing"],
        ["Weight", "string", 0, "20"],
        ["Suspended", "boolean", 1, true],
        ["FailedChecks", "string", 1, "1"],
        ["Interval", "string", 1, "30s"],
        ["Mirror", "boolean", 1, true],
        ["StepWeight", "string", 1, "20"],
        ["StepWeights", "string", 1, null],
        ["MaxWeight", "string", 1, "60"],
        ["LastTransitionTime", "string", 0, MOMENT],
      ]);
    });

    it("is the kind of provider of the two others", async () => {
      assert.deepEqual(await table("MetricTemplate"), [
        ["Name", "string", 0, "shop"],
        ["Provider", "string", 0, "prometheus"],
      ]);
      assert.deepEqual(await table("AlertProvider"), [
        ["Name", "string", 0, "shop"],
        ["Type", "string", 0, "slack"],
      ]);
    });

    const lines = (text: string): string[][] =>
      text
        .trimEnd()
        .split("\n")
        .map((line) => line.split(/\s{2,}|\t/).map((cell) => cell.trim()));

    it("stands in its lists", async () => {
      const narrow = lines(await kubectl("-n", HOME, "get", "canary"));
      const wide = lines(await kubectl("-n", HOME, "get", "canaries", "-o", "wide"));

      assert.deepEqual(narrow[0], ["NAME", "STATUS", "WEIGHT", "LASTTRANSITIONTIME"]);
      assert.deepEqual(narrow.at(-1), ["shop", "Progressing", "20", MOMENT]);
      assert.deepEqual(wide.at(-1), ["shop", "Progressing", "20", "true", "1", "30s", "true", "20", "60", MOMENT]);
      assert.match(wide[1]?.join() ?? "", /^listed.*\[1,50\]/);
    });

    it("is part of `all`", async () => {
      const said = await kubectl("-n", HOME, "get", "all");

      for (const kind of ["canary", "metrictemplate", "alertprovider"])
        assert.match(said, new RegExp(`^${kind}\\.flagger\\.app/shop`, "m"));
    });

    it("can be waited for by its condition", async () => {
      const said = await kubectl("-n", HOME, "wait", "canary/shop", "--for=condition=promoted", "--timeout=5s");

      assert.match(said, /condition met/);
    });
  },
);
