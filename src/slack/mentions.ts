import { explain } from "../errors.ts";
import { whisperingAnswerer } from "./answerers.ts";
import type { ThreadOf } from "./ask.ts";
import type { BoltApp, ListenerParts } from "./app.ts";
import { HomeOpened, Mention } from "./deliveries.ts";

/** `@canary …`, which is the way to type in a thread, and the opening of Home. */
export function listenToMentions(app: BoltApp, parts: ListenerParts): void {
  app.event("app_mention", async ({ event, body }) => {
    const mention = Mention.safeParse(event).data;
    // Workflows and apps mention without a person; there is nobody to answer.
    if (mention === undefined || !parts.events.first(body.event_id)) return;
    const { user, channel, thread_ts } = mention;
    const thread = thread_ts === undefined ? {} : { threadTs: thread_ts };
    const answerer = whisperingAnswerer(parts.slack, { channel, user, ...thread });
    const asking = {
      caller: { user, team: mention.user_team ?? mention.team ?? "" },
      channel,
      delivery: body.event_id,
      answerer,
    };
    await parts.ask.typed(asking, {
      text: wordsAfter(mention.text, parts.identity.botUser),
      implied: await impliedBy(parts, channel, thread_ts),
    });
  });
  app.event("app_home_opened", async ({ event, body }) => {
    const opened = HomeOpened.safeParse(event).data;
    if (opened === undefined || opened.tab !== "home" || !parts.events.first(body.event_id)) return;
    await parts.home.opened({ user: opened.user, team: "" });
  });
}

/** What follows the first mention of the bot; all of it when the bot is not mentioned in so many words. */
function wordsAfter(text: string, botUser: string): string {
  const [, after] = new RegExp(`<@${botUser}(?:\\|[^>]*)?>([^]*)$`, "u").exec(text) ?? [];
  return after ?? text;
}

/** The rollout whose thread this is. While that cannot be looked up, none is implied, and the answer says why. */
async function impliedBy(
  { ask, log }: ListenerParts,
  channel: string,
  thread: string | undefined,
): Promise<ThreadOf | null> {
  if (thread === undefined) return null;
  try {
    return await ask.rolloutOfThread(channel, thread);
  } catch (error) {
    log.warn({ error: explain(error) }, "thread could not be looked up");
    return null;
  }
}
