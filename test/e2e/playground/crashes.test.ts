import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { missingTools, Staged, textOf } from "../../support/staged.ts";

const skip = await missingTools();

interface Route {
  readonly spec: {
    readonly http: readonly {
      readonly route: readonly { readonly weight?: number; readonly destination: { readonly host: string } }[];
    }[];
  };
}

/** Every canary weight that the VirtualService ever had, in order, from now on. */
function followWeights(staged: Staged, service: string): { readonly weights: number[]; stop(): void } {
  const weights: number[] = [];
  const timer = setInterval(() => {
    void staged
      .object<Route>(`/apis/networking.istio.io/v1beta1/namespaces/demo/virtualservices/${service}`)
      .then(({ spec }) => {
        const route = spec.http[0]?.route.find(({ destination }) => destination.host === `${service}-canary`);
        const weight = route?.weight ?? 0;
        if (weights.at(-1) !== weight) weights.push(weight);
      })
      .catch(() => undefined);
  }, 20);
  return { weights, stop: () => clearInterval(timer) };
}

describe("crashes in the middle of a rollout", { skip, timeout: 300_000 }, () => {
  let staged: Staged;
  before(async () => {
    staged = await Staged.start();
  });
  after(() => staged.stop());

  it("goes on after kill -9 of worker and bot and after FLUSHALL, no step skipped or repeated, no message doubled", async (t) => {
    const { stage } = staged;
    const followed = followWeights(staged, "podinfo");
    t.after(() => followed.stop());
    const [cluster] = stage.clusters;
    assert.ok(cluster);
    await staged.ask("ana", "/canary start podinfo 6.1.0", /accepted/i);
    await eventually(async () => assert.ok((await staged.canary("podinfo")).status.canaryWeight > 0), {
      timeoutMs: 60_000,
    });

    for (const worker of cluster.workers) worker.kill("SIGKILL");
    await Promise.all(cluster.workers.map((worker) => worker.restart()));
    await stage.redis.flushAll();
    for (const bot of stage.bots) bot.kill("SIGKILL");
    await Promise.all(stage.bots.map((bot) => bot.restart()));
    await staged.until("podinfo", "waiting-promotion", { timeoutMs: 120_000 });
    await stage.redis.flushAll();
    await staged.ask("lee", "/canary approve playground:demo/podinfo", /accepted/i);
    const done = await staged.until("podinfo", "succeeded");

    const steps = done.status.rollout.events.flatMap(({ event }) =>
      event.kind === "step-started" ? [event.weight ?? 0] : [],
    );
    const rising = followed.weights.slice(0, followed.weights.indexOf(Math.max(...followed.weights)) + 1);
    assert.deepEqual(
      rising.filter((weight) => weight > 0),
      steps,
      "the mesh saw each step once",
    );
    const root = await staged.root("6.1.0", (message) => /Succeeded/.test(textOf(message)), 60_000);
    assert.equal(staged.roots("6.1.0").length, 1, "one root message");
    await eventually(() =>
      assert.ok(staged.replies(root).some((reply) => /Promoted|promoted|Succeeded|done/.test(reply))),
    );
    const texts = stage.slack
      .thread("deploys", root.ts)
      .filter((message) => message.ts !== root.ts)
      .map((message) => message.text);
    assert.deepEqual(texts, [...new Set(texts)], "no reply twice");
  });

  it("rolls back while Redis is down, because a worker looks itself", async () => {
    const { stage } = staged;
    await staged.ask("ana", "/canary start checkout 2.1.0-bad", /accepted/i);
    await eventually(async () => assert.ok((await staged.canary("checkout")).status.canaryWeight > 0), {
      timeoutMs: 60_000,
    });

    stage.redis.kill("SIGKILL");
    const failed = await staged.until("checkout", "failed", { timeoutMs: 60_000 });
    await stage.redis.restart();

    assert.equal(failed.status.canaryWeight, 0);
    await staged.root("2.1.0-bad", (message) => /rolled back/i.test(textOf(message)), 60_000);
  });
});
