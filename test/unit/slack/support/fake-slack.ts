import type { Message } from "../../../../src/slack/messages/blocks.ts";
import {
  SlackCallError,
  type Found,
  type MessagePlace,
  type Posting,
  type SlackApi,
} from "../../../../src/slack/slack-api.ts";
import { assertPostable } from "./check-message.ts";

export interface Stored extends MessagePlace {
  readonly threadTs: string | undefined;
  readonly mark: Posting["mark"];
  readonly broadcast: boolean;
  message: Message;
  edits: number;
}

/** How the next call of a method ends. `after-storing`: it is done, but the answer is lost. */
export type Fault = "fine" | "after-storing" | "lost" | { readonly refused: string };

/** A Slack that refuses what Slack refuses, keeps what it stored, and forgets nothing. */
export class FakeSlack implements SlackApi {
  readonly messages: Stored[] = [];
  readonly whispers: { readonly to: Parameters<SlackApi["whisper"]>[0]; readonly message: Message }[] = [];
  readonly channels = new Map([
    ["deploys", "C0DEPLOYS1"],
    ["random", "C0RANDOM01"],
    ["general", "C0GENERAL1"],
  ]);
  readonly closed = new Set<string>();
  readonly calls: string[] = [];
  readonly #faults = new Map<string, Fault[]>();
  #clock = 1_795_442_530;

  failNext(method: keyof SlackApi, ...faults: readonly Fault[]): void {
    this.#faults.set(method, [...(this.#faults.get(method) ?? []), ...faults]);
  }

  /** Messages of a rollout by sequence number, in the order in which they were posted. */
  sequences(rollout?: string): readonly number[] {
    return this.messages
      .filter((one) => rollout === undefined || one.mark.rollout === rollout)
      .map((one) => one.mark.sequence);
  }

  root(rollout: string): Stored {
    const found = this.messages.find((one) => one.mark.rollout === rollout && one.mark.sequence === 0);
    if (found === undefined) throw new Error(`no root of ${rollout}`);
    return found;
  }

  remove(ts: string): void {
    this.messages.splice(
      0,
      this.messages.length,
      ...this.messages.filter((one) => one.ts !== ts && one.threadTs !== ts),
    );
  }

  async post({ channel, threadTs, message, mark, broadcast = false, beforeSending }: Posting): Promise<MessagePlace> {
    await beforeSending();
    return await this.#call("post", () => {
      this.#open(channel);
      assertPostable(message);
      if (threadTs !== undefined && !this.messages.some((one) => one.ts === threadTs))
        throw refused("thread_not_found");
      this.#clock += 1;
      const place = { channel, ts: `${this.#clock}.000100` };
      this.messages.push({ ...place, threadTs, mark, broadcast, message, edits: 0 });
      return place;
    });
  }

  async update({ channel, ts }: MessagePlace, message: Message): Promise<void> {
    await this.#call("update", () => {
      this.#open(channel);
      assertPostable(message);
      const stored = this.messages.find((one) => one.ts === ts && one.channel === channel);
      if (stored === undefined) throw refused("message_not_found");
      stored.message = message;
      stored.edits += 1;
    });
  }

  async whisper(to: Parameters<SlackApi["whisper"]>[0], message: Message): Promise<void> {
    await this.#call("whisper", () => {
      assertPostable(message);
      this.whispers.push({ to, message });
    });
  }

  async roots(channel: string, oldest: number): Promise<readonly Found[]> {
    return await this.#call("roots", () => {
      this.#open(channel);
      return this.messages
        .filter(
          (one) => one.channel === channel && (one.threadTs === undefined || one.broadcast) && Number(one.ts) >= oldest,
        )
        .toReversed();
    });
  }

  async replies(root: MessagePlace): Promise<readonly Found[]> {
    return await this.#call("replies", () => {
      if (!this.messages.some((one) => one.ts === root.ts)) throw refused("thread_not_found");
      return this.messages.filter((one) => one.ts === root.ts || one.threadTs === root.ts);
    });
  }

  async channelNamed(name: string): Promise<string | null> {
    return await this.#call("channelNamed", () => this.channels.get(name) ?? null);
  }

  #open(channel: string): void {
    if (this.closed.has(channel)) throw refused("not_in_channel");
    if (![...this.channels.values()].includes(channel)) throw refused("channel_not_found");
  }

  async #call<T>(method: keyof SlackApi, run: () => T): Promise<T> {
    this.calls.push(method);
    const fault = this.#faults.get(method)?.shift();
    if (fault === "lost") throw unknown(method);
    if (typeof fault === "object") throw refused(fault.refused);
    const result = run();
    await Promise.resolve();
    if (fault === "after-storing") throw unknown(method);
    return result;
  }
}

const refused = (code: string) => new SlackCallError(`refused: ${code}`, { outcome: "refused", code });
const unknown = (method: string) => new SlackCallError(`no answer to ${method}`, { outcome: "unknown", code: "" });
