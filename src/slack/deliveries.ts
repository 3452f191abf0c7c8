import { z } from "zod";
import { CANARY_SELECT, VERSION_INPUT } from "./messages/forms.ts";

/** Slack's payloads, as far as they are used. What does not have this shape is not for us. */

const user = z.object({ id: z.string(), team_id: z.string().optional() });
const team = z.object({ id: z.string() }).nullish();

export const Command = z.object({
  user_id: z.string(),
  team_id: z.string(),
  channel_id: z.string(),
  trigger_id: z.string(),
  text: z.string().default(""),
});

const view = z.object({ id: z.string(), type: z.string(), private_metadata: z.string().default("") });

export const Press = z.object({
  type: z.literal("block_actions"),
  user,
  team,
  trigger_id: z.string(),
  container: z
    .object({ type: z.string(), is_ephemeral: z.boolean().optional(), thread_ts: z.string().optional() })
    .optional(),
  channel: z.object({ id: z.string() }).nullish(),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }).nullish(),
  view: view.nullish(),
  actions: z
    .array(z.object({ action_id: z.string(), action_ts: z.string().default(""), value: z.string().default("") }))
    .min(1),
});
export type Press = z.infer<typeof Press>;

export const Submission = z.object({
  type: z.literal("view_submission"),
  user,
  team,
  view: view.extend({
    hash: z.string().default(""),
    state: z.object({
      values: z.object({
        [CANARY_SELECT.block]: z.object({
          [CANARY_SELECT.action]: z.object({ selected_option: z.object({ value: z.string() }).nullish() }),
        }),
        [VERSION_INPUT.block]: z.object({ [VERSION_INPUT.action]: z.object({ value: z.string().nullish() }) }),
      }),
    }),
  }),
});
export type Submission = z.infer<typeof Submission>;

export const Shortcut = z.object({
  user,
  team,
  trigger_id: z.string(),
  channel: z.object({ id: z.string() }).nullish(),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }).nullish(),
});
export type Shortcut = z.infer<typeof Shortcut>;

export const Mention = z.object({
  user: z.string(),
  /** Set when a workflow or an app mentions. */
  bot_id: z.undefined().optional(),
  text: z.string().default(""),
  channel: z.string(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  user_team: z.string().optional(),
  team: z.string().optional(),
});

export const HomeOpened = z.object({ user: z.string(), tab: z.string().default("home") });

/** Who did it, by a payload of the interactive kind. */
export const callerOf = ({ user: who, team: where }: Pick<Press, "user" | "team">) => ({
  user: who.id,
  team: who.team_id ?? where?.id ?? "",
});

/** The channel that a modal was opened from; empty when there was none. */
export function channelIn(metadata: string): string {
  try {
    return z.object({ channel: z.string() }).safeParse(JSON.parse(metadata)).data?.channel ?? "";
  } catch {
    return ""; // A view without metadata, such as Home.
  }
}
