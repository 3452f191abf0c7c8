/** Where a part of the playground writes. Fields first, then a static message: a pino logger fits. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Drops everything: for callers that do not care, such as most tests. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** The text to log for whatever was thrown, with the causes behind it. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`;
}
