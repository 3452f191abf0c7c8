import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { parseAllDocuments } from "yaml";
import { sampleManifests } from "../../../src/playground/stage/samples.ts";
import type { ControlPlane } from "../support/control-plane.ts";
import { installDefinitions } from "../support/definitions.ts";
import { kubectlWith } from "../support/kubectl.ts";
import { skipWithout } from "../support/programs.ts";
import { sharedControlPlane } from "../support/shared.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** The Kubernetes objects among all that stands in deploy/samples and in the README. */
function written(): readonly (readonly [where: string, object: object])[] {
  const isObject = (one: unknown): one is object => typeof (one as { kind?: unknown } | null)?.kind === "string";
  const files = globSync("deploy/samples/*.yaml", { cwd: ROOT }).sort();
  const texts = files.map((file) => [file, readFileSync(join(ROOT, file), "utf8")] as const);
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  for (const [, text = ""] of readme.matchAll(/```yaml\n([^]*?)```/g)) texts.push(["README.md", text]);
  return texts.flatMap(([where, text]) =>
    parseAllDocuments(text)
      .map((document): unknown => document.toJS())
      .filter(isObject)
      .map((object) => [where, object] as const),
  );
}

describe(
  "manifests that we show to people",
  { skip: skipWithout("etcd", "kube-apiserver", "kube-controller-manager", "kubectl") },
  () => {
    let plane: ControlPlane;
    let kubectl: ReturnType<typeof kubectlWith>;
    before(async () => {
      plane = await sharedControlPlane();
      kubectl = kubectlWith(plane.kubeconfig);
      await installDefinitions(plane.admin, "ours");
      await plane.admin.apply(
        ...(await sampleManifests("http://load-tester.demo")).filter(({ kind }) => kind === "Namespace"),
      );
    });

    for (const [index, [where, object]] of written().entries()) {
      const { kind, metadata } = object as { kind: string; metadata: { name: string } };
      it(`are accepted without a doubt: ${kind} ${metadata.name} of ${where} (${index + 1})`, async () => {
        const folder = await mkdtemp(join(tmpdir(), "coalmine-sample-"));
        const file = join(folder, "sample.json");
        await writeFile(file, JSON.stringify(object));

        const said = await kubectl("apply", "--dry-run=server", "--validate=strict", `--filename=${file}`);

        await rm(folder, { recursive: true });
        assert.match(said, /(created|unchanged|configured) \(server dry run\)/);
      });
    }

    it("are all found", () => {
      const kinds = new Set(written().map(([where, object]) => `${where} ${(object as { kind: string }).kind}`));
      const wanted = [
        "deploy/samples/podinfo.yaml Canary",
        "deploy/samples/checkout.yaml Deployment",
        "README.md Canary",
      ];
      assert.deepEqual(
        wanted.filter((one) => !kinds.has(one)),
        [],
      );
    });
  },
);
