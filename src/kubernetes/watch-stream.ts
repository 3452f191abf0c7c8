import { z } from "zod";
import { ApiError } from "./api-error.ts";
import { isObject, type KubernetesObject } from "./object.ts";

/** One line of a watch. */
export type WatchEvent =
  | { readonly kind: "set" | "deleted"; readonly object: KubernetesObject }
  | { readonly kind: "bookmark"; readonly resourceVersion: string };

const Line = z.object({
  type: z.enum(["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]),
  object: z.record(z.string(), z.unknown()),
});
const Bookmark = z.object({ metadata: z.object({ resourceVersion: z.string() }) });
const Failure = z.object({
  code: z.number().default(500),
  reason: z.string().default(""),
  message: z.string().default(""),
});

/**
 * Reads a watch's bytes as events. An unfinished last line is dropped, since it will be sent again.
 * Throws ApiError for an ERROR event, and an Error for a line that is not a watch event: skipping one could lose a change.
 */
export async function* readEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<WatchEvent> {
  for await (const line of readLines(chunks)) yield readEvent(line);
}

async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield line;
  }
}

function readEvent(line: string): WatchEvent {
  const { type, object } = parseLine(line);
  switch (type) {
    case "ADDED":
    case "MODIFIED":
      return { kind: "set", object };
    case "DELETED":
      return { kind: "deleted", object };
    case "BOOKMARK":
      return { kind: "bookmark", resourceVersion: Bookmark.parse(object).metadata.resourceVersion };
    case "ERROR": {
      const { code, reason, message } = Failure.parse(object);
      throw new ApiError(message === "" ? "the watch failed" : message, { status: code, reason, retryAfterMs: null });
    }
  }
}

function parseLine(line: string): z.infer<typeof Line> {
  try {
    const parsed: unknown = JSON.parse(line);
    // The generic check of every field would cost more than the rest of the watch: objects are projected right after this.
    if (isObject(parsed) && isObject(parsed["object"]) && typeof parsed["type"] === "string") {
      return { type: Line.shape.type.parse(parsed["type"]), object: parsed["object"] };
    }
  } catch (cause) {
    throw new Error(`while reading a watch: not an event: ${line.slice(0, 80)}`, { cause });
  }
  throw new Error(`while reading a watch: not an event: ${line.slice(0, 80)}`);
}
