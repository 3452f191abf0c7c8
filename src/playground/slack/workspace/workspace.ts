import type { JsonObject } from "../ui-protocol.ts";
import type { Bus } from "./bus.ts";
import type { Ids } from "./ids.ts";
import type { App, Channel, Group, Message, Person, Seed, StoredFile } from "./model.ts";

type NewMessage = Partial<Omit<Message, "channel" | "user" | "ts">> & Pick<Message, "channel" | "user">;

/** The stored state of the emulated workspace. Whoever changes it has already decided that the change is allowed. */
export class Workspace {
  readonly team: Seed["team"];
  /** The app under test. */
  readonly app: App;
  readonly apps: readonly App[];
  readonly people: Map<string, Person>;
  readonly groups: Map<string, Group>;
  readonly channels: Map<string, Channel>;
  readonly files = new Map<string, StoredFile>();
  /** Pinned timestamps by channel. */
  readonly pins = new Map<string, Set<string>>();
  /** Bookmarks by channel, in the form the Web API shows them. */
  readonly bookmarks = new Map<string, JsonObject[]>();
  readonly #messages = new Map<string, Map<string, Message>>();
  readonly #replies = new Map<string, string[]>();
  readonly #bus: Bus;
  readonly #ids: Ids;

  constructor(parts: { readonly seed: Seed; readonly bus: Bus; readonly ids: Ids }) {
    const { seed } = parts;
    this.team = seed.team;
    this.app = seed.apps[0];
    this.apps = seed.apps;
    this.people = new Map(seed.people.map((person) => [person.id, person]));
    this.groups = new Map(seed.groups.map((group) => [group.id, group]));
    this.channels = new Map(
      seed.channels.map((channel) => [channel.id, { ...channel, members: new Set(channel.members) }]),
    );
    this.#bus = parts.bus;
    this.#ids = parts.ids;
  }

  /** Id of the direct message channel between an app's bot and a person; made when first asked for. */
  directMessage(person: string, botUser: string = this.app.botUser): string {
    const found = [...this.channels.values()].find(
      (one) => one.kind === "im" && one.members.has(person) && one.members.has(botUser),
    );
    if (found !== undefined) return found.id;
    const id = this.#ids.next("D");
    this.channels.set(id, {
      id,
      name: "directmessage",
      kind: "im",
      topic: "",
      archived: false,
      externallyShared: false,
      posters: undefined,
      members: new Set([person, botUser]),
    });
    return id;
  }

  channelNamed(name: string): Channel | undefined {
    return [...this.channels.values()].find((channel) => channel.kind !== "im" && channel.name === name);
  }

  personNamed(name: string): Person | undefined {
    return [...this.people.values()].find((person) => person.name === name);
  }

  /** Stores a new message and tells the onlookers. */
  post(draft: NewMessage): Message {
    const message: Message = {
      ts: this.#ids.ts(),
      text: "",
      blocks: [],
      attachments: [],
      threadTs: undefined,
      broadcast: false,
      edited: undefined,
      metadata: undefined,
      app: undefined,
      onlyFor: undefined,
      fileIds: [],
      reactions: [],
      subtype: undefined,
      ...draft,
    };
    this.#put(message);
    if (message.threadTs !== undefined && message.onlyFor === undefined) {
      const key = `${message.channel}/${message.threadTs}`;
      this.#replies.set(key, [...(this.#replies.get(key) ?? []), message.ts]);
      const parent = this.message(message.channel, message.threadTs);
      // A thread's first reply is what turns its root into a parent.
      if (parent !== undefined) this.replace({ ...parent, threadTs: parent.ts });
    }
    this.#bus.emit({ kind: "message", message });
    return message;
  }

  /** Puts a changed message in the place of the stored one. */
  replace(message: Message): void {
    this.#put(message);
    this.#bus.emit({ kind: "message", message });
  }

  remove(message: Message): void {
    this.#messages.get(message.channel)?.delete(message.ts);
    if (message.threadTs !== undefined) {
      const key = `${message.channel}/${message.threadTs}`;
      const left = (this.#replies.get(key) ?? []).filter((ts) => ts !== message.ts);
      this.#replies.set(key, left);
      const parent = this.message(message.channel, message.threadTs);
      if (parent !== undefined && parent.ts !== message.ts)
        this.replace(left.length === 0 ? { ...parent, threadTs: undefined } : parent);
    }
    this.#bus.emit({ kind: "message-gone", message });
  }

  message(channel: string, ts: string): Message | undefined {
    return this.#messages.get(channel)?.get(ts);
  }

  /** All messages of a channel, oldest first, ephemeral ones included. */
  messagesIn(channel: string): readonly Message[] {
    return [...(this.#messages.get(channel)?.values() ?? [])];
  }

  /** Every stored message of every channel. */
  allMessages(): readonly Message[] {
    return [...this.#messages.values()].flatMap((messages) => [...messages.values()]);
  }

  /** The replies of a thread, oldest first, without its root. */
  replies(channel: string, ts: string): readonly Message[] {
    const found = (this.#replies.get(`${channel}/${ts}`) ?? []).map((reply) => this.message(channel, reply));
    return found.filter((message) => message !== undefined);
  }

  #put(message: Message): void {
    const stored = this.#messages.get(message.channel) ?? new Map<string, Message>();
    stored.set(message.ts, message);
    this.#messages.set(message.channel, stored);
  }
}
