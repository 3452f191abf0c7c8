import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { z } from "zod";

/** Any JSON object that names its kind. */
const Manifest = z.record(z.string(), z.json()).refine((object) => typeof object["kind"] === "string");
export type Manifest = z.infer<typeof Manifest>;

const Spec = z.record(z.string(), z.json());

const root = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Our CRDs, as `deploy/` installs them. */
export function productDefinitions(): Promise<readonly Manifest[]> {
  return readManifests(root("deploy/base/crds.yaml"));
}

/** Where the samples expect the load tester: in a cluster this is a Service, here it listens somewhere else. */
const LOAD_TESTER = "http://load-tester.demo/";

/** The sample services and their canaries, with webhooks that lead to the load tester at `loadTesterUrl`; namespaces come first. */
export async function sampleManifests(loadTesterUrl: string): Promise<readonly Manifest[]> {
  const folder = root("deploy/samples");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".yaml")).sort();
  const files = await Promise.all(names.map((name) => readManifests(`${folder}/${name}`)));
  const found = files.flat().map((manifest) => Manifest.parse(leading(manifest, `${loadTesterUrl}/`)));
  const namespaces = found.filter((manifest) => manifest["kind"] === "Namespace");
  return [...namespaces, ...found.filter((manifest) => manifest["kind"] !== "Namespace")];
}

/** The manifest with that address in the place of the load tester's. */
function leading(manifest: Manifest, address: string): unknown {
  return JSON.parse(JSON.stringify(manifest).replaceAll(LOAD_TESTER, address));
}

/** The samples' metric templates, asking this Prometheus: its address is another one each time. */
export function templatesAsking(address: string, samples: readonly Manifest[]): Manifest[] {
  const templates = samples.filter(({ kind }) => kind === "MetricTemplate");
  const spec = (template: Manifest) => ({ ...Spec.parse(template["spec"]), provider: { type: "prometheus", address } });
  return templates.map((template) => ({ ...template, spec: spec(template) }));
}

/** The part of Istio's API that the mesh understands, so that routing objects can be stored and are checked. */
export function meshDefinitions(): Promise<readonly Manifest[]> {
  return readManifests(fileURLToPath(new URL("./mesh-crds.yaml", import.meta.url)));
}

/** The part of KEDA's API that canaries meet. */
export function scalerDefinitions(): Promise<readonly Manifest[]> {
  return readManifests(fileURLToPath(new URL("./keda-crds.yaml", import.meta.url)));
}

/** The Kubernetes objects in a YAML file; other documents (a policy, a kustomization) are left out. */
async function readManifests(path: string): Promise<readonly Manifest[]> {
  const documents = parseAllDocuments(await readFile(path, "utf8"));
  return documents.flatMap((document) => {
    const parsed = Manifest.safeParse(document.toJS());
    return parsed.success ? [parsed.data] : [];
  });
}
