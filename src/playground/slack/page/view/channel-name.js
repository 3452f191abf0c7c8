import { people } from "../store.js";

/** What a conversation is called: `#deploys`, or the other person's name. @param {import("../../ui-protocol.ts").UiChannel} channel */
export function nameOf(channel) {
  return channel.kind === "im" ? (people.value.get(channel.with ?? "")?.name ?? channel.name) : `#${channel.name}`;
}
