import { request } from "node:http";
import { startLoad, type Load } from "../mesh/load.ts";
import { reasonOf, type Log } from "../services/log.ts";

/** Requests through the mesh to one of its services, named by the Host header. */
export interface Trial {
  readonly meshUrl: string;
  /** Such as `podinfo-canary.demo`. */
  readonly host: string;
  readonly path: string;
}

const WITHIN_MS = 5_000;

/** Sends so many requests one after another and says which of them failed; an empty list when none did. */
export async function tryOut(trial: Trial, requests: number): Promise<readonly string[]> {
  const failures: string[] = [];
  for (let count = 0; count < requests; count += 1) {
    const failure = await ask(trial).catch(reasonOf);
    if (failure !== null) failures.push(failure);
  }
  return failures;
}

/** Why a request failed; `null`: it did not. */
function ask({ meshUrl, host, path }: Trial): Promise<string | null> {
  const { hostname, port } = new URL(meshUrl);
  return new Promise((resolve, reject) => {
    const asking = request({ hostname, port, path, headers: { host, accept: "application/json" } });
    asking.setTimeout(WITHIN_MS, () => asking.destroy(new Error(`no answer within ${WITHIN_MS / 1000} s`)));
    asking.on("error", reject);
    asking.on("response", (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      resolve(statusCode < 400 ? null : `HTTP ${statusCode}`);
    });
    asking.end();
  });
}

/** Loads that run for a while, at most one for each service. */
export class Loads {
  readonly #running = new Map<string, { readonly load: Load; readonly timer: NodeJS.Timeout }>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Whether it was begun: not while one for the same service runs. */
  begin(
    { meshUrl, host, path }: Trial,
    { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
  ) {
    if (this.#running.has(host)) return false;
    const load = startLoad({ meshUrl, host, path, perSecond, log: this.#log });
    const timer = setTimeout(() => void this.#end(host), seconds * 1_000);
    this.#running.set(host, { load, timer });
    return true;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((host) => this.#end(host)));
  }

  async #end(host: string): Promise<void> {
    const running = this.#running.get(host);
    this.#running.delete(host);
    clearTimeout(running?.timer);
    await running?.load.stop();
  }
}
