import { z } from "zod";

/** What bots remember of one rollout's messages. Losing it costs a look into Slack, never a doubled message. */
export const PostedNote = z.object({
  root: z.object({ channel: z.string(), ts: z.string() }).nullable(),
  /** Highest sequence number that stands in the thread. */
  through: z.int().min(0),
  /** What is being posted at this moment; `null` when every outcome is known. 0 is the root message. */
  intent: z.int().min(0).nullable(),
  /** Hash of the root message as it was last drawn; empty when unknown. */
  drawn: z.string(),
  drawnAt: z.number(),
  /** `through` at that time: events above it make the next drawing urgent. */
  drawnThrough: z.int().min(0),
});
export type PostedNote = z.infer<typeof PostedNote>;

export const BLANK_NOTE: PostedNote = { root: null, through: 0, intent: null, drawn: "", drawnAt: 0, drawnThrough: 0 };

/** Where the notes are kept: shared by all bots. Both reject when Redis does not answer. */
export interface PostedMemory {
  /** `null`: nothing is remembered. */
  load(rollout: string): Promise<PostedNote | null>;
  save(rollout: string, note: PostedNote): Promise<void>;
}

/** Notes kept as texts under names, such as a ReceiptBoard does. A note that cannot be read counts as forgotten. */
export function rememberIn(store: {
  read(name: string): Promise<string | null>;
  write(name: string, text: string): Promise<void>;
}): PostedMemory {
  return {
    load: async (rollout) => {
      const text = await store.read(`posted:${rollout}`);
      return text === null ? null : (PostedNote.safeParse(JSON.parse(text)).data ?? null);
    },
    save: (rollout, note) => store.write(`posted:${rollout}`, JSON.stringify(note)),
  };
}
