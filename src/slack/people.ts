import { z } from "zod";
import { explain } from "../errors.ts";
import type { Log } from "../telemetry/log.ts";

/** What users.info says about a person, as far as it matters here. */
export const UserFacts = z.object({
  id: z.string(),
  team_id: z.string().optional(),
  name: z.string().optional(),
  deleted: z.boolean().optional(),
  is_bot: z.boolean().optional(),
  is_app_user: z.boolean().optional(),
  is_workflow_bot: z.boolean().optional(),
  is_connector_bot: z.boolean().optional(),
  is_restricted: z.boolean().optional(),
  is_ultra_restricted: z.boolean().optional(),
  is_invited_user: z.boolean().optional(),
  is_stranger: z.boolean().optional(),
  profile: z.object({ display_name: z.string().optional(), real_name: z.string().optional() }).optional(),
  enterprise_user: z.object({ teams: z.array(z.string()).optional() }).optional(),
});
export type UserFacts = z.infer<typeof UserFacts>;

/** Why a person may ask nothing at all. Each has its sentence in `messages/denial.ts`. */
export type Stranger = "unknown" | "unreachable" | "other-team" | "deactivated" | "machine" | "guest" | "invited";

/** Slack's directory, as far as it is asked here. Both reject when Slack does not answer. */
export interface Directory {
  /** `null`: there is no such user. */
  user(id: string): Promise<UserFacts | null>;
  usergroupMembers(id: string): Promise<readonly string[]>;
}

/** A full member of this workspace. */
export interface Member {
  readonly id: string;
  readonly name: string;
}

/** What a person lacks to be a full member of `team`, or `null`. Doubt counts against them. */
export function strangeness(facts: UserFacts, team: string): Stranger | null {
  const homes = [facts.team_id ?? "", ...(facts.enterprise_user?.teams ?? [])];
  if (!homes.includes(team) || facts.is_stranger === true) return "other-team";
  if (facts.deleted === true) return "deactivated";
  if (facts.is_bot || facts.is_workflow_bot || facts.is_connector_bot || facts.is_app_user || facts.id === "USLACKBOT")
    return "machine";
  if (facts.is_restricted || facts.is_ultra_restricted) return "guest";
  return facts.is_invited_user === true ? "invited" : null;
}

const KEPT = 60_000;
const MOST = 5000;

interface Entry<T> {
  readonly value: Promise<T>;
  readonly until: number;
}

/** Answers about people, remembered for at most a minute; a failed lookup is never remembered, and never counts in favour. */
export class People {
  readonly #directory: Directory;
  readonly #team: string;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #users = new Map<string, Entry<UserFacts | null>>();
  readonly #groups = new Map<string, Entry<readonly string[]>>();

  constructor(parts: {
    readonly directory: Directory;
    readonly team: string;
    readonly log: Log;
    readonly now: () => number;
  }) {
    this.#directory = parts.directory;
    this.#team = parts.team;
    this.#log = parts.log;
    this.#now = parts.now;
  }

  /** The full member behind an id, or why this is none. `team` is where the request says that it comes from. */
  async member(id: string, team: string): Promise<Member | Stranger> {
    if (team !== "" && team !== this.#team) return "other-team";
    try {
      const facts = await this.#remember(this.#users, id, () => this.#directory.user(id));
      if (facts === null) return "unknown";
      return strangeness(facts, this.#team) ?? { id, name: nameFrom(facts) };
    } catch (error) {
      this.#log.warn({ user: id, error: explain(error) }, "user could not be looked up");
      return "unreachable";
    }
  }

  /** Of these user groups, the ones that a person is in. A group that cannot be looked up counts as one they are not in. */
  async groupsOf(id: string, groups: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await Promise.all(
      groups.map(async (group) => ((await this.#members(group)).includes(id) ? [group] : [])),
    );
    return new Set(found.flat());
  }

  async #members(group: string): Promise<readonly string[]> {
    try {
      return await this.#remember(this.#groups, group, () => this.#directory.usergroupMembers(group));
    } catch (error) {
      this.#log.warn({ usergroup: group, error: explain(error) }, "user group could not be looked up");
      return [];
    }
  }

  #remember<T>(memory: Map<string, Entry<T>>, key: string, look: () => Promise<T>): Promise<T> {
    const known = memory.get(key);
    if (known !== undefined && known.until > this.#now()) return known.value;
    if (memory.size >= MOST) memory.clear();
    const value = look();
    memory.set(key, { value, until: this.#now() + KEPT });
    value.catch(() => memory.delete(key));
    return value;
  }
}

function nameFrom({ profile, name, id }: UserFacts): string {
  return (
    [profile?.display_name, name, profile?.real_name, id].find((entry) => entry !== undefined && entry !== "") ?? id
  );
}
