import { explain } from "../errors.ts";
import { ForbiddenAddress } from "./checked-lookup.ts";
import { tidy } from "./tidy.ts";

/** Why there was no answer, and whether another try could bring one. */
export interface Trouble {
  /** In words for people. Never holds the address that was called: it may be a secret. */
  readonly problem: string;
  readonly again: boolean;
}

const SAID: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there (connection refused)",
  ECONNRESET: "the connection broke before an answer came",
  UND_ERR_SOCKET: "the connection broke before an answer came",
  EHOSTUNREACH: "there is no way to its host",
  ENETUNREACH: "there is no way to its network",
  ENOTFOUND: "its host name is unknown",
  EAI_AGAIN: "its host name could not be looked up",
  UND_ERR_CONNECT_TIMEOUT: "no connection came about",
  UND_ERR_HEADERS_OVERFLOW: "it answered with too many headers",
};

/** A certificate that is not trusted is not trusted a second later either. */
const CERTIFICATE =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

/** What an error of the connection means. */
export function troubleOf(error: unknown): Trouble {
  const forbidden = findIn(error, (one) => one instanceof ForbiddenAddress);
  if (forbidden instanceof ForbiddenAddress) return { problem: forbidden.message, again: false };
  const code = codeOf(findIn(error, (one) => codeOf(one) !== ""));
  if (CERTIFICATE.test(code)) {
    return { problem: `its certificate is not trusted (${code}); disableTLS accepts any`, again: false };
  }
  return { problem: SAID[code] ?? `no answer came: ${tidy(code === "" ? explain(error) : code)}`, again: true };
}

/** The first of an error and its causes that is meant; `undefined` when none is. */
function findIn(error: unknown, isMeant: (one: unknown) => boolean): unknown {
  for (let one = error, depth = 0; depth < 5 && one instanceof Error; one = one.cause, depth += 1) {
    if (isMeant(one)) return one;
  }
  return undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
