import { z } from "zod";
import type { CanaryName } from "./messages/names.ts";
import { VERBS, type Verb } from "./slash-commands/table.ts";

const user = z.string().regex(/^(?:[UW][A-Z0-9]+|\*)$/, "a user id such as U012ABC34, or * for every member");
const usergroup = z.string().regex(/^S[A-Z0-9]+$/, "a user group id such as S012ABC34");
const channel = z.string().regex(/^[CGD][A-Z0-9]+$/, "a channel id such as C012ABC34");
const glob = z.string().regex(/^[a-z0-9.*-]+$/, "a name, in which * stands for any letters");
const groupName = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "a name of small letters, digits and dashes");
const verb = z.enum(["*", ...VERBS]);

const Group = z.strictObject({ users: z.array(user).default([]), usergroups: z.array(usergroup).default([]) });

const Rule = z.strictObject({
  who: z
    .strictObject({
      users: z.array(user).default([]),
      usergroups: z.array(usergroup).default([]),
      groups: z.array(groupName).default([]),
      /** Where it may be asked. Absent: everywhere. */
      channels: z.array(channel).min(1).optional(),
    })
    .refine((who) => who.users.length + who.usergroups.length + who.groups.length > 0, {
      error: "name users, usergroups or groups; * in users stands for every member",
    }),
  verbs: z.array(verb).min(1),
  clusters: z.array(glob).min(1).default(["*"]),
  namespaces: z.array(glob).min(1).default(["*"]),
  canaries: z.array(glob).min(1).default(["*"]),
});

/** Who may do what. What no rule allows is refused. */
export const Policy = z
  .strictObject({ groups: z.record(groupName, Group).default({}), rules: z.array(Rule) })
  .superRefine((policy, context) => {
    for (const [index, rule] of policy.rules.entries())
      for (const group of rule.who.groups)
        if (!Object.hasOwn(policy.groups, group))
          context.addIssue({
            code: "custom",
            path: ["rules", index, "who", "groups"],
            message: `there is no group ${group}`,
          });
  });
export type Policy = z.infer<typeof Policy>;
type PolicyRule = Policy["rules"][number];

/** A person, as far as rules look at them. */
export interface Asker {
  readonly user: string;
  /** Slack user groups that the person is in, of those that the policy names. */
  readonly usergroups: ReadonlySet<string>;
}

/** What is asked, and where. `target: null` for questions about no canary in particular. */
export interface Deed {
  readonly verb: Verb;
  readonly target: CanaryName | null;
  /** Empty where there is no channel, such as Home. */
  readonly channel: string;
}

export type Verdict =
  | { readonly allowed: true; readonly rule: number }
  | { readonly allowed: false; readonly elsewhere: readonly string[]; readonly who: Policy["rules"][number]["who"] };

/** Whether a rule allows this person this deed. The refusal says who may, and in which channels the person themselves may. */
export function judge(policy: Policy, asker: Asker, deed: Deed): Verdict {
  if (deed.verb === "help") return { allowed: true, rule: -1 };
  const rule = policy.rules.findIndex(
    (entry) => covers(entry, deed) && meansPerson(policy, entry, asker) && isHere(entry, deed.channel),
  );
  if (rule !== -1) return { allowed: true, rule };
  const fitting = policy.rules.filter((entry) => covers(entry, deed));
  const elsewhere = fitting
    .filter((entry) => meansPerson(policy, entry, asker))
    .flatMap((entry) => entry.who.channels ?? []);
  return { allowed: false, elsewhere: [...new Set(elsewhere)], who: together(fitting) };
}

function together(rules: readonly PolicyRule[]): PolicyRule["who"] {
  const all = (pick: (rule: PolicyRule) => readonly string[]): string[] => [...new Set(rules.flatMap(pick))];
  return {
    users: all((rule) => rule.who.users),
    usergroups: all((rule) => rule.who.usergroups),
    groups: all((rule) => rule.who.groups),
  };
}

function covers(rule: PolicyRule, { verb: asked, target }: Deed): boolean {
  if (!rule.verbs.includes("*") && !rule.verbs.includes(asked)) return false;
  if (target === null) return true;
  return (
    matches(rule.clusters, target.cluster) &&
    matches(rule.namespaces, target.namespace) &&
    matches(rule.canaries, target.name)
  );
}

const isHere = (rule: PolicyRule, where: string): boolean => rule.who.channels?.includes(where) ?? true;

function meansPerson(policy: Policy, { who }: PolicyRule, asker: Asker): boolean {
  if (who.users.includes("*") || who.users.includes(asker.user)) return true;
  if (who.usergroups.some((group) => asker.usergroups.has(group))) return true;
  return who.groups.some((group) => isIn(policy, group, asker));
}

function isIn(policy: Policy, name: string, asker: Asker): boolean {
  const group = policy.groups[name];
  if (group === undefined) return false;
  if (group.users.includes("*") || group.users.includes(asker.user)) return true;
  return group.usergroups.some((usergroup) => asker.usergroups.has(usergroup));
}

/** Groups of the policy that the person belongs to: what a command carries as roles. */
export function rolesOf(policy: Policy, asker: Asker): readonly string[] {
  return Object.keys(policy.groups).filter((name) => isIn(policy, name, asker));
}

/** Every Slack user group that the policy names. */
export function namedUsergroups(policy: Policy): readonly string[] {
  const ofRules = policy.rules.flatMap((rule) => rule.who.usergroups);
  return [...new Set([...ofRules, ...Object.values(policy.groups).flatMap((group) => group.usergroups)])];
}

/** Mentions that reach those who may approve this canary: a group of the policy, or when none is named, whoever has the verb. */
export function approversOf(policy: Policy, target: CanaryName, group: string): readonly string[] {
  const named = policy.groups[group];
  if (named !== undefined) return mentions(policy, { ...named, groups: [] });
  const rules = policy.rules.filter((rule) => covers(rule, { verb: "approve", target, channel: "" }));
  return mentions(policy, together(rules));
}

/** Tokens for people and user groups; `*` is nobody in particular and is left out. */
export function mentions(policy: Policy, who: Omit<PolicyRule["who"], "channels">): readonly string[] {
  const groups = who.groups.flatMap((name) => policy.groups[name] ?? []);
  const usergroups = [...who.usergroups, ...groups.flatMap((group) => group.usergroups)];
  const users = [...who.users, ...groups.flatMap((group) => group.users)].filter((entry) => entry !== "*");
  return [...new Set([...usergroups.map((id) => `<!subteam^${id}>`), ...users.map((id) => `<@${id}>`)])];
}

function matches(globs: readonly string[], name: string): boolean {
  return globs.some((entry) => new RegExp(`^${entry.replaceAll(".", "\\.").replaceAll("*", ".*")}$`).test(name));
}
