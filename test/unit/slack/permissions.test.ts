import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { denialMessage } from "../../../src/slack/messages/denial.ts";
import { People, type Directory, type UserFacts } from "../../../src/slack/people.ts";
import { Permissions } from "../../../src/slack/permissions.ts";
import { Policy } from "../../../src/slack/policy.ts";
import { assertPostable } from "./support/check-message.ts";
import { memoryLog } from "./support/log.ts";

const TEAM = "T0COALMINE";
const target = { cluster: "prod-eu", namespace: "demo", name: "podinfo" };
const policy = Policy.parse({
  groups: { approvers: { usergroups: ["S0APPROVER"] } },
  rules: [
    { who: { users: ["*"] }, verbs: ["start"] },
    { who: { groups: ["approvers"] }, verbs: ["approve"] },
  ],
});

function setUp(facts: Partial<UserFacts> | null | Error = {}) {
  let now = 0;
  const asked: string[] = [];
  const directory: Directory = {
    user: async (id) => {
      asked.push(id);
      if (facts instanceof Error) throw facts;
      return facts === null ? null : { id, team_id: TEAM, name: "ana", ...facts };
    },
    usergroupMembers: async () => ["U0LEE"],
  };
  const { log, lines } = memoryLog();
  const people = new People({ directory, team: TEAM, log, now: () => now });
  const permissions = new Permissions({ people, policy: () => policy, log });
  const ask = (user = "U0ANA", verb: "start" | "approve" = "start", team = TEAM) =>
    permissions.authorize({ user, team }, { verb, target, channel: "C0DEPLOYS" });
  return { ask, asked, lines, advance: (millis: number) => (now += millis) };
}

const strangers: readonly (readonly [string, Partial<UserFacts> | null | Error])[] = [
  ["unknown", null],
  ["unreachable", new Error("timeout")],
  ["other-team", { team_id: "T0OTHER" }],
  ["other-team", { is_stranger: true }],
  ["deactivated", { deleted: true }],
  ["machine", { is_bot: true }],
  ["machine", { is_workflow_bot: true }],
  ["machine", { is_connector_bot: true }],
  ["machine", { is_app_user: true }],
  ["guest", { is_restricted: true }],
  ["guest", { is_restricted: true, is_ultra_restricted: true }],
  ["invited", { is_invited_user: true }],
];

describe("permissions", () => {
  for (const [why, facts] of strangers)
    it(`refuses ${JSON.stringify(facts instanceof Error ? "no answer" : facts)} as ${why}, and says so`, async () => {
      const { ask } = setUp(facts);

      const decision = await ask();

      assert.deepEqual(decision, { allowed: false, denial: { kind: "stranger", why } });
      if (!decision.allowed) assertPostable(denialMessage(decision.denial));
    });

  it("refuses a payload that comes from another workspace", async () => {
    const decision = await setUp().ask("U0ANA", "start", "T0OTHER");

    assert.equal(decision.allowed, false);
  });

  it("takes a person of the same enterprise who is in this workspace", async () => {
    const decision = await setUp({ team_id: "T0OTHER", enterprise_user: { teams: [TEAM] } }).ask();

    assert.equal(decision.allowed, true);
  });

  it("signs the policy's groups of a person into what they may do", async () => {
    const decision = await setUp().ask("U0LEE", "approve");

    assert.deepEqual(decision.allowed && decision.roles, ["approvers"]);
  });

  it("names those who may when it refuses", async () => {
    const decision = await setUp().ask("U0ANA", "approve");

    const text = decision.allowed ? "" : denialMessage(decision.denial).text;
    assert.match(text, /You may not `approve` `prod-eu:demo\/podinfo`. Ask <!subteam\^S0APPROVER>/);
  });

  it("writes every decision into the audit log", async () => {
    const { ask, lines } = setUp();

    await ask();
    await ask("U0ANA", "approve");

    const audit = lines
      .filter((line) => line.fields["audit"] === true)
      .map(({ fields }) => [fields["verb"], fields["allowed"]]);
    assert.deepEqual(audit, [
      ["start", true],
      ["approve", false],
    ]);
  });

  it("asks Slack again after a minute at the latest, and at once after a failure", async () => {
    const { ask, asked, advance } = setUp();
    await ask();
    await ask();
    advance(60_001);
    await ask();

    assert.equal(asked.length, 2);

    const failing = setUp(new Error("timeout"));
    await failing.ask();
    await failing.ask();
    assert.equal(failing.asked.length, 2);
  });
});
