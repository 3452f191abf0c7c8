import type { Clock } from "../clock.ts";
import { Timers } from "../clock.ts";
import { parseJson } from "../json.ts";
import type { Journal } from "../journal.ts";
import type { JsonObject } from "../ui-protocol.ts";
import { ackDeadline } from "./delivery.ts";
import type { Ack, Delivery, EventAttempt, EventOutcome, Interaction } from "./delivery.ts";
import { signature } from "./signature.ts";

interface HttpParts {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly requestUrl: string;
  readonly signingSecret: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const maxRedirects = 2;

/** Sends everything to one request URL, signed. */
export class HttpDelivery implements Delivery {
  readonly #parts: HttpParts;
  readonly #timers: Timers;

  constructor(parts: HttpParts) {
    this.#parts = parts;
    this.#timers = new Timers(parts.clock);
  }

  connected(): boolean {
    return true;
  }

  async interaction({ type, payload }: Interaction): Promise<Ack> {
    const fields = type === "slash_commands" ? formFields(payload) : { payload: JSON.stringify(payload) };
    const answer = await this.#post({
      body: new URLSearchParams(fields).toString(),
      type: "application/x-www-form-urlencoded",
      headers: {},
    });
    if (answer === "http_timeout") return { kind: "timeout" };
    if (typeof answer === "string" || answer.status !== 200) return { kind: "unreachable" };
    // A plain text answer counts as the text of a message.
    const body = answer.text.trim() === "" ? undefined : (parseJson(answer.text) ?? answer.text);
    return { kind: "answered", body };
  }

  async event({ payload, attempt, reason }: EventAttempt): Promise<EventOutcome> {
    const headers = attempt === 0 ? {} : { "X-Slack-Retry-Num": String(attempt), "X-Slack-Retry-Reason": reason };
    const answer = await this.#post({ body: JSON.stringify(payload), type: "application/json", headers });
    if (typeof answer === "string") return { kind: "failed", reason: answer, retry: true };
    if (answer.status >= 200 && answer.status < 300) return { kind: "delivered" };
    return { kind: "failed", reason: "http_error", retry: answer.headers.get("x-slack-no-retry") !== "1" };
  }

  /** The answer, or the reason why there is none in the words of `X-Slack-Retry-Reason`. */
  async #post(request: {
    readonly body: string;
    readonly type: string;
    readonly headers: Record<string, string>;
  }): Promise<Answer | string> {
    const giveUp = new AbortController();
    const cancel = this.#timers.after(ackDeadline, () => giveUp.abort());
    try {
      let url = this.#parts.requestUrl;
      for (let hops = 0; hops <= maxRedirects; hops += 1) {
        const answer = await this.#send(url, request, giveUp.signal);
        const next = answer.status >= 300 && answer.status < 400 ? answer.headers.get("location") : null;
        if (next === null) return { status: answer.status, headers: answer.headers, text: await answer.text() };
        url = new URL(next, url).href;
      }
      return "too_many_redirects";
    } catch (error) {
      this.#parts.journal.write({
        method: "http delivery",
        outcome: giveUp.signal.aborted ? "http_timeout" : "connection_failed",
        note: String(error),
      });
      return giveUp.signal.aborted ? "http_timeout" : "connection_failed";
    } finally {
      cancel();
    }
  }

  #send(
    url: string,
    request: { readonly body: string; readonly type: string; readonly headers: Record<string, string> },
    signal: AbortSignal,
  ): Promise<Response> {
    const timestamp = String(Math.floor(this.#parts.clock.now() / 1000));
    return fetch(url, {
      method: "POST",
      redirect: "manual",
      signal,
      body: Buffer.from(request.body),
      headers: {
        ...request.headers,
        "Content-Type": request.type,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature({ secret: this.#parts.signingSecret, timestamp, body: request.body }),
      },
    });
  }
}

function formFields(payload: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(payload).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
