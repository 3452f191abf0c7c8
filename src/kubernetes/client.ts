import type { Dispatcher } from "undici";
import { apiErrorOf, readApiError, translate } from "./api-error.ts";
import { openCredentials, type Credentials, type KubeconfigSource, type Pools } from "./credentials.ts";
import { isObject, type KubernetesObject } from "./object.ts";

export const MERGE_PATCH = "application/merge-patch+json";
export const JSON_PATCH = "application/json-patch+json";
/** Forms in which lists and watches carry the metadata of objects and nothing else. Each kind of request knows only its own. */
export const METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
export const METADATA_WATCH = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path with its query, such as `/api/v1/namespaces/kube-system`. */
  readonly path: string;
  readonly body?: unknown;
  /** Default `application/json`; a PATCH needs one of the patch types. */
  readonly contentType?: string;
  /** Form of the answer. Default `application/json`. */
  readonly accept?: string;
  /** Milliseconds for the whole answer. Default 15,000. */
  readonly timeoutMs?: number;
}

export interface WatchRequest {
  /** Path with its query. */
  readonly path: string;
  readonly signal: AbortSignal;
  /** Form of the objects. Default `application/json`. */
  readonly accept?: string;
}

/** What happened to one request, for counting. `status` 0: no answer. */
export interface RequestReport {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly tookMs: number;
}

/** Speaks to one API server in raw JSON over a few lasting connections. */
export interface KubernetesClient {
  /**
   * One request, one JSON object. Throws NotFoundError (404), ConflictError (409, also for what exists already), RefusedError
   * (403, 422), BusyError (429, or another refusal with a Retry-After), and an Error for everything else; the cause is an ApiError
   * when the server answered. Reads are tried again after 429, 5xx and lost connections, writes never are.
   */
  request(request: ApiRequest): Promise<KubernetesObject>;
  /** Opens a watch; its answer comes in pieces of text until the server or `signal` ends it. */
  stream(request: WatchRequest): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly kubeconfig: KubeconfigSource;
  /** Sent as User-Agent. */
  readonly userAgent?: string;
  /** Called after every request, watches included. */
  readonly onRequest?: (report: RequestReport) => void;
}

const READ_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Reads the kubeconfig and makes the client. No request is sent yet. */
export async function connect(options: ConnectOptions): Promise<KubernetesClient> {
  const credentials = await openCredentials(options.kubeconfig);
  const send = sender(credentials, options);

  return {
    async request(request) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await requestOnce(send, credentials, request);
        } catch (error) {
          const pause = request.method === "GET" && attempt < READ_ATTEMPTS ? pauseBefore(error, attempt) : null;
          if (pause === null) throw error;
          await new Promise((resolve) => setTimeout(resolve, pause));
        }
      }
    },
    async stream(request) {
      const answer = await send({ method: "GET", pool: "watches", ...request });
      if (answer.statusCode !== 200) await fail(answer, { method: "GET", path: request.path }, credentials);
      return answer.body;
    },
    close: () => credentials.close(),
  };
}

interface Sent {
  readonly method: ApiRequest["method"];
  readonly path: string;
  readonly pool: keyof Pools;
  readonly signal: AbortSignal;
  readonly body?: string;
  readonly contentType?: string;
  readonly accept?: string;
}
type Send = (sent: Sent) => Promise<Dispatcher.ResponseData>;

function sender(credentials: Credentials, { userAgent = "coalmine", onRequest }: ConnectOptions): Send {
  return async ({ method, path, pool, signal, body, contentType, accept = "application/json" }) => {
    const { headers, pools } = await credentials.current();
    const startedAt = performance.now();
    let status = 0;
    try {
      const answer = await pools[pool].request({
        origin: credentials.origin,
        path: credentials.prefix + path,
        method,
        signal,
        headers: {
          ...headers,
          accept,
          "user-agent": userAgent,
          ...(contentType === undefined ? {} : { "content-type": contentType }),
        },
        ...(body === undefined ? {} : { body }),
      });
      status = answer.statusCode;
      return answer;
    } catch (cause) {
      throw new Error(`while asking the API server at ${credentials.origin}: no answer`, { cause });
    } finally {
      onRequest?.({ method, path, status, tookMs: performance.now() - startedAt });
    }
  };
}

async function requestOnce(send: Send, credentials: Credentials, request: ApiRequest): Promise<KubernetesObject> {
  const { method, path, body, contentType = "application/json", accept, timeoutMs = 15_000 } = request;
  const signal = AbortSignal.timeout(timeoutMs);
  const content = body === undefined ? {} : { body: JSON.stringify(body), contentType };
  const form = accept === undefined ? {} : { accept };
  const answer = await send({ method, path, pool: "requests", signal, ...content, ...form });
  if (answer.statusCode >= 300) return fail(answer, request, credentials);
  const parsed: unknown = await answer.body.json();
  if (isObject(parsed)) return parsed;
  throw new Error(`while reading the answer to ${method} ${path}: it is no JSON object`);
}

async function fail(
  answer: Dispatcher.ResponseData,
  { method, path }: Pick<ApiRequest, "method" | "path">,
  credentials: Credentials,
): Promise<never> {
  const retryAfter = answer.headers["retry-after"];
  const error = readApiError({
    status: answer.statusCode,
    body: await answer.body.text(),
    retryAfter: typeof retryAfter === "string" ? retryAfter : undefined,
  });
  if (error.status === 401) credentials.forget();
  throw translate(`${method} ${path.replace(/\?.*/, "")}`, error);
}

/** Milliseconds to wait before a read is tried again; `null` when that cannot help. */
function pauseBefore(error: unknown, attempt: number): number | null {
  const answer = apiErrorOf(error);
  if (answer !== null && answer.status !== 401 && answer.status !== 429 && answer.status < 500) return null;
  const wanted = answer?.retryAfterMs ?? null;
  if (wanted !== null) return Math.min(wanted, LONGEST_PAUSE_MS);
  return Math.random() * FIRST_PAUSE_MS * 2 ** attempt;
}
