import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import type { JsonObject } from "../../../src/playground/kubernetes/json.ts";
import type { KubernetesEmulator } from "../../../src/playground/kubernetes/server.ts";

/** What JSON.parse gives: answers are asserted on, not typed. */
export type Parsed = ReturnType<typeof JSON.parse>;

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  /** The parsed body; empty when it is no JSON. */
  readonly json: Parsed;
}

interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly type?: string;
  readonly accept?: string;
}

/** One plain HTTP request; a string or Buffer body goes out as it is, everything else as JSON. Rejects on a reset. */
export function ask(
  emulator: KubernetesEmulator,
  { method = "GET", path, body, type = "application/json", accept }: Ask,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { "user-agent": "contract-test" };
    const bytes =
      body === undefined
        ? undefined
        : typeof body === "string" || Buffer.isBuffer(body)
          ? Buffer.from(body)
          : Buffer.from(JSON.stringify(body));
    if (bytes !== undefined) Object.assign(headers, { "content-type": type, "content-length": String(bytes.length) });
    if (accept !== undefined) headers["accept"] = accept;
    const sent = request(emulator.url + path, { method, headers, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: text.startsWith("{") ? JSON.parse(text) : {},
        }),
      );
    });
    sent.on("error", reject);
    sent.end(bytes);
  });
}

export interface WatchEvent {
  readonly type: string;
  readonly object: Parsed;
}

/** An open watch: what came so far, and whether and how it ended. */
export class RawWatch {
  readonly events: WatchEvent[] = [];
  ended: "open" | "closed" | "reset" = "open";
  status = 0;
  #stop: () => void = () => undefined;

  static async open(emulator: KubernetesEmulator, path: string): Promise<RawWatch> {
    const watch = new RawWatch();
    await new Promise<void>((resolve, reject) => {
      const sent = request(emulator.url + path, { agent: false }, (response) => {
        watch.status = response.statusCode ?? 0;
        let rest = "";
        response.on("data", (chunk: Buffer) => {
          const lines = (rest + chunk.toString()).split("\n");
          rest = lines.pop() ?? "";
          for (const line of lines) watch.events.push(JSON.parse(line));
        });
        response.on("end", () => (watch.ended = "closed"));
        response.on("error", () => (watch.ended = "reset"));
        resolve();
      });
      sent.on("error", reject);
      watch.#stop = () => sent.destroy();
      sent.end();
    });
    return watch;
  }

  /** `TYPE name` of every event, bookmarks without a name. */
  get told(): string[] {
    return this.events.map(({ type, object }) =>
      type === "BOOKMARK" || type === "ERROR" ? type : `${type} ${object.metadata.name}`,
    );
  }

  close(): void {
    this.#stop();
  }
}

export function configMap(
  name: string,
  labels: Record<string, string> = {},
  data: Record<string, string> = {},
): JsonObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default", labels }, data };
}
