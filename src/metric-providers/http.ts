import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import pLimit, { type LimitFunction } from "p-limit";
import { Agent, request } from "undici";
import type { z } from "zod";

const TIMEOUT_MS = 5_000;
const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** Prometheus itself runs 20 at once by default, for everybody. */
const REQUESTS_AT_ONCE = 6;

/** Where clouds hand out the machine's own credentials. No metric source lives there. */
const FORBIDDEN = new BlockList();
FORBIDDEN.addSubnet("169.254.0.0", 16, "ipv4");
FORBIDDEN.addSubnet("fe80::", 10, "ipv6");
FORBIDDEN.addAddress("fd00:ec2::254", "ipv6");

export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  /** Whether any TLS certificate is accepted. */
  readonly insecure?: boolean;
  /** Whether the address is one of ours and no manifest's, so that it may be the machine's own. */
  readonly trusted?: boolean;
  /** For the whole answer. Default 5,000. */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  /** Empty where the answer has no such header. */
  header(name: string): string;
  readonly body: string;
}

/**
 * Sends one request, at most six at once to one host. Redirects are not followed, so a 3xx is an answer like any other. Throws when there
 * is no whole answer in time, or one longer than 16 MiB, or when the address is none that may be asked.
 */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>;

/** Requests over a few lasting connections; `onRequest` is called for each. */
export function openHttp(onRequest: () => void): { readonly send: Send; close(): Promise<void> } {
  const options = { connections: REQUESTS_AT_ONCE, keepAliveTimeout: 30_000 };
  const strict = new Agent({ ...options, connect: { lookup: guardedLookup } });
  const lenient = new Agent({ ...options, connect: { lookup: guardedLookup, rejectUnauthorized: false } });
  const unguarded = new Agent(options);
  const limits = new Map<string, LimitFunction>();
  const limitOf = (origin: string): LimitFunction => {
    const limit = limits.get(origin) ?? pLimit(REQUESTS_AT_ONCE);
    limits.set(origin, limit);
    return limit;
  };

  const sendNow = async (asked: HttpRequest): Promise<HttpAnswer> => {
    const {
      method,
      url,
      headers = {},
      body,
      insecure = false,
      trusted = false,
      timeoutMs = TIMEOUT_MS,
      signal,
    } = asked;
    checkUrl(url);
    onRequest();
    const answer = await request(url, {
      method,
      headers: Object.entries(headers).flatMap(([name, values]) => [values].flat().flatMap((value) => [name, value])),
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      dispatcher: trusted ? unguarded : insecure ? lenient : strict,
    });
    return {
      status: answer.statusCode,
      header: (name) => [answer.headers[name] ?? ""].flat().join(","),
      body: await readBody(answer.body),
    };
  };

  return {
    send: (asked) => limitOf(asked.url.origin)(() => sendNow(asked)),
    close: async () => void (await Promise.all([strict, lenient, unguarded].map((agent) => agent.destroy()))),
  };
}

/** An address of a manifest with a path below it: what the address already has as path and query stays. Throws for no http address. */
export function under(address: string, path: string): URL {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Error(
      `the address ${address === "" ? "is missing" : `"${address}" is no http address`}; set provider.address`,
    );
  }
  url.pathname = `${url.pathname.replace(/\/+$/, "")}${path}`;
  return url;
}

/** The JSON of an answer. Throws, with what the API says of itself, for another status or other JSON than the API's. */
export function readJson<T>(answer: HttpAnswer, shape: z.ZodType<T>): T {
  if (answer.status !== 200) throw new Error(`it answered HTTP ${answer.status}${excerpt(answer.body)}`);
  let json: unknown;
  try {
    json = JSON.parse(answer.body);
  } catch (error) {
    throw new Error(`the answer is not JSON${excerpt(answer.body)}`, { cause: error });
  }
  return readShape(json, shape);
}

/** What is needed of a value. Throws, in one line, when it is not one of the API's. */
export function readShape<T>(value: unknown, shape: z.ZodType<T>): T {
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(`the answer is not one of its API: ${issue?.path.join(".")} ${issue?.message}`);
}

/** The beginning of a text in one line, behind a colon. Empty for no text and for pages. */
export function excerpt(body: string): string {
  const line = body.slice(0, 160).replace(/\s+/g, " ").trim();
  return line === "" || line.startsWith("<") ? "" : `: ${line}`;
}

function checkUrl(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && isForbidden(host)) throw new Error(`${host} is a link-local address, which is not asked`);
  if (url.username !== "" || url.password !== "")
    throw new Error("its address holds credentials; put them into a Secret");
}

const isForbidden = (address: string): boolean => FORBIDDEN.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");

/** Names are looked up once, and connected to is what was looked at. */
const guardedLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, found) => {
    if (error !== null) return done(error, []);
    const allowed = found.filter(({ address }) => !isForbidden(address));
    const [first] = allowed;
    if (first === undefined) return done(new Error(`${host} is a link-local address, which is not asked`), []);
    return options.all === true ? done(null, allowed) : done(null, first.address, first.family);
  });
};

interface Body extends AsyncIterable<Uint8Array> {
  destroy(): unknown;
}

async function readBody(body: Body): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > MAX_BODY_BYTES) {
      body.destroy();
      throw new Error(`the answer is longer than ${MAX_BODY_BYTES} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
