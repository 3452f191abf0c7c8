import { spawn } from "node:child_process";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  /** Both streams, as they came. */
  readonly output: string;
}

export interface Started {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** What it has written so far. */
  output(): string;
  /** Sends a signal to it and all it started in its process group, as a terminal does. */
  signalGroup(signal: NodeJS.Signals): void;
}

interface Options {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Starts a program in a process group of its own, outside of the test runner that we are part of. */
export function start(command: string, args: readonly string[], { cwd, env = process.env }: Options): Started {
  const { NODE_TEST_CONTEXT: _ours, ...clean } = env;
  const child = spawn(command, args, { cwd, env: clean, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} cannot be started`);
  let stdout = "";
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout, output }));
  });
  return { pid, ended, output: () => output, signalGroup: (signal) => process.kill(-pid, signal) };
}

/** Runs a program to its end. */
export function run(command: string, args: readonly string[], options: Options): Promise<Ended> {
  return start(command, args, options).ended;
}
