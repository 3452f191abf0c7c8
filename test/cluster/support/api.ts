import { Agent, request } from "undici";
import type { JsonObject } from "../../../src/playground/kubernetes/json.ts";

export const MERGE_PATCH = "application/merge-patch+json";
export const JSON_PATCH = "application/json-patch+json";
export const APPLY_PATCH = "application/apply-patch+yaml";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body as JSON; empty when it is something else. */
  readonly body: JsonObject;
  readonly text: string;
}

export interface Question {
  readonly body?: unknown;
  /** Default `application/json`. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface ApiOptions {
  readonly url: string;
  /** PEM; empty for a server on plain HTTP. */
  readonly ca: string;
  /** Empty: nobody. */
  readonly token: string;
}

/** One object of a manifest. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** What a person with a token can ask an API server, in raw JSON. */
export class Api {
  readonly url: string;
  readonly token: string;
  readonly #agent: Agent;
  readonly #resources = new Map<string, readonly ApiResource[]>();

  constructor({ url, ca, token }: ApiOptions) {
    this.url = url;
    this.token = token;
    // A server that is restarted closes what was kept open.
    this.#agent = new Agent({
      connections: 32,
      keepAliveTimeout: 1_000,
      bodyTimeout: 0,
      connect: ca === "" ? {} : { ca },
    });
  }

  /** The answer, whatever its status. Throws only when there is none. */
  async ask(method: string, path: string, question: Question = {}): Promise<Answer> {
    const answer = await this.#send(method, path, question);
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, body: parsed(text), text };
  }

  /** The bytes of a watch or of anything else that comes in pieces. Throws when the server refuses. */
  async stream(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const answer = await this.#send("GET", path, { signal });
    if (answer.statusCode !== 200) throw new Error(`GET ${path}: ${answer.statusCode} ${await answer.body.text()}`);
    return answer.body;
  }

  get(path: string): Promise<JsonObject> {
    return this.#must("GET", path);
  }

  create(path: string, body: unknown): Promise<JsonObject> {
    return this.#must("POST", path, { body });
  }

  patch(path: string, body: unknown, contentType = MERGE_PATCH): Promise<JsonObject> {
    return this.#must("PATCH", path, { body, contentType });
  }

  remove(path: string, body?: unknown): Promise<JsonObject> {
    return this.#must("DELETE", path, { body });
  }

  /** Server-side apply of one object after the other, as field manager `test`, taking over what others own. */
  async apply(...objects: readonly object[]): Promise<void> {
    for (const object of objects as readonly Manifest[]) {
      const path = await this.pathOf(object);
      await this.patch(`${path}?fieldManager=test&force=true`, object, APPLY_PATCH);
    }
  }

  /** Where an object of a manifest lives; asks the server what its kind is called in paths. */
  async pathOf({ apiVersion, kind, metadata }: Manifest): Promise<string> {
    const api = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const { name, namespaced } = await this.#resourceOf(api, kind);
    const place = namespaced ? `namespaces/${metadata.namespace ?? "default"}/` : "";
    return `${api}/${place}${name}/${metadata.name}`;
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #resourceOf(api: string, kind: string): Promise<ApiResource> {
    const find = () => this.#resources.get(api)?.find((one) => one.kind === kind && !one.name.includes("/"));
    if (find() === undefined) {
      const { resources } = (await this.get(api)) as unknown as { readonly resources: readonly ApiResource[] };
      this.#resources.set(api, resources);
    }
    const found = find();
    if (found === undefined) throw new Error(`the server has no ${kind} in ${api}`);
    return found;
  }

  async #must(method: string, path: string, question: Question = {}): Promise<JsonObject> {
    const { status, body, text } = await this.ask(method, path, question);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${String(body["message"] ?? text)}`);
    return body;
  }

  #send(method: string, path: string, { body, contentType = "application/json", headers = {}, signal }: Question) {
    return request(`${this.url}${path}`, {
      method: method as "GET",
      dispatcher: this.#agent,
      ...(signal === undefined ? {} : { signal }),
      headers: {
        accept: "application/json",
        ...(this.token === "" ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { "content-type": contentType }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  }
}

function parsed(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return {};
  }
}
