import { pino, type DestinationStream, type Logger } from "pino";

/** Names of fields whose values never reach a log, at the top and up to two levels down. */
const SECRET = [
  "authorization",
  "botToken",
  "appToken",
  "commandKey",
  "cookie",
  "password",
  "redisUrl",
  "secret",
  "signature",
  "signingSecret",
  "token",
] as const;

export interface LoggerOptions {
  /** `bot` or `worker`. */
  readonly process: string;
  readonly level: string;
  /** Where lines go; stdout unless given. */
  readonly destination?: DestinationStream;
}

/** A logger that writes one JSON object a line: fields first, then a message that never varies. */
export function createLogger({ process: name, level, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { process: name, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: "[hidden]" },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
