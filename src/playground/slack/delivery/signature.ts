import { createHmac } from "node:crypto";

/** `X-Slack-Signature` of a raw body at a time given in whole seconds. */
export function signature(parts: {
  readonly secret: string;
  readonly timestamp: string;
  readonly body: string;
}): string {
  return `v0=${createHmac("sha256", parts.secret).update(`v0:${parts.timestamp}:${parts.body}`).digest("hex")}`;
}
