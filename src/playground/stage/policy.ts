import { stringify } from "yaml";

/** The ids of the seeded workspace that the policy speaks of. */
export interface PolicyIds {
  readonly people: Readonly<Record<string, string>>;
  readonly groups: Readonly<Record<string, string>>;
}

/** The playground's policy file: Ana runs releases, the approver group approves and undoes too, everybody else may look. */
export function playgroundPolicy({ people, groups }: PolicyIds): string {
  const { ana = "" } = people;
  const approvers = groups["releaseApprovers"] ?? "";
  return stringify({
    groups: { "release-approvers": { usergroups: [approvers] } },
    rules: [
      { who: { users: ["*"] }, verbs: ["status", "list", "why", "help"] },
      { who: { users: [ana] }, verbs: ["start", "pause", "resume", "rollback"], namespaces: ["demo"] },
      { who: { groups: ["release-approvers"] }, verbs: ["*"], namespaces: ["demo"] },
    ],
  });
}
