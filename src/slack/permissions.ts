import type { Log } from "../telemetry/log.ts";
import { fullName } from "./messages/names.ts";
import type { Member, People, Stranger } from "./people.ts";
import { judge, mentions, namedUsergroups, rolesOf, type Asker, type Deed, type Policy } from "./policy.ts";

/** Who asks, from where: taken from Slack's payload. */
export interface Caller {
  readonly user: string;
  /** Workspace that the payload names; empty when it names none. */
  readonly team: string;
}

export type Denial =
  | { readonly kind: "stranger"; readonly why: Stranger }
  | {
      readonly kind: "not-allowed";
      readonly deed: Deed;
      /** Mentions of those who may. */
      readonly who: readonly string[];
      /** Channels where this person may. */
      readonly elsewhere: readonly string[];
    };

export type Decision =
  | { readonly allowed: true; readonly member: Member; readonly roles: readonly string[] }
  | { readonly allowed: false; readonly denial: Denial };

/** A person with what the policy needs to know about them, for several questions at once. */
export interface Known {
  readonly member: Member;
  readonly asker: Asker;
  readonly policy: Policy;
}

/** Decides who may do what, and writes every decision into the audit log. */
export class Permissions {
  readonly #people: People;
  readonly #policy: () => Policy;
  readonly #log: Log;

  constructor(parts: { readonly people: People; readonly policy: () => Policy; readonly log: Log }) {
    this.#people = parts.people;
    this.#policy = parts.policy;
    this.#log = parts.log;
  }

  /** Whether this person may do this deed here. Never rejects: what cannot be checked is refused. */
  async authorize(caller: Caller, deed: Deed): Promise<Decision> {
    const known = await this.recognise(caller);
    const decision: Decision = "why" in known ? { allowed: false, denial: known } : this.decide(known, deed);
    this.#audit(caller, deed, decision);
    return decision;
  }

  /** The person behind a payload, or why they may ask nothing. */
  async recognise(caller: Caller): Promise<Known | Extract<Denial, { kind: "stranger" }>> {
    const member = await this.#people.member(caller.user, caller.team);
    if (typeof member === "string") return { kind: "stranger", why: member };
    const policy = this.#policy();
    const usergroups = await this.#people.groupsOf(caller.user, namedUsergroups(policy));
    return { member, policy, asker: { user: caller.user, usergroups } };
  }

  /** The same decision without the audit line: for help and Home, which only choose what to show. */
  decide({ member, asker, policy }: Known, deed: Deed): Decision {
    const verdict = judge(policy, asker, deed);
    if (verdict.allowed) return { allowed: true, member, roles: rolesOf(policy, asker) };
    const { elsewhere, who } = verdict;
    return { allowed: false, denial: { kind: "not-allowed", deed, who: mentions(policy, who), elsewhere } };
  }

  #audit(caller: Caller, deed: Deed, decision: Decision): void {
    this.#log.info(
      {
        audit: true,
        user: caller.user,
        team: caller.team,
        verb: deed.verb,
        canary: deed.target === null ? "" : fullName(deed.target),
        channel: deed.channel,
        allowed: decision.allowed,
        roles: decision.allowed ? decision.roles : [],
        reason: decision.allowed ? "" : decision.denial.kind === "stranger" ? decision.denial.why : "policy",
      },
      "permission decided",
    );
  }
}
