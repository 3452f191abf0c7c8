import { createServer } from "node:net";

/**
 * A TCP port on 127.0.0.1 that was free a moment ago. Somebody else may take it before our child does, so a caller
 * that starts a server on it tries again with another one when that start fails.
 */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === "string") reject(new Error("while looking for a free port"));
        else resolve(address.port);
      });
    });
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
