import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ClusterHealth } from "../../../../src/snapshots/snapshots.ts";
import { unresolvedMessage } from "../../../../src/slack/messages/answers.ts";
import { resolve, shortName } from "../../../../src/slack/slash-commands/resolve.ts";
import { assertPostable } from "../support/check-message.ts";
import { at, progressing } from "../support/views.ts";

const live = (name: string): ClusterHealth => ({ name, state: "live", lastSeen: at(0), workers: 1 });
const silent = (name: string): ClusterHealth => ({ name, state: "silent", lastSeen: at(-600), workers: 0 });
const typed = (text: string) => {
  const [, cluster, namespace, name] = /^(?:(.+):)?(?:(.+)\/)?(.+)$/.exec(text) ?? [];
  return { cluster: cluster ?? null, namespace: namespace ?? null, name: name ?? "" };
};
const views = [
  progressing(),
  progressing({ name: "checkout" }),
  progressing({ name: "checkout", namespace: "shop" }),
  progressing({ name: "checkout", cluster: "prod-us", namespace: "shop" }),
];
const known = { views, clusters: [live("prod-eu"), live("prod-us")] };

describe("resolve", () => {
  it("finds the only canary of that name", () => {
    const found = resolve(typed("podinfo"), known);

    assert.equal(found.kind === "found" && found.view, views[0]);
  });

  it("names all that a short name could mean", () => {
    const found = resolve(typed("checkout"), known);

    assert.deepEqual(found.kind === "ambiguous" && found.names, [
      "prod-eu:demo/checkout",
      "prod-eu:shop/checkout",
      "prod-us:shop/checkout",
    ]);
  });

  it("takes the shortest form that only one canary has", () => {
    const forms = views.map((view) => shortName(view, views));

    assert.deepEqual(forms, ["podinfo", "demo/checkout", "prod-eu:shop/checkout", "prod-us:shop/checkout"]);
    for (const [index, form] of forms.entries()) {
      const found = resolve(typed(form), known);
      assert.equal(found.kind === "found" && found.view, views[index]);
    }
  });

  it("offers the nearest names for a slip of the finger", () => {
    const found = resolve(typed("podinof"), known);

    assert.deepEqual(found.kind === "unknown" && found.closest, ["podinfo"]);
    assert.match(found.kind === "found" ? "" : unresolvedMessage("podinof", found).text, /Did you mean `podinfo`/);
  });

  it("never calls a canary unknown while a cluster cannot be seen", () => {
    const found = resolve(typed("billing"), { views, clusters: [live("prod-eu"), silent("prod-us")] });

    const text = found.kind === "found" ? "" : unresolvedMessage("billing", found).text;
    assert.match(text, /cluster `prod-us` has had no worker since/);
    assert.doesNotMatch(text, /There is no canary/);
  });

  it("lets a full name through to a cluster that cannot be seen", () => {
    const clusters: ClusterHealth[] = [{ ...live("prod-us"), state: "rebuilding" }];

    const found = resolve(typed("prod-us:demo/billing"), { views: [], clusters });

    assert.deepEqual(found.kind === "unseen" && found.name, { cluster: "prod-us", namespace: "demo", name: "billing" });
  });

  it("calls nothing unknown before any worker has reported, and lets a full name through", () => {
    const nobody = { views: [], clusters: [] };

    const short = resolve(typed("podinfo"), nobody);
    const full = resolve(typed("prod-eu:demo/podinfo"), nobody);

    assert.match(short.kind === "found" ? "" : unresolvedMessage("podinfo", short).text, /^No worker has reported yet/);
    assert.equal(full.kind, "unseen");
  });

  it("names the known clusters when the cluster is unknown", () => {
    const found = resolve(typed("prod-asia:demo/podinfo"), known);

    assert.match(found.kind === "found" ? "" : unresolvedMessage("x", found).text, /`prod-eu` and `prod-us`/);
  });

  it("answers every outcome with a message that Slack takes", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => progressing({ namespace: `${"n".repeat(60)}${index}` }));
    for (const name of ["podinfo", "nothing", "prod-asia:demo/x"]) {
      const found = resolve(typed(name), { views: hundred, clusters: [silent("prod-eu")] });
      if (found.kind !== "found") assertPostable(unresolvedMessage(name, found));
    }
  });
});
