import { z } from "zod";
import type { Answer } from "../outbound/post.ts";
import { tidy } from "../outbound/tidy.ts";
import type { Trouble } from "../outbound/trouble.ts";
import { attachmentMessage } from "./attachment.ts";
import { complaintByStatus, escapeMarkup, type ProviderKind } from "./provider-kind.ts";

/** Slack, by an incoming webhook, or by chat.postMessage when there is a token. */
export const slack: ProviderKind = {
  request(alert, receiver) {
    const color = alert.severity === "error" ? "danger" : "good";
    return {
      url: receiver.address,
      headers: receiver.token === "" ? {} : { authorization: `Bearer ${receiver.token}` },
      body: attachmentMessage(alert, receiver, { color, written: escapeMarkup }),
    };
  },
  complaint: (answer) => complaintByStatus(answer) ?? complaintOfApi(answer),
};

const ApiAnswer = z.object({ ok: z.literal(false), error: z.string() });
/** Errors that pass. */
const PASSING = new Set(["ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"]);

/** The Web API answers 200 to everything and says in the body whether it did it; a webhook's body is the word `ok`. */
function complaintOfApi({ text }: Answer): Trouble | null {
  const refused = ApiAnswer.safeParse(parseJson(text));
  if (!refused.success) return null;
  const { error } = refused.data;
  return { problem: `Slack refused it: ${tidy(error)}`, again: PASSING.has(error) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
