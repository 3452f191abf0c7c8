import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { objectsAt, stringAt, type JsonObject } from "../../../src/playground/kubernetes/json.ts";
import { patiently } from "./patiently.ts";
import type { Api, Manifest } from "./api.ts";

/** `ours` are those that deploy/ installs; the others come from their own projects, at pinned versions. */
export type Source = "ours" | "istio" | "peer" | "gateway-api" | "keda";

const OURS = join(import.meta.dirname, "../../../deploy/base/crds.yaml");
const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** For a suite's `skip`: false when other projects' definitions have been fetched, else the reason. */
export function skipWithoutDefinitions(): string | false {
  const folder = process.env["COALMINE_CLUSTER_DEFINITIONS"];
  const isThere = folder !== undefined && existsSync(folder);
  return isThere ? false : 'other projects\' CRDs missing ("npm run test:cluster" brings them, with Go)';
}

/** Files with the definitions of one source. */
export function definitionFiles(source: Source): readonly string[] {
  if (source === "ours") return [OURS];
  const folder = process.env["COALMINE_CLUSTER_DEFINITIONS"];
  if (folder === undefined) throw new Error(`no definitions of ${source}: "npm run test:cluster" brings them`);
  return globSync(join(folder, source, "*.yaml")).sort();
}

export function definitionsOf(source: Source): readonly Manifest[] {
  const documents = definitionFiles(source).flatMap((file) => parseAllDocuments(readFileSync(file, "utf8")));
  const objects = documents.map((document) => document.toJS() as Manifest | null);
  return objects.filter((object) => object !== null).filter(({ kind }) => kind === "CustomResourceDefinition");
}

/** Installs or replaces them, and waits until their kinds can be used. */
export async function installDefinitions(api: Api, ...sources: readonly Source[]): Promise<void> {
  const wanted = sources.flatMap(definitionsOf);
  await Promise.all(wanted.map((definition) => api.apply(definition)));
  await Promise.all(wanted.map(({ metadata }) => untilEstablished(api, metadata.name)));
}

export function untilEstablished(api: Api, name: string): Promise<JsonObject> {
  return patiently(async () => {
    const definition = await api.get(`${CRDS}/${name}`);
    const conditions = objectsAt(definition, "status", "conditions");
    const isTrue = (type: string) => conditions.some((one) => one["type"] === type && one["status"] === "True");
    if (!isTrue("Established"))
      throw new Error(`${name}: ${stringAt(conditions.at(-1), "message") ?? "not yet looked at"}`);
    return definition;
  });
}
