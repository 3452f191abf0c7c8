import type { Alert } from "./alert.ts";
import type { Receiver } from "./provider-kind.ts";

/** The message with one attachment that Slack brought up and others understand. `written` makes a plain text safe for the receiver. */
export function attachmentMessage(
  { title, text, fields }: Alert,
  { channel, username }: Receiver,
  { color, written }: { readonly color: string; readonly written: (text: string) => string },
): object {
  return {
    channel,
    username,
    icon_url: "",
    icon_emoji: ":rocket:",
    attachments: [
      {
        color,
        author_name: written(title),
        text: written(text),
        mrkdwn_in: ["text"],
        fields: fields.map((field) => ({ title: written(field.title), value: written(field.value), short: false })),
      },
    ],
  };
}
