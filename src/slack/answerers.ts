import type { Message } from "./messages/blocks.ts";
import { answerModal } from "./messages/forms.ts";
import type { SlackApi } from "./slack-api.ts";
import type { Views } from "./interactive-client.ts";

/** A person's screen, as far as one of their wishes reaches: where its private answers are shown. */
export interface Answerer {
  show(message: Message): Promise<void>;
  /** Whether a later answer takes the place of an earlier one. */
  readonly replaces: boolean;
}

/** Bolt's `respond`, as far as it is used. */
export type Respond = (answer: {
  readonly response_type: "ephemeral";
  readonly replace_original: boolean;
  readonly text: string;
  readonly blocks: Message["blocks"];
}) => Promise<unknown>;

/** Answers through the response_url: each is a new private message, for a typed command has none that could be replaced. */
export function respondingAnswerer(respond: Respond): Answerer {
  return { replaces: false, show: async ({ text, blocks }) => void (await respond(answer(text, blocks, false))) };
}

/** Answers in the place of the private message whose button was pressed: its controls are history by then. */
export function replacingAnswerer(respond: Respond): Answerer {
  return { replaces: true, show: async ({ text, blocks }) => void (await respond(answer(text, blocks, true))) };
}

const answer = (text: string, blocks: Message["blocks"], replace: boolean) =>
  ({ response_type: "ephemeral", replace_original: replace, text, blocks }) as const;

/** Answers within a thread, where a response_url does not reach. */
export function whisperingAnswerer(slack: Pick<SlackApi, "whisper">, to: Parameters<SlackApi["whisper"]>[0]): Answerer {
  return { replaces: false, show: (message) => slack.whisper(to, message) };
}

/** Answers in a modal that the first answer opens: for Home, where no message can be sent to. The trigger lives for 3 s. */
export function modalAnswerer(views: Views, triggerId: string): Answerer {
  let view: Promise<string> | null = null;
  return {
    replaces: true,
    show: async (message) => {
      if (view === null) {
        view = views.open(triggerId, answerModal(message));
        await view;
        return;
      }
      await views.update(await view, answerModal(message));
    },
  };
}

/** Answers in a modal that is open already. */
export function viewAnswerer(views: Views, viewId: string): Answerer {
  return { replaces: true, show: (message) => views.update(viewId, answerModal(message)) };
}

/** The first way that works: a person must hear the outcome. Rejects with the last failure. */
export function firstThatWorks(first: Answerer, second: Answerer): Answerer {
  return {
    replaces: first.replaces,
    show: async (message) => {
      try {
        await first.show(message);
      } catch {
        await second.show(message); // Whatever was wrong with the first way, the second one says whether it is told.
      }
    },
  };
}
