import { parseArgs } from "node:util";

/** What can be measured, in the order in which it is. */
export const PARTS = [
  "base",
  "idle",
  "advancing",
  "workers",
  "command",
  "rollback",
  "redis-down",
  "prometheus",
] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  readonly help: boolean;
  /** Numbers of canaries, rising. */
  readonly sizes: readonly number[];
  /** Length of each counted window. */
  readonly intervals: number;
  /** Whether the sizes are measured side by side, which saves time and costs some precision of the latencies. */
  readonly sideBySide: boolean;
  readonly parts: ReadonlySet<Part>;
  /** File for all figures; `null`: none. */
  readonly json: string | null;
}

export const USAGE = `npm run bench [-- --quick] [--only <name>] [--json <file>]

  --quick   10 and 100 canaries, side by side and with short windows
  --only    measure only this (may be repeated): ${PARTS.join(", ")}
  --json    write all figures to this file
`;

/** Reads the command line. Throws with a sentence for people when it cannot be understood. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const { quick, help, json = null } = values;
  return {
    help,
    sizes: quick ? [10, 100] : [10, 100, 1000],
    intervals: quick ? 1 : 3,
    sideBySide: quick,
    parts: values.only.length === 0 ? new Set(PARTS) : new Set(values.only.map(readPart)),
    json,
  };
}

function readPart(name: string): Part {
  const part = PARTS.find((known) => known === name);
  if (part === undefined) throw new Error(`--only ${name}: there is no such measurement. Known: ${PARTS.join(", ")}.`);
  return part;
}
