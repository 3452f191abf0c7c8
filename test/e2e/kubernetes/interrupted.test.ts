import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { KubernetesClient } from "../../../src/kubernetes/client.ts";
import { connectCluster } from "../../../src/kubernetes/cluster-connection.ts";
import { createClusterReader } from "../../../src/kubernetes/cluster-reader.ts";
import { createClusterWriter } from "../../../src/kubernetes/cluster-writer.ts";
import { USUAL_RULES } from "../../../src/kubernetes/copy-rules.ts";
import { followKinds } from "../../../src/kubernetes/followed-kinds.ts";
import { at } from "../../../src/kubernetes/object.ts";
import { eventually } from "../../support/eventually.ts";
import { startCluster } from "../../contract/store/harness.ts";
import { recordingLog } from "../../unit/kubernetes/scripted-server.ts";
import { canaryWith, UID } from "../../unit/mesh/samples.ts";
import { PATHS } from "./followed-cluster.ts";
import { configMap, deployment, podWith, secret } from "./objects.ts";

class Crash extends Error {}

/** A client whose process dies at one of its writes: before it is sent, or after it was carried out. */
function mortal(client: KubernetesClient) {
  let left = Infinity;
  let when: "before" | "after" = "before";
  return {
    dieAt(write: number, moment: "before" | "after"): void {
      left = write;
      when = moment;
    },
    survive(): void {
      left = Infinity;
    },
    client: {
      async request(request: Parameters<KubernetesClient["request"]>[0]) {
        if (request.method === "GET") return client.request(request);
        left -= 1;
        if (left === 0 && when === "before") throw new Crash();
        const answer = await client.request(request);
        if (left === 0) throw new Crash();
        return answer;
      },
    },
  };
}

const POD = podWith({ configMaps: ["settings"], secrets: ["keys"] });

/** A primary that runs one release with its configs, and a target that has the next. */
async function stage() {
  const host = await startCluster();
  const log = recordingLog();
  const { client, open } = await connectCluster({
    kubeconfig: { path: host.kubeconfig },
    namespaces: [],
    log,
    timing: { firstPause: 5, longestPause: 50 },
  });
  const kinds = followKinds({ client, open, log, rules: USUAL_RULES, onObject: () => {}, onCanary: () => {} });
  await kinds.synced;
  const dying = mortal(client);
  const reader = createClusterReader({ kinds, pods: { troubleOf: () => null }, rules: USUAL_RULES });
  const writer = createClusterWriter({ client: dying.client, kinds, rules: USUAL_RULES, reader });
  // The Canary itself does not exist here: its uid would let the garbage collector delete what is made for it.
  const owner = configMap("owner", {});
  await host.kubernetes.apply([
    owner,
    deployment({ pod: POD }),
    configMap("settings", { of: "1" }),
    secret("keys", { of: "1" }),
  ] as never);
  const uid = String(at(await client.request({ method: "GET", path: `${PATHS.configMaps}/owner` }), "metadata", "uid"));
  const canary = canaryWith({}, uid === "" ? UID : uid);
  const target = () =>
    eventually(() => {
      const seen = reader.target(canary);
      assert.ok(seen?.revision, seen?.trouble?.message);
      return { ...seen, revision: seen.revision };
    });
  const attempt = async () => {
    const { revision, resourceVersion } = await target();
    const primaryVersion = reader.primary(canary)?.resourceVersion ?? null;
    await writer.ensurePrimary(canary, { revision: revision.hash, targetVersion: resourceVersion, primaryVersion });
    return revision;
  };
  const change = (path: string, body: object) =>
    client.request({ method: "PATCH", path, body, contentType: "application/merge-patch+json" });
  return {
    canary,
    reader,
    writer,
    dying,
    attempt,
    change,
    read: (path: string) => client.request({ method: "GET", path }),
    items: async (path: string) => (await client.request({ method: "GET", path }))["items"] as object[],
    async stop() {
      await kinds.stop();
      await client.close();
      await host.stop();
    },
  };
}

type Staged = Awaited<ReturnType<typeof stage>>;

/** Gives the target another config, and waits until that is known. */
async function nextRelease(on: Staged): Promise<void> {
  const before = on.reader.target(on.canary)?.revision?.hash;
  await on.change(`${PATHS.configMaps}/settings`, { data: { of: "2" } });
  await eventually(() => {
    const now = on.reader.target(on.canary)?.revision?.hash;
    assert.ok(now !== undefined && now !== before);
  });
}

/** Primary's status is written while its pods start: until then writes to it meet other versions, and would be counted twice. */
async function firstRelease(on: Staged) {
  const revision = await eventually(on.attempt);
  await eventually(() => {
    const seen = on.reader.primary(on.canary);
    assert.ok(seen?.settled && seen.availableReplicas === 2 && seen.updatedReplicas === 2);
  });
  return revision;
}

/** Tries until the worker dies. Conflicts are tried again, as a pass does. */
async function attemptUntilDeath(on: Staged): Promise<"died" | "survived"> {
  return eventually(async () => {
    try {
      await on.attempt();
      return "survived";
    } catch (error) {
      if (error instanceof Crash) return "died";
      throw error;
    }
  });
}

async function survives(on: Staged, write: number, moment: "before" | "after"): Promise<void> {
  const first = await firstRelease(on);
  await nextRelease(on);
  on.dying.dieAt(write, moment);
  assert.equal(await attemptUntilDeath(on), "died", `write ${write}`);
  on.dying.survive();

  const second = await eventually(on.attempt);

  assert.equal(on.reader.primary(on.canary)?.revision?.hash, second.hash);
  assert.equal(at(await on.read(`${PATHS.configMaps}/settings-primary`), "data", "of"), "2");
  assert.equal((await on.items(PATHS.revisions)).length, 1, `write ${write}`);
  const kept = await eventually(() => {
    const [one] = on.reader.kept(on.canary);
    assert.ok(one && one.missing === "", one?.missing);
    return one;
  });
  assert.deepEqual(kept.revision, first);
  await eventually(() => {
    const primaryVersion = on.reader.primary(on.canary)?.resourceVersion ?? "";
    return on.writer.restorePrimary(on.canary, { kept: kept.name, revision: first.hash, primaryVersion });
  });
  assert.equal(at(await on.read(`${PATHS.configMaps}/settings-primary`), "data", "of"), "1", `write ${write}`);
}

/** Writes of a promotion: the kept copy, its two configs, primary's two configs, primary. */
const WRITES = 6;

describe("a promotion that is interrupted", () => {
  for (const moment of ["before", "after"] as const) {
    for (let write = 1; write <= WRITES; write += 1) {
      it(`keeps what primary ran, once and whole, when the worker dies ${moment} write ${write}`, async () => {
        const on = await stage();
        try {
          await survives(on, write, moment);
        } finally {
          await on.stop();
        }
      });
    }
  }

  it("has no more writes than are tried here", async () => {
    const on = await stage();
    try {
      await firstRelease(on);
      await nextRelease(on);
      on.dying.dieAt(WRITES + 1, "before");

      const outcome = await attemptUntilDeath(on);

      assert.equal(outcome, "survived");
    } finally {
      await on.stop();
    }
  });
});
