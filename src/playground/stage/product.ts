import { createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findFreePort } from "../services/free-port.ts";
import { startProcess, type RunningProcess } from "../services/process.ts";

/** A bot or worker of ours, run as in production: its own process, configured by environment only. */
export interface ProductProcess {
  readonly name: string;
  /** Where the process writes its log lines. */
  readonly logFile: string;
  readonly healthUrl: string;
  /** Process id; changes with `restart`. */
  pid(): number;
  isRunning(): boolean;
  kill(signal: NodeJS.Signals): void;
  /** Starts it again, ended or not, with the same environment, and waits until it is ready. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface ProductOptions {
  readonly kind: "bot" | "worker";
  readonly name: string;
  readonly directory: string;
  /** The variables of `.env.example` that this process gets; nothing else of our environment reaches it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts `src/bot.ts` or `src/worker.ts` and waits until its /readyz says yes. */
export async function startProduct(options: ProductOptions): Promise<ProductProcess> {
  const { kind, name, directory } = options;
  const logFile = join(directory, `${name}.log`);
  const log = createWriteStream(logFile, { flags: "a" });
  const port = await findFreePort();
  const healthUrl = `http://127.0.0.1:${port}`;
  const program = fileURLToPath(new URL(`../../${kind}.ts`, import.meta.url));
  const environment = { ...options.environment, HEALTH_PORT: String(port) };
  const launch = () => startNode({ name, program, environment, log, healthUrl });
  let running = await launch();
  return {
    name,
    logFile,
    healthUrl,
    pid: () => running.pid,
    isRunning: () => running.isRunning(),
    kill: (signal) => running.kill(signal),
    restart: async () => {
      await running.stop();
      running = await launch();
    },
    stop: async () => {
      await running.stop();
      await new Promise<void>((resolve) => log.end(() => resolve()));
    },
  };
}

interface NodeOptions {
  readonly name: string;
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: WriteStream;
  readonly healthUrl: string;
}

function startNode({ name, program, environment, log, healthUrl }: NodeOptions): Promise<RunningProcess> {
  return startProcess({
    name,
    command: process.execPath,
    args: [program],
    env: environment,
    onLine: (line) => log.write(`${line}\n`),
    isReady: async () => (await fetch(`${healthUrl}/readyz`)).ok,
    readyTimeoutMs: 60_000,
  });
}
