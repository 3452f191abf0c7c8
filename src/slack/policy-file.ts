import { watch, type FSWatcher } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { parseDocument } from "yaml";
import { explain, TerminalError } from "../errors.ts";
import type { Log } from "../telemetry/log.ts";
import { Policy } from "./policy.ts";

/** Editors and ConfigMap mounts change a file in several moves; it is read when they have come to rest. In milliseconds. */
const REST = 200;

/**
 * The policy as the file has it now. A bad file at the start throws a TerminalError that lists every problem;
 * a bad one later is logged, and the last good policy stays in force.
 */
export class PolicyFile {
  readonly #path: string;
  readonly #log: Log;
  #policy: Policy = { groups: {}, rules: [] };
  #text = "";
  #watcher: FSWatcher | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  get current(): Policy {
    return this.#policy;
  }

  async start(): Promise<void> {
    this.#text = await read(this.#path);
    this.#policy = parsePolicy(this.#text, this.#path);
    // The folder, not the file: a mounted ConfigMap is changed by replacing a link beside it.
    this.#watcher = watch(dirname(this.#path), { persistent: false }, (_, name) => this.#noticed(name));
    this.#watcher.on("error", (error) => this.#log.warn({ error: explain(error) }, "policy file is no longer watched"));
    this.#log.info({ file: basename(this.#path), rules: this.#policy.rules.length }, "policy loaded");
  }

  stop(): void {
    this.#watcher?.close();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #noticed(name: string | null): void {
    if (name !== null && name !== basename(this.#path) && !name.startsWith("..")) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#reload(), REST);
  }

  async #reload(): Promise<void> {
    try {
      const text = await read(this.#path);
      if (text === this.#text) return;
      this.#policy = parsePolicy(text, this.#path);
      this.#text = text;
      this.#log.info({ file: basename(this.#path), rules: this.#policy.rules.length }, "policy reloaded");
    } catch (error) {
      this.#log.error({ error: explain(error) }, "changed policy refused, the last good one stays in force");
    }
  }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new TerminalError(`while reading the policy file ${path} (set POLICY_FILE)`, { cause: error });
  }
}

/** A policy from YAML. Throws a TerminalError that lists every problem with its path. */
export function parsePolicy(text: string, path: string): Policy {
  const document = parseDocument(text, { uniqueKeys: true });
  const faults = document.errors.map((error) => error.message);
  if (faults.length > 0) throw new TerminalError(`the policy file ${path} is not YAML:\n${faults.join("\n")}`);
  const parsed = Policy.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path: where, message }) => `  ${where.join(".") || "(top)"}: ${message}`);
  throw new TerminalError(`the policy file ${path} is not valid:\n${problems.join("\n")}`);
}
