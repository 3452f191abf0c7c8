import { attachmentMessage } from "./attachment.ts";
import { complaintByStatus, withoutMentions, type ProviderKind } from "./provider-kind.ts";

/** Discord, by the form of its webhooks that takes messages as Slack does. */
export const discord: ProviderKind = {
  request(alert, receiver) {
    const color = alert.severity === "error" ? "danger" : "good";
    const body = attachmentMessage(alert, receiver, { color, written: withoutMentions });
    return { url: slackForm(receiver.address), headers: {}, body };
  },
  complaint: complaintByStatus,
};

/** The address with `/slack` at the end of its path. One that is no URL stays as it is, and is refused when it is called. */
function slackForm(address: string): string {
  const url = URL.parse(address);
  if (url === null) return address;
  const path = url.pathname.replace(/\/+$/, "");
  url.pathname = path.endsWith("/slack") ? path : `${path}/slack`;
  return url.href;
}
