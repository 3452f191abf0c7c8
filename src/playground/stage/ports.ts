import { createServer } from "node:net";

export interface PortChoice {
  readonly port: number;
  /** The port that was wanted but is busy; `null` when it was free. */
  readonly busy: number | null;
}

const TRIES = 20;

/** The wanted port on 127.0.0.1, or the next free one from `from` on. Throws when twenty in a row are busy. */
export async function choosePort(from: number, wanted: number): Promise<PortChoice> {
  for (let port = from; port < from + TRIES; port += 1) {
    if (await isFree(port)) return { port, busy: port === wanted ? null : wanted };
  }
  throw new Error(`while looking for a free port: ${from} to ${from + TRIES - 1} are all busy; free one of them`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
