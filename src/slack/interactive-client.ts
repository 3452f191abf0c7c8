import { WebAPIPlatformError, WebClient, type WebClientOptions } from "@slack/web-api";
import { z } from "zod";
import type { View } from "./messages/blocks.ts";
import { UserFacts, type Directory } from "./people.ts";

/** Modals and Home. All reject when Slack does not take the view. */
export interface Views {
  /** Opens a modal and gives its id. Only within 3 s of the press. */
  open(triggerId: string, view: View): Promise<string>;
  /** A modal that the person has closed meanwhile is no failure. */
  update(viewId: string, view: View): Promise<void>;
  publish(user: string, view: View): Promise<void>;
}

/** Who this bot is, in which workspace. */
export interface Identity {
  readonly team: string;
  readonly botId: string;
  readonly botUser: string;
  /** Address of the workspace, ends with a slash. */
  readonly workspace: string;
}

export interface InteractiveClient extends Views, Directory {
  identity(): Promise<Identity>;
}

const Opened = z.object({ view: z.object({ id: z.string() }) });
const Me = z.object({ team_id: z.string(), bot_id: z.string(), user_id: z.string(), url: z.string().default("") });

/** The client for what a person waits for: short timeouts, no retries, never behind the announcements. */
export function createInteractiveClient(token: string, client: WebClientOptions): InteractiveClient {
  const web = new WebClient(token, {
    ...client,
    timeout: 2_500,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
  });
  return {
    open: async (triggerId, view) =>
      Opened.parse(await web.apiCall("views.open", { trigger_id: triggerId, view })).view.id,
    update: async (viewId, view) => {
      await tolerating("not_found", web.apiCall("views.update", { view_id: viewId, view }));
    },
    publish: async (user, view) => void (await web.apiCall("views.publish", { user_id: user, view })),
    user: async (id) => {
      const found = await tolerating("user_not_found", web.apiCall("users.info", { user: id }));
      return found === null ? null : z.object({ user: UserFacts }).parse(found).user;
    },
    usergroupMembers: async (id) => {
      const found = await tolerating("no_such_subteam", web.apiCall("usergroups.users.list", { usergroup: id }));
      return found === null ? [] : z.object({ users: z.array(z.string()) }).parse(found).users;
    },
    identity: async () => {
      const me = Me.parse(await web.apiCall("auth.test"));
      return { team: me.team_id, botId: me.bot_id, botUser: me.user_id, workspace: me.url.replace(/\/*$/, "/") };
    },
  };
}

/** `null` where Slack answers with this code; other failures stay failures. */
async function tolerating<T>(code: string, call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof WebAPIPlatformError && error.data.error === code) return null;
    throw error;
  }
}
