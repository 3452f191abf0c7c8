import type { Core } from "../core.ts";
import type { Message } from "../workspace/model.ts";
import { pingedBy } from "./pings.ts";

/** Notifies whoever a new message would notify, and notes who that was. */
export function tellPings(core: Core, message: Message): void {
  const users = pingedBy(message, core.workspace);
  if (users.length > 0) {
    core.bus.emit({ kind: "ping", users, message });
    core.journal.write({
      method: "ping",
      note: users.map((user) => core.workspace.people.get(user)?.name ?? user).join(", "),
      detail: { channel: message.channel, ts: message.ts, users },
    });
  }
  if (message.text === "" && message.subtype === undefined)
    core.journal.write({
      method: "lint",
      outcome: "warning",
      note: "a message without text: notifications and screen readers have nothing to say",
      detail: { channel: message.channel, ts: message.ts },
    });
}
