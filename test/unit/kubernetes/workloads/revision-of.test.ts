import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ConfigReference } from "../../../../src/kubernetes/configs/config-references.ts";
import { configKey } from "../../../../src/kubernetes/configs/config-references.ts";
import type { ConfigState } from "../../../../src/kubernetes/configs/config-tracker.ts";
import { USUAL_RULES } from "../../../../src/kubernetes/copy-rules.ts";
import { deploymentKind } from "../../../../src/kubernetes/workloads/deployment.ts";
import {
  revisionOfPrimary,
  revisionOfTarget,
  type ConfigLooks,
} from "../../../../src/kubernetes/workloads/revision-of.ts";
import { hashWithConfigs } from "../../../../src/kubernetes/workloads/template-hash.ts";

const tracked = (all: string, text = all): ConfigState => ({ kind: "tracked", checksums: { all, text } });
const UNREAD: ConfigState = { kind: "unread", why: "it is being read" };

/** What is known of configs; those that are not given are missing. `copies` were made for a Canary. */
const looks = (states: Record<string, ConfigState>, copies: readonly string[] = []): ConfigLooks => ({
  state: (config) => states[configKey(config)] ?? { kind: "missing" },
  record: (config) => {
    const key = configKey(config);
    return states[key] === undefined ? null : { isCopy: copies.includes(key) };
  },
});

const workload = (configs: readonly Partial<ConfigReference>[] = [], image = "shop:1") => {
  const object = {
    metadata: { name: "shop", resourceVersion: "1", generation: 1 },
    spec: {
      selector: { matchLabels: { app: "shop" } },
      template: { metadata: { labels: { app: "shop" } }, spec: { containers: [{ name: "app", image }] } },
    },
  };
  const references = configs.map((config) => ({
    kind: "configmap" as const,
    name: "settings",
    optional: false,
    ...config,
  }));
  return { ...deploymentKind.read(object, USUAL_RULES), configs: references };
};
const settings = [{ name: "settings" }];

describe("the revision of a target", () => {
  it("is the template's own hash without configs, so that nothing starts where nobody has any", () => {
    const record = workload();

    assert.equal(revisionOfTarget(record, looks({})).revision?.hash, record.template.hash);
    assert.equal(revisionOfTarget(workload(settings), null).revision?.hash, record.template.hash);
    assert.equal(hashWithConfigs(record.template.hash, {}), record.template.hash);
  });

  it("has a recipe that stays: changing it would start every canary with configs", () => {
    const hash = hashWithConfigs("v1-fe10ad9bd3d4bbf6", {
      "secret/b": "2222222222222222",
      "configmap/a": "1111111111111111",
    });

    assert.equal(hash, "v1-41ac73133180014c");
  });

  it("is the same in whatever order its configs are known, and another for other content", () => {
    const hash = (configs: Record<string, string>) => hashWithConfigs("v1-fe10ad9bd3d4bbf6", configs);

    assert.equal(hash({ a: "1", b: "2" }), hash({ b: "2", a: "1" }));
    assert.equal(new Set([hash({ a: "1" }), hash({ a: "2" }), hash({ b: "1" }), hash({ a: "1", b: "1" })]).size, 4);
  });

  it("is not known while a config is unread, and what is missing is named first", () => {
    const record = workload([{ name: "a" }, { name: "b" }]);

    const unread = revisionOfTarget(record, looks({ "configmap/a": UNREAD, "configmap/b": tracked("1") }));
    const missing = revisionOfTarget(record, looks({ "configmap/a": UNREAD }));

    assert.deepEqual([unread.revision, unread.trouble?.reason], [null, "ConfigUnread"]);
    assert.match(unread.trouble?.message ?? "", /^configmap\/a is not known yet/);
    assert.deepEqual([missing.revision, missing.trouble?.reason], [null, "ConfigMissing"]);
    assert.match(missing.trouble?.message ?? "", /^configmap\/b, /);
  });

  it("does without what is optional, and without what primary shares", () => {
    const record = workload([{ name: "a", optional: true }, { name: "b" }]);

    assert.deepEqual(revisionOfTarget(record, looks({ "configmap/b": { kind: "shared" } })).revision?.configs, {});
  });
});

describe("the revision of a primary", () => {
  const target = (record = workload(settings), state: ConfigState = tracked("1")) => ({
    record,
    revision: revisionOfTarget(record, looks({ "configmap/settings": state })).revision,
  });
  const copied = [{ name: "settings-primary" }];
  const COPIES = ["configmap/settings-primary"];

  it("is what was noted on it, whatever it looks like", () => {
    const noted = { ...workload().template, label: "noted" };

    assert.equal(revisionOfPrimary({ ...workload(copied), copied: noted }, target(), looks({})), noted);
  });

  it("is the target's when template and configs are the same", () => {
    const states = { "configmap/settings": tracked("1"), "configmap/settings-primary": tracked("1") };

    assert.deepEqual(revisionOfPrimary(workload(copied), target(), looks(states, COPIES)), target().revision);
  });

  it("is the target's when only binary data was left out of the copy", () => {
    const states = { "configmap/settings": tracked("2", "1"), "configmap/settings-primary": tracked("1") };
    const of = target(workload(settings), tracked("2", "1"));

    assert.equal(revisionOfPrimary(workload(copied), of, looks(states, COPIES)), of.revision);
  });

  it("is another when a copy holds something else, or something is not copied that should be", () => {
    const other = { "configmap/settings": tracked("1"), "configmap/settings-primary": tracked("9") };
    const none = { "configmap/settings": tracked("1") };

    const [changed, without] = [
      revisionOfPrimary(workload(copied), target(), looks(other, COPIES)),
      revisionOfPrimary(workload(), target(), looks(none)),
    ];

    assert.notEqual(changed?.hash, target().revision?.hash);
    assert.deepEqual(changed?.configs, { "configmap/settings": "9" });
    assert.notEqual(without?.hash, target().revision?.hash);
  });

  it("is the target's when the other controller did not track configs, and both share them", () => {
    const states = { "configmap/settings": tracked("1") };

    assert.deepEqual(revisionOfPrimary(workload(settings), target(), looks(states)), target().revision);
  });

  it("is not known while its configs are unread", () => {
    const states = { "configmap/settings": tracked("1"), "configmap/settings-primary": UNREAD };

    assert.equal(revisionOfPrimary(workload(copied), target(), looks(states, COPIES)), null);
  });

  it("equals that of the target which it was made from, once the target has gone on and comes back", () => {
    const states = { "configmap/settings": tracked("1"), "configmap/settings-primary": tracked("1") };
    const gone = target(workload(settings, "shop:2"));

    const runs = revisionOfPrimary(workload(copied), gone, looks(states, COPIES));

    assert.equal(runs?.hash, target().revision?.hash);
  });
});
