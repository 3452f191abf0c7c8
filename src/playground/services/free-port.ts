import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below what systems give to outgoing connections (Linux: from 32768), so that none of those sits on a port we were about to use. */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 50;

/**
 * A TCP port on 127.0.0.1 that was free a moment ago. Somebody else may take it before our child does, so a caller
 * that starts a server on it tries again with another one when that start fails.
 */
export async function findFreePort(): Promise<number> {
  for (let left = TRIES; left > 0; left -= 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new Error(`while looking for a free port: ${TRIES} between ${LOWEST} and ${HIGHEST} are all taken`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** Calls `start` with free ports until it succeeds, at most three times; throws what the last attempt threw. */
export async function startOnFreePort<T>(start: (port: number) => Promise<T>): Promise<{ port: number; started: T }> {
  for (let attempt = 1; ; attempt++) {
    const port = await findFreePort();
    try {
      return { port, started: await start(port) };
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}
