import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { startKubernetes } from "../../../src/playground/kubernetes/server.ts";
import { writeKubeconfig } from "./kubeconfig-file.ts";

const run = promisify(execFile);
const BASE = join(import.meta.dirname, "../../../deploy/base");
const hasKubectl = await run("kubectl", ["version", "--client"]).then(
  () => true,
  () => false,
);

describe("deploy/base", { skip: hasKubectl ? false : "kubectl is not installed" }, () => {
  let kubernetes: Awaited<ReturnType<typeof startKubernetes>>;
  let file: Awaited<ReturnType<typeof writeKubeconfig>>;
  const kubectl = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run("kubectl", ["--kubeconfig", file.path, ...args]);
    return stdout;
  };
  before(async () => {
    kubernetes = await startKubernetes({ clusterName: "east", image: () => ({ kind: "ready", afterMs: 20 }) });
    file = await writeKubeconfig(kubernetes.kubeconfig);
  });
  after(async () => {
    await kubernetes.stop();
    await file.remove();
  });

  it("is applied by kubectl, twice without a change the second time", async () => {
    const first = await kubectl("apply", "-k", BASE);
    const second = await kubectl("apply", "-k", BASE);

    assert.match(first, /deployment\.apps\/coalmine-worker created/);
    // kubectl patches a PodDisruptionBudget each time, since its selector is replaced rather than merged.
    const changed = second.split("\n").filter((line) => line.endsWith(" configured") || line.endsWith(" created"));
    assert.deepEqual(
      changed.filter((line) => !line.startsWith("poddisruptionbudget")),
      [],
    );
  });

  it("brings up both processes", async () => {
    for (const name of ["coalmine-bot", "coalmine-worker"]) {
      await kubectl("-n", "coalmine", "rollout", "status", `deployment/${name}`, "--timeout=20s");
    }
  });

  it("gives nobody a root user, a writable root or a capability", async () => {
    const rendered = parseAllDocuments(await kubectl("kustomize", BASE)).map((one) => one.toJS() as Workload);

    const workloads = rendered.filter(({ kind }) => kind === "Deployment");
    assert.equal(workloads.length, 3);
    for (const { metadata, spec } of workloads) {
      const pod = spec.template.spec;
      assert.equal(pod.securityContext.runAsNonRoot, true, metadata.name);
      for (const { securityContext, resources } of pod.containers) {
        assert.equal(securityContext.readOnlyRootFilesystem, true, metadata.name);
        assert.equal(securityContext.allowPrivilegeEscalation, false, metadata.name);
        assert.deepEqual(securityContext.capabilities, { drop: ["ALL"] }, metadata.name);
        assert.ok(resources.requests && resources.limits, metadata.name);
      }
    }
    const bot = workloads.find(({ metadata }) => metadata.name === "coalmine-bot");
    assert.equal(bot?.spec.template.spec.automountServiceAccountToken, false);
  });
});

interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly automountServiceAccountToken?: boolean;
        readonly securityContext: { readonly runAsNonRoot: boolean };
        readonly containers: readonly {
          readonly securityContext: {
            readonly readOnlyRootFilesystem: boolean;
            readonly allowPrivilegeEscalation: boolean;
            readonly capabilities: object;
          };
          readonly resources: { readonly requests?: object; readonly limits?: object };
        }[];
      };
    };
  };
}
