import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parsePolicy } from "../../../src/slack/policy-file.ts";
import { approversOf, judge, rolesOf, type Asker, type Deed } from "../../../src/slack/policy.ts";

const sample = parsePolicy(
  readFileSync(join(import.meta.dirname, "../../../deploy/samples/policy.yaml"), "utf8"),
  "sample",
);
const policy = parsePolicy(
  `
groups:
  approvers: { usergroups: [S0APPROVER], users: [U0MAX] }
rules:
  - who: { users: ["*"] }
    verbs: [status, list]
  - who: { users: [U0ANA] }
    verbs: [start, pause]
    clusters: ["prod-*"]
    namespaces: [demo]
    canaries: ["pod*"]
  - who: { groups: [approvers] }
    verbs: ["*"]
  - who: { usergroups: [S0ONCALL], channels: [C0DEPLOYS] }
    verbs: [rollback]
  - who: { users: [U0UNA] }
    verbs: [undo]
`,
  "policy.yaml",
);
const person = (user: string, ...usergroups: string[]): Asker => ({ user, usergroups: new Set(usergroups) });
const podinfo = { cluster: "prod-eu", namespace: "demo", name: "podinfo" };
const deed = (verb: Deed["verb"], target: Deed["target"] = podinfo, channel = "C0RANDOM"): Deed => ({
  verb,
  target,
  channel,
});

const table: readonly (readonly [string, Asker, Deed, boolean])[] = [
  ["lets everybody look", person("U0DEV"), deed("status"), true],
  ["lets everybody list without a canary", person("U0DEV"), deed("list", null), true],
  ["refuses what no rule allows", person("U0DEV"), deed("start"), false],
  ["always gives help", person("U0DEV"), deed("help", null), true],
  ["lets a named person start", person("U0ANA"), deed("start"), true],
  ["refuses another verb of the same person", person("U0ANA"), deed("rollback"), false],
  ["refuses another cluster", person("U0ANA"), deed("start", { ...podinfo, cluster: "staging" }), false],
  ["refuses another namespace", person("U0ANA"), deed("start", { ...podinfo, namespace: "demo2" }), false],
  ["refuses another canary", person("U0ANA"), deed("start", { ...podinfo, name: "checkout" }), false],
  [
    "does not take a glob's dash for letters of a longer cluster",
    person("U0ANA"),
    deed("start", { ...podinfo, cluster: "xprod-eu" }),
    false,
  ],
  ["lets a member of a group's user group approve", person("U0LEE", "S0APPROVER"), deed("approve"), true],
  ["lets a member named in a group approve", person("U0MAX"), deed("approve"), true],
  ["refuses a rule outside its channel", person("U0ONE", "S0ONCALL"), deed("rollback"), false],
  ["does not let undo whoever may roll back", person("U0ONE", "S0ONCALL"), deed("undo", podinfo, "C0DEPLOYS"), false],
  ["does not let roll back whoever may undo", person("U0UNA"), deed("rollback"), false],
  ["lets undo whom a rule names for it", person("U0UNA"), deed("undo"), true],
  ["allows a rule inside its channel", person("U0ONE", "S0ONCALL"), deed("rollback", podinfo, "C0DEPLOYS"), true],
  [
    "refuses a channel's rule where there is no channel",
    person("U0ONE", "S0ONCALL"),
    deed("rollback", podinfo, ""),
    false,
  ],
];

describe("policy", () => {
  for (const [says, asker, wanted, allowed] of table)
    it(says, () => {
      assert.equal(judge(policy, asker, wanted).allowed, allowed);
    });

  it("says in which channel a person may", () => {
    const verdict = judge(policy, person("U0ONE", "S0ONCALL"), deed("rollback"));

    assert.deepEqual(verdict.allowed ? null : verdict.elsewhere, ["C0DEPLOYS"]);
  });

  it("tells the groups that a person is in, as roles", () => {
    assert.deepEqual(rolesOf(policy, person("U0LEE", "S0APPROVER")), ["approvers"]);
    assert.deepEqual(rolesOf(policy, person("U0DEV")), []);
  });

  it("names whom to ask for an approval, by group or by verb", () => {
    assert.deepEqual(approversOf(policy, podinfo, "approvers"), ["<!subteam^S0APPROVER>", "<@U0MAX>"]);
    assert.deepEqual(approversOf(policy, podinfo, ""), ["<!subteam^S0APPROVER>", "<@U0MAX>"]);
  });

  it("lists every problem of a bad file with its place", () => {
    const bad =
      "groups:\n  Bad_Name: {}\nrules:\n  - who: {}\n    verbs: [deploy]\n  - who: { groups: [ghosts] }\n    verbs: [start]\n    surprise: 1\n";

    assert.throws(
      () => parsePolicy(bad, "policy.yaml"),
      (error: Error) => {
        assert.match(error.message, /groups\.Bad_Name/);
        assert.match(error.message, /rules\.0\.who: name users/);
        assert.match(error.message, /rules\.0\.verbs\.0/);
        assert.match(error.message, /rules\.1: .*surprise/);
        return true;
      },
    );
  });

  it("refuses a rule for a group that does not exist", () => {
    assert.throws(
      () => parsePolicy("rules:\n  - who: { groups: [ghosts] }\n    verbs: [start]\n", "p"),
      /there is no group ghosts/,
    );
  });

  it("refuses what is not YAML, or has a key twice", () => {
    assert.throws(() => parsePolicy("rules: [", "p"), /not YAML/);
    assert.throws(() => parsePolicy("rules: []\nrules: []\n", "p"), /not YAML/);
    assert.throws(() => parsePolicy("", "p"), /not valid/);
  });

  it("ships a sample in which ana starts, lee approves, and dev only looks", () => {
    const ana = person("U0ANA00001");
    const lee = person("U0LEE00001", "S0APPROVER");
    const may = (asker: Asker) =>
      (["start", "approve", "status"] as const).filter((verb) => judge(sample, asker, deed(verb)).allowed);

    assert.deepEqual(may(ana), ["start", "status"]);
    assert.deepEqual(may(lee), ["start", "approve", "status"]);
    assert.deepEqual(may(person("U0DEV00001")), ["status"]);
  });
});
