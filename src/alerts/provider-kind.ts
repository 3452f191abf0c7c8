import type { Answer } from "../outbound/post.ts";
import { tidy } from "../outbound/tidy.ts";
import type { Trouble } from "../outbound/trouble.ts";
import type { Alert } from "./alert.ts";

/** Where alerts of one provider go, with its secrets. */
export interface Receiver {
  readonly address: string;
  /** Empty: none is needed. */
  readonly token: string;
  readonly channel: string;
  readonly username: string;
}

export interface AlertRequest {
  readonly url: string;
  /** Beside the content type. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: object;
}

/** How one kind of receiver wants to be told. */
export interface ProviderKind {
  request(alert: Alert, receiver: Receiver): AlertRequest;
  /** What is wrong with an answer; `null`: the alert was taken. */
  complaint(answer: Answer): Trouble | null;
}

/** What a status alone says: 2xx has taken it. */
export function complaintByStatus({ status, text }: Answer): Trouble | null {
  if (status >= 200 && status < 300) return null;
  const words = tidy(text);
  const again = status === 429 || (status >= 500 && status !== 501);
  return { problem: `HTTP ${status}${words === "" ? "" : `: ${words}`}`, again };
}

/** For receivers that read HTML or something like it. */
export const escapeMarkup = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** For receivers that find mentions and links in plain text: an invisible character keeps words of strangers from becoming one. */
export const withoutMentions = (text: string): string => text.replace(/@(?=\p{L})|<(?=[@!#:\p{L}])/gu, "$&\u200b");
