import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findExecutable } from "./executables.ts";
import { startOnFreePort } from "./free-port.ts";
import type { Log } from "./log.ts";
import type { RunningProcess } from "./process.ts";
import { startProcess } from "./process.ts";

export interface PrometheusOptions {
  /** Where configuration and samples live; made when missing. */
  readonly directory: string;
  /** What to scrape: URLs such as `http://127.0.0.1:15020/metrics`. */
  readonly targets: readonly string[];
  /** Milliseconds between two scrapes of a target. Default 1,000. */
  readonly scrapeEveryMs?: number;
  /** Path of the program. Default: `prometheus`, looked up on PATH. */
  readonly executable?: string;
  readonly log: Log;
}

export interface PrivatePrometheus {
  /** `http://127.0.0.1:port`; stays the same across `restart`. */
  readonly url: string;
  readonly port: number;
  /** The process id; changes with `restart`. */
  pid(): number;
  /** Sends a signal and does not wait: "SIGKILL" is a crash, "SIGSTOP" a hang, "SIGCONT" its end. */
  kill(signal: NodeJS.Signals): void;
  /** Stops it if it still runs, starts it with the same port and samples, and waits until it is ready. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a Prometheus of our own on a free port, with a configuration written for `targets`.
 * Resolves when `/-/ready` says so. Fails with what to install when there is no such program.
 */
export async function startPrometheus(options: PrometheusOptions): Promise<PrivatePrometheus> {
  const { directory, log } = options;
  const command = await findServer(options.executable);
  await mkdir(directory, { recursive: true });
  const configuration = join(directory, "prometheus.yml");
  await writeFile(configuration, configurationFor(options));

  const launch = (port: number): Promise<RunningProcess> =>
    startProcess({
      name: "prometheus",
      command,
      args: [
        `--config.file=${configuration}`,
        `--web.listen-address=127.0.0.1:${port}`,
        `--storage.tsdb.path=${join(directory, "samples")}`,
        "--storage.tsdb.retention.time=6h",
        "--log.level=warn",
      ],
      isReady: () => isReady(port),
      onLine: (line) => log.info({ prometheus: line }, "prometheus wrote a line"),
    });

  const first = await startOnFreePort(launch);
  const { port } = first;
  let server = first.started;
  const stop = async (): Promise<void> => {
    // One that hangs (SIGSTOP) would sit out the grace period.
    server.kill("SIGCONT");
    await server.stop();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: () => server.pid,
    kill: (signal) => server.kill(signal),
    restart: async () => {
      await stop();
      server = await launch(port);
    },
    stop,
  };
}

async function findServer(executable: string | undefined): Promise<string> {
  const found = await findExecutable([executable ?? "prometheus"]);
  if (found !== undefined) return found;
  throw new Error(
    `There is no ${executable ?? "prometheus"} that can be run. Install Prometheus 2.40 or newer, e.g. ` +
      '"apt-get install prometheus" or "brew install prometheus".',
  );
}

async function isReady(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/-/ready`, { signal: AbortSignal.timeout(1_000) });
  await response.text();
  return response.ok;
}

/** The configuration is JSON, which every YAML parser reads. */
function configurationFor({ targets, scrapeEveryMs = 1_000 }: PrometheusOptions): string {
  const every = `${scrapeEveryMs}ms`;
  return JSON.stringify(
    {
      global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
      scrape_configs: targets.map((target, index) => {
        const url = new URL(target);
        return {
          job_name: `mesh-${index + 1}`,
          scheme: url.protocol.replace(":", ""),
          metrics_path: url.pathname === "/" ? "/metrics" : url.pathname,
          static_configs: [{ targets: [url.host] }],
        };
      }),
    },
    null,
    2,
  );
}
