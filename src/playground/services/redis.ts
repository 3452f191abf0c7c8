import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { findExecutable } from "./executables.ts";
import { startOnFreePort } from "./free-port.ts";
import type { Log } from "./log.ts";
import type { RunningProcess } from "./process.ts";
import { startProcess } from "./process.ts";

export interface RedisOptions {
  /** Where configuration and data live; made when missing. Data that is there already is loaded. */
  readonly directory: string;
  /** Path of the server program. Default: `redis-server` or `valkey-server`, looked up on PATH. */
  readonly executable?: string;
  readonly log: Log;
}

export interface PrivateRedis {
  /** `redis://:password@127.0.0.1:port`; stays the same across `restart`. */
  readonly url: string;
  readonly port: number;
  /** The server's process id; changes with `restart`. */
  pid(): number;
  /** Sends a signal and does not wait: "SIGKILL" is a crash, "SIGSTOP" a hang, "SIGCONT" its end. */
  kill(signal: NodeJS.Signals): void;
  /** Stops the server if it still runs, starts it with the same port and data, and waits until it answers. */
  restart(): Promise<void>;
  /** Empties every database. Fails when the server is not running. */
  flushAll(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a Redis of our own: its own port, password and data folder, never the one on 6379 that the machine may run.
 * Nothing is evicted and the append-only file is synced every second, as BullMQ wants it.
 * Fails with what to install when there is no server program.
 */
export async function startRedis({ directory, executable, log }: RedisOptions): Promise<PrivateRedis> {
  const command = await findServer(executable);
  const password = randomBytes(16).toString("hex");
  await mkdir(directory, { recursive: true });

  const launch = async (port: number): Promise<RunningProcess> => {
    const configuration = join(directory, "redis.conf");
    // In a file and not among the arguments, where every user of the machine could read the password.
    await writeFile(configuration, configurationFor({ port, password, directory }), { mode: 0o600 });
    return startProcess({
      name: "redis",
      command,
      args: [configuration],
      isReady: async () => (await ask({ port, password, command: "PING" })) === "+PONG",
      onLine: (line) => log.info({ redis: line }, "redis wrote a line"),
    });
  };

  const first = await startOnFreePort(launch);
  const { port } = first;
  let server = first.started;
  const stop = async (): Promise<void> => {
    // One that hangs (SIGSTOP) would sit out the grace period.
    server.kill("SIGCONT");
    await server.stop();
  };
  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    port,
    pid: () => server.pid,
    kill: (signal) => server.kill(signal),
    restart: async () => {
      await stop();
      server = await launch(port);
    },
    flushAll: async () => {
      const answer = await ask({ port, password, command: "FLUSHALL" });
      if (answer !== "+OK") throw new Error(`while flushing redis: it answered ${answer}`);
    },
    stop,
  };
}

async function findServer(executable: string | undefined): Promise<string> {
  const found = await findExecutable(executable === undefined ? ["redis-server", "valkey-server"] : [executable]);
  if (found !== undefined) return found;
  throw new Error(
    executable === undefined
      ? "There is no redis-server (or valkey-server) on PATH. Install Redis 6.2 or newer, e.g. " +
          '"apt-get install redis-server" or "brew install redis", or name the program in REDIS_SERVER.'
      : `REDIS_SERVER names ${executable}, which cannot be run. Name an executable redis-server there.`,
  );
}

interface Settings {
  readonly port: number;
  readonly password: string;
  readonly directory: string;
}

function configurationFor({ port, password, directory }: Settings): string {
  return [
    "bind 127.0.0.1",
    `port ${port}`,
    `requirepass ${password}`,
    `dir "${directory.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`,
    "appendonly yes",
    "appendfsync everysec",
    'save ""',
    "maxmemory-policy noeviction",
    "daemonize no",
    "loglevel notice",
    "",
  ].join("\n");
}

interface Question {
  readonly port: number;
  readonly password: string;
  readonly command: string;
}

/** Sends one command on a connection of its own and returns the first line of the answer, e.g. "+PONG". */
function ask({ port, password, command }: Question): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`AUTH ${password}\r\n${command}\r\n`));
    let text = "";
    socket.setTimeout(1_000, () => socket.destroy(new Error(`redis did not answer ${command} within a second`)));
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`redis closed the connection before it answered ${command}`)));
    socket.on("data", (bytes) => {
      text += bytes.toString("utf8");
      const [authenticated, answer, rest] = text.split("\r\n");
      if (rest === undefined || answer === undefined) return;
      if (authenticated === "+OK") resolve(answer);
      else reject(new Error(`while authenticating to redis: it answered ${authenticated}`));
      socket.destroy();
    });
  });
}
