import type { Clock } from "../clock.ts";
import { ApiError } from "../api/api-error.ts";
import type { Ids } from "../workspace/ids.ts";
import { dropOld } from "../workspace/prune.ts";

const life = 3000;
// Kept for longer than they live, so that a late use is told from a made-up id.
const remembered = 10 * 60_000;

/** Trigger ids: each opens one view, within three seconds. */
export class Triggers {
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #issued = new Map<
    string,
    { readonly user: string; readonly at: number; readonly fromView: string | undefined; used: boolean }
  >();

  constructor(parts: { readonly clock: Clock; readonly ids: Ids }) {
    this.#clock = parts.clock;
    this.#ids = parts.ids;
  }

  /** A new trigger of this person; `fromView` names the modal it was born in. */
  issue(user: string, fromView?: string): string {
    dropOld(this.#issued, this.#clock.now() - remembered);
    const count = this.#ids.count("trigger");
    const id = `${1_000_000_000_000 + count}.${2_000_000_000_000 + count}.${crypto.randomUUID().replaceAll("-", "")}`;
    this.#issued.set(id, { user, at: this.#clock.now(), fromView, used: false });
    return id;
  }

  /** Uses a trigger up. Throws Slack's code for ids that are garbage, too old or used. */
  use(id: string): { readonly user: string; readonly fromView: string | undefined } {
    const trigger = this.#issued.get(id);
    if (trigger === undefined) throw new ApiError("invalid_trigger_id");
    if (trigger.used) throw new ApiError("exchanged_trigger_id");
    if (this.#clock.now() - trigger.at > life) throw new ApiError("expired_trigger_id");
    trigger.used = true;
    return trigger;
  }
}
