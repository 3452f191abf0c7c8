import { createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startProcess, type RunningProcess } from "../services/process.ts";

/** What our processes log, at level info and with the port, once they answer about their health. */
const SERVING_HEALTH = "serving health and metrics";

/** A bot or worker of ours, run as in production: its own process, configured by environment only. */
export interface ProductProcess {
  readonly name: string;
  /** Where the process writes its log lines. */
  readonly logFile: string;
  /** Where it serves /readyz and /metrics; changes with `restart`. */
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
  const program = fileURLToPath(new URL(`../../${kind}.ts`, import.meta.url));
  const environment = { ...options.environment, HEALTH_PORT: "0" };
  const launch = () => startNode({ name, program, environment, log });
  let { running, healthUrl } = await launch();
  return {
    name,
    logFile,
    get healthUrl() {
      return healthUrl;
    },
    pid: () => running.pid,
    isRunning: () => running.isRunning(),
    kill: (signal) => running.kill(signal),
    restart: async () => {
      await running.stop();
      ({ running, healthUrl } = await launch());
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
}

interface Launched {
  readonly running: RunningProcess;
  readonly healthUrl: string;
}

/** It takes a port of its own choice: one that we chose could be somebody else's by then, who would answer in its place. */
async function startNode({ name, program, environment, log }: NodeOptions): Promise<Launched> {
  let healthUrl = "";
  const running = await startProcess({
    name,
    command: process.execPath,
    args: [program],
    env: environment,
    onLine: (line) => {
      log.write(`${line}\n`);
      healthUrl ||= healthUrlIn(line);
    },
    isReady: async () => healthUrl !== "" && (await fetch(`${healthUrl}/readyz`)).ok,
    readyTimeoutMs: 60_000,
  });
  return { running, healthUrl };
}

/** The address that a log line tells; empty for any other line. */
function healthUrlIn(line: string): string {
  if (!line.includes(SERVING_HEALTH)) return "";
  const [, port] = /"port":(\d+)/.exec(line) ?? [];
  return port === undefined ? "" : `http://127.0.0.1:${port}`;
}
