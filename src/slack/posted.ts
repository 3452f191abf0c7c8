import { z } from "zod";
import type { NoteKeeper } from "../queue/thread-notes.ts";
import { RecordedEvent } from "../rollout/event.ts";

/** A reply with buttons that somebody may still press. */
export const OpenQuestion = z.object({
  ts: z.string(),
  event: RecordedEvent,
  /** State of the rollout when it was asked; in another one the question is decided. */
  state: z.string(),
});
export type OpenQuestion = z.infer<typeof OpenQuestion>;

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
  questions: z.array(OpenQuestion),
});
export type PostedNote = z.infer<typeof PostedNote>;

export const BLANK_NOTE: PostedNote = {
  root: null,
  through: 0,
  intent: null,
  drawn: "",
  drawnAt: 0,
  drawnThrough: 0,
  questions: [],
};

/** Where the notes are kept: shared by all bots. Everything rejects when Redis does not answer. */
export interface PostedMemory {
  /** Takes hold of a canary's messages; `null` while another bot has them. */
  hold(canary: string): Promise<PostedHold | null>;
}

/** The right to post for one canary, with what is remembered of it. */
export interface PostedHold {
  /** The memory was lost a moment ago: a bot that held this before may be in the middle of a post. */
  readonly emptied: boolean;
  /** `null`: nothing is remembered. */
  load(rollout: string): Promise<PostedNote | null>;
  /** Rejects when another bot has taken over. */
  save(rollout: string, note: PostedNote): Promise<void>;
  /** Keeps the hold alive; to be called every 2 s. `false`: it was lost. */
  keep(): Promise<boolean>;
  release(): Promise<void>;
}

/** Notes kept as texts under names. A note that cannot be read counts as forgotten. */
export function rememberIn(keeper: NoteKeeper): PostedMemory {
  return {
    hold: async (canary) => {
      const hold = await keeper.hold(`posting:${canary}`);
      if (hold === null) return null;
      return {
        emptied: hold.emptied,
        keep: () => hold.keep(),
        release: () => hold.release(),
        save: (rollout, note) => hold.write(`posted:${rollout}`, JSON.stringify(note)),
        load: async (rollout) => {
          const text = await hold.read(`posted:${rollout}`);
          return text === null ? null : (PostedNote.safeParse(JSON.parse(text)).data ?? null);
        },
      };
    },
  };
}
