import { LogLevel, type Logger } from "@slack/bolt";
import { explain } from "../errors.ts";
import type { Log } from "../telemetry/log.ts";

/** Bolt's own words go into our log; what it says in debug is left out, for it may hold what nobody should read. */
export function boltLogger(log: Log): Logger {
  const words = (parts: unknown[]): string =>
    parts
      .map((part) => (part instanceof Error ? explain(part) : String(part)))
      .join(" ")
      .slice(0, 500);
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...parts) => log.warn({ said: words(parts) }, "bolt warns"),
    error: (...parts) => log.error({ said: words(parts) }, "bolt reports an error"),
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}
