/** Of an answer's body so much is read, in bytes; what people get to see is shorter still. */
const MOST_BYTES = 4 * 1024;
/** What is left of a body that nobody reads may be so long, and take so long, for the connection to be used again. */
const REST_BYTES = 128 * 1024;
const REST_MS = 2_000;

/** As undici hands it out. */
export interface Body extends AsyncIterable<Uint8Array> {
  destroy(): unknown;
  dump(options: { readonly limit: number; readonly signal: AbortSignal }): Promise<void>;
}

/** The beginning of a body as text; a longer one ends the connection. One that breaks off gives what came of it. */
export async function readSome(body: Body): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of body) {
      parts.push(part.subarray(0, MOST_BYTES - size));
      size += part.length;
      if (size >= MOST_BYTES) break;
    }
  } catch {
    return textOf(parts);
  }
  return textOf(parts);
}

/** Lets go of a body that nobody wants to read. */
export function dropBody(body: Body): void {
  body.dump({ limit: REST_BYTES, signal: AbortSignal.timeout(REST_MS) }).catch(() => body.destroy());
}

const textOf = (parts: readonly Uint8Array[]): string => new TextDecoder().decode(Buffer.concat(parts));
