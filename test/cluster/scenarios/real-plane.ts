import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { StartPlane } from "../../scenarios/plane.ts";
import type { Manifest } from "../support/api.ts";
import { startControlPlane } from "../support/control-plane.ts";
import { definitionsOf, installDefinitions, skipWithoutDefinitions } from "../support/definitions.ts";
import { namespace } from "../support/objects.ts";
import { skipWithout } from "../support/programs.ts";

const RIGHTS = join(import.meta.dirname, "../../../deploy/base/worker-rbac.yaml");
const HOME = "coalmine";

/** For a suite's `skip`: false when there is all that it needs. */
export const skipWithoutPlane = (): string | false => skipWithout() || skipWithoutDefinitions();

/** A real control plane with our definitions and Istio's, and workers that may do what deploy/ lets them do. */
export const realPlane: StartPlane = async ({ image }) => {
  const plane = await startControlPlane({ image });
  try {
    await installDefinitions(plane.admin, "ours", "istio");
    await plane.admin.apply(namespace(HOME), ...rights());
  } catch (error) {
    await plane.stop();
    throw error;
  }
  return {
    upstream: { url: plane.url, ca: plane.ca },
    admin: plane.admin,
    interval: "500ms",
    kubeconfigFor: (url) => plane.kubeconfigFor({ namespace: HOME, name: "coalmine-worker" }, url),
    restartApiServer: () => plane.restartApiServer(),
    pauseStorage: plane.pauseEtcd,
    resumeStorage: plane.resumeEtcd,
    otherDefinition: () => {
      const found = definitionsOf("peer").find(({ metadata }) => metadata.name === "canaries.flagger.app");
      if (found === undefined) throw new Error("the peer's file defines no Canary");
      return found;
    },
    stop: plane.stop,
  };
};

/** The roles as they stand in deploy/, with the namespace that kustomize would put in. */
function rights(): readonly object[] {
  return parseAllDocuments(readFileSync(RIGHTS, "utf8")).map((document) => {
    const object = document.toJS() as Manifest;
    if (object.kind !== "ServiceAccount") return object;
    return { ...object, metadata: { ...object.metadata, namespace: HOME } };
  });
}
