import { setImmediate } from "node:timers/promises";
import type { ApiRequest, KubernetesClient } from "../../../src/kubernetes/client.ts";
import type { KubernetesObject } from "../../../src/kubernetes/object.ts";
import type { Log } from "../../../src/telemetry/log.ts";

export interface LogLine {
  readonly level: string;
  readonly text: string;
  readonly fields: object;
}

/** A log that keeps what was said. */
export function recordingLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: string) => (fields: object, text: string) => void lines.push({ level, text, fields });
  return { lines, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

export const item = (name: string, version: string, extra: object = {}): KubernetesObject => ({
  metadata: { namespace: "demo", name, uid: `uid-${name}`, resourceVersion: version },
  ...extra,
});

export const page = (version: string, items: readonly object[], continued = ""): KubernetesObject => ({
  metadata: { resourceVersion: version, continue: continued },
  items,
});

export const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;

/** One watch connection: pieces of text to send, then what ends it. Without an end it stays open. */
export interface Connection {
  readonly pieces?: readonly string[];
  readonly end?: "close" | Error;
}

/**
 * Answers lists and watches from two scripts, in turn; the last list is repeated, a watch beyond the script stays silent.
 * Records the paths it was asked for.
 */
export function scriptedServer(lists: readonly (KubernetesObject | Error)[], watches: readonly (Connection | Error)[]) {
  const listed: string[] = [];
  const watched: string[] = [];
  const client: Pick<KubernetesClient, "request" | "stream"> = {
    async request({ path }: ApiRequest) {
      const answer = lists[Math.min(listed.length, lists.length - 1)];
      listed.push(path);
      await setImmediate();
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error("no list in the script");
      return answer;
    },
    async stream({ path, signal }) {
      const connection = watches[watched.length] ?? {};
      watched.push(path);
      await setImmediate();
      if (connection instanceof Error) throw connection;
      return play(connection, signal);
    },
  };
  return { client, listed, watched };
}

async function* play({ pieces = [], end }: Connection, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    yield new TextEncoder().encode(piece);
    await setImmediate();
  }
  if (end === "close") return;
  if (end !== undefined) throw end;
  await new Promise((_, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
  });
}
