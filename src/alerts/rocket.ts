import { attachmentMessage } from "./attachment.ts";
import { complaintByStatus, withoutMentions, type ProviderKind } from "./provider-kind.ts";

/** Rocket.Chat, by an incoming webhook. */
export const rocket: ProviderKind = {
  request(alert, receiver) {
    const color = alert.severity === "error" ? "#FF0000" : "#0076D7";
    return {
      url: receiver.address,
      headers: {},
      body: attachmentMessage(alert, receiver, { color, written: withoutMentions }),
    };
  },
  complaint: complaintByStatus,
};
