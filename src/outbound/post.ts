import { Agent, ProxyAgent, request, type Dispatcher } from "undici";
import type { Millis } from "../units.ts";
import type { AddressPolicy } from "./address-policy.ts";
import { checkAddresses, checkedLookup, type Resolve } from "./checked-lookup.ts";
import { readAddress, type Address } from "./read-address.ts";
import { dropBody, readSome } from "./read-some.ts";
import { reasonOf } from "./slots.ts";
import { troubleOf, type Trouble } from "./trouble.ts";

/** A POST request to an address that nobody vouches for. */
export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the whole attempt, name lookup and answer included. */
  readonly timeout: Millis;
  /** Whether any TLS certificate is accepted. */
  readonly insecure: boolean;
  /** URL of an HTTP proxy; empty: none. */
  readonly proxy: string;
  /** Whether the outcome depends on what the body says. */
  readonly needsBody: (status: number) => boolean;
}

export interface Answer {
  readonly status: number;
  /** Beginning of the body, as it came; empty where it was not read. */
  readonly text: string;
  readonly retryAfter: string;
}

export type Attempt =
  { readonly answer: Answer; readonly trouble: null } | { readonly answer: null; readonly trouble: Trouble };

/** Sends single requests: no redirects, no more of an answer than is of use, and only where the policy lets them go. */
export interface Poster {
  /** One attempt. Rejects with the signal's reason when interrupted, never for a receiver that fails. */
  post(post: Post, signal: AbortSignal): Promise<Attempt>;
  close(): Promise<void>;
}

export interface PosterOptions {
  readonly policy: AddressPolicy;
  readonly resolve: Resolve;
}

/** Requests larger than this are not sent, in bytes. */
const MOST_BYTES = 1024 * 1024;

export function createPoster({ policy, resolve }: PosterOptions): Poster {
  const lookup = checkedLookup(policy, resolve);
  const strict = new Agent({ connect: { lookup } });
  const trusting = new Agent({ connect: { lookup, rejectUnauthorized: false } });

  const through = (proxy: string): Dispatcher => {
    destination(policy, proxy);
    return new ProxyAgent({ uri: proxy, proxyTls: { lookup }, proxyTunnel: false });
  };

  return {
    async post(post, signal) {
      const limit = AbortSignal.timeout(post.timeout);
      let own: Dispatcher | null = null;
      try {
        signal.throwIfAborted();
        // Where a proxy looks the name up, only the proxy can judge it.
        const { origin, path } = destination(post.proxy === "" ? policy : null, post.url);
        if (post.proxy !== "") own = through(post.proxy);
        const dispatcher = own ?? (post.insecure ? trusting : strict);
        const answer = await ask(post, { origin, path, dispatcher, signal: AbortSignal.any([signal, limit]) });
        if (signal.aborted) throw reasonOf(signal);
        return { answer, trouble: null };
      } catch (error) {
        if (signal.aborted) throw reasonOf(signal);
        if (limit.aborted) return failed(`no answer within ${post.timeout / 1000} s`, true);
        return error instanceof Unsendable ? failed(error.message, false) : { answer: null, trouble: troubleOf(error) };
      } finally {
        await own?.destroy();
      }
    },
    close: async () => {
      await Promise.all([strict.destroy(), trusting.destroy()]);
    },
  };
}

/** Nothing was sent, and nothing will be. */
class Unsendable extends Error {}

const failed = (problem: string, again: boolean): Attempt => ({ answer: null, trouble: { problem, again } });

/** Throws when a request must not go there. Names are checked when they are looked up. */
function destination(policy: AddressPolicy | null, url: string): Address {
  const { address, problem } = readAddress(url);
  if (address === null) throw new Unsendable(problem);
  if (policy !== null && address.isLiteral) checkAddresses(policy, address.host, [address.host]);
  return address;
}

interface Way {
  readonly origin: string;
  readonly path: string;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
}

async function ask({ headers, body, needsBody }: Post, way: Way): Promise<Answer> {
  const { origin, path, dispatcher, signal } = way;
  if (Buffer.byteLength(body) > MOST_BYTES)
    throw new Unsendable(`what should be sent is larger than ${MOST_BYTES} bytes`);
  // The signal limits the whole: a receiver may take all the time that the manifest gives it.
  const limits = { headersTimeout: 0, bodyTimeout: 0 };
  const response = await request(origin + path, { method: "POST", headers, body, signal, dispatcher, ...limits });
  const retryAfter = response.headers["retry-after"];
  const answer = { status: response.statusCode, retryAfter: typeof retryAfter === "string" ? retryAfter : "" };
  if (needsBody(answer.status)) return { ...answer, text: await readSome(response.body) };
  dropBody(response.body);
  return { ...answer, text: "" };
}
