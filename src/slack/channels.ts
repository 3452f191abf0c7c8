import type { SlackApi } from "./slack-api.ts";

const KEPT = 10 * 60_000;

/** Channels by id or name, as manifests and configuration give them. */
export class Channels {
  readonly #slack: Pick<SlackApi, "channelNamed">;
  readonly #now: () => number;
  readonly #known = new Map<string, { readonly id: string; readonly until: number }>();

  constructor(slack: Pick<SlackApi, "channelNamed">, now: () => number) {
    this.#slack = slack;
    this.#now = now;
  }

  /** The id of `C0…`, `#deploys` or `deploys`; `null` when there is no such channel. Rejects when Slack does not answer. */
  async idOf(nameOrId: string): Promise<string | null> {
    if (/^[CGD][A-Z0-9]{6,}$/.test(nameOrId)) return nameOrId;
    const name = nameOrId.replace(/^#/, "").toLowerCase();
    if (name === "") return null;
    const known = this.#known.get(name);
    if (known !== undefined && known.until > this.#now()) return known.id;
    const id = await this.#slack.channelNamed(name);
    if (id !== null) this.#known.set(name, { id, until: this.#now() + KEPT });
    return id;
  }
}
