import { createServer } from "node:net";

export interface PortChoice {
  readonly port: number;
  /** The port that was wanted but is busy; `null` when it was free. */
  readonly busy: number | null;
}

const TRIES = 20;

/** The wanted port on 127.0.0.1, or the next free one above it. Throws when all of the next twenty are busy. */
export async function choosePort(wanted: number): Promise<PortChoice> {
  for (let port = wanted; port < wanted + TRIES; port += 1) {
    if (await isFree(port)) return { port, busy: port === wanted ? null : wanted };
  }
  throw new Error(`while looking for a free port: ${wanted} to ${wanted + TRIES - 1} are all busy; free one of them`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
