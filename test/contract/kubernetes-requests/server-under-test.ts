import { Agent as PlainAgent, request as askPlainly } from "node:http";
import type { IncomingMessage } from "node:http";
import { Agent, request as askSecurely } from "node:https";
import type { JsonValue } from "../../../src/playground/kubernetes/json.ts";

export interface Question {
  readonly method: string;
  readonly path: string;
  readonly body?: string | undefined;
  readonly type?: string | undefined;
  readonly accept?: string | undefined;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

export interface WatchAnswer {
  readonly status: number;
  readonly events: readonly JsonValue[];
  readonly text: string;
}

interface Options {
  readonly url: string;
  /** PEM; left out for plain HTTP. */
  readonly ca?: string;
  readonly token?: string;
  /** Makes the server forget its history; left out where nobody may do that. */
  readonly forget?: () => Promise<void>;
}

const USER_AGENT = "contract/1.0";
/** A watch that brings fewer events than expected is given up after this, and shows what came. */
const WATCH_PATIENCE_MS = 10_000;

/** One API server, real or not, as plain HTTP sees it. */
export class ServerUnderTest {
  readonly #options: Options;
  readonly #agent: Agent | PlainAgent;

  constructor(options: Options) {
    this.#options = options;
    this.#agent = options.url.startsWith("https:")
      ? new Agent({ keepAlive: true, ca: options.ca })
      : new PlainAgent({ keepAlive: true });
  }

  async send(question: Question): Promise<RawAnswer> {
    const response = await this.#open(question);
    let text = "";
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode ?? 0, headers: response.headers, text };
  }

  /** Reads a watch until so many events have come or the server has ended it. */
  async watch(question: Question, wanted: number): Promise<WatchAnswer> {
    const response = await this.#open(question);
    const giveUp = setTimeout(() => response.destroy(), WATCH_PATIENCE_MS);
    let text = "";
    try {
      for await (const chunk of response) {
        text += String(chunk);
        if (response.statusCode === 200 && text.split("\n").length - 1 >= wanted) break;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ECONNRESET") throw error;
    } finally {
      clearTimeout(giveUp);
    }
    const whole = text.split("\n").slice(0, -1).slice(0, wanted);
    const isStream = response.statusCode === 200;
    return { status: response.statusCode ?? 0, text, events: isStream ? whole.map((line) => JSON.parse(line)) : [] };
  }

  async forget(): Promise<void> {
    if (this.#options.forget === undefined) throw new Error("this server keeps its history");
    await this.#options.forget();
  }

  close(): void {
    this.#agent.destroy();
  }

  #open({ method, path, body, type, accept }: Question): Promise<IncomingMessage> {
    const { url, token } = this.#options;
    const ask = url.startsWith("https:") ? askSecurely : askPlainly;
    const headers: Record<string, string> = {
      "user-agent": USER_AGENT,
      accept: accept ?? "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }),
      ...(body === undefined || type === "" ? {} : { "content-type": type ?? "application/json" }),
    };
    return new Promise((resolve, reject) => {
      const sent = ask(`${url}${path}`, { method, headers, agent: this.#agent }, resolve);
      sent.on("error", reject);
      sent.end(body);
    });
  }
}
