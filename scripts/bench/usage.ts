import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** What a process has used since it began, and what it occupies now. */
export interface Usage {
  /** User and system time together, in milliseconds. */
  readonly cpuMs: number;
  /** Resident memory in MiB. */
  readonly rssMiB: number;
}

/** Linux counts processor time for user space in hundredths of a second on every architecture that Node runs on. */
const TICK_MS = 10;

/** From `/proc` where there is one, else from `ps`. Throws when the process is gone. */
export async function usageOf(pid: number): Promise<Usage> {
  if (process.platform !== "linux") {
    const { stdout } = await promisify(execFile)("ps", ["-o", "rss=,time=", "-p", String(pid)]);
    return readPs(stdout);
  }
  const [stat, status] = await Promise.all(["stat", "status"].map((name) => readFile(`/proc/${pid}/${name}`, "utf8")));
  return readProc(stat ?? "", status ?? "");
}

/** Reads `/proc/<pid>/stat` and `/proc/<pid>/status`. */
export function readProc(stat: string, status: string): Usage {
  // The name in parentheses may hold spaces and parentheses itself, so fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  const kibibytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  return checked({ cpuMs: ticks * TICK_MS, rssMiB: kibibytes / 1024 });
}

/** Reads `ps -o rss=,time=`: kibibytes, then `[[days-]hours:]minutes:seconds[.hundredths]`. */
export function readPs(output: string): Usage {
  const [kibibytes = "", time = ""] = output.trim().split(/\s+/);
  const [clock = "", days = "0"] = time.split("-").toReversed();
  const seconds = clock.split(":").reduce((total, part) => total * 60 + Number(part), 0);
  const cpuMs = Math.round((Number(days) * 86_400 + seconds) * 1000);
  return checked({ cpuMs, rssMiB: Number(kibibytes) / 1024 });
}

function checked(usage: Usage): Usage {
  if (Number.isFinite(usage.cpuMs) && Number.isFinite(usage.rssMiB)) return usage;
  throw new Error("while reading what a process uses: the system wrote something else than expected");
}
