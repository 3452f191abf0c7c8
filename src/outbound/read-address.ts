import { isIP } from "node:net";

/** Somewhere to send requests to, as a manifest or a Secret says it. */
export interface Address {
  readonly origin: string;
  readonly path: string;
  /** Host name or address, without brackets. */
  readonly host: string;
  /** Whether `host` is an address rather than a name. */
  readonly isLiteral: boolean;
}

export type ReadAddress =
  { readonly address: Address; readonly problem: "" } | { readonly address: null; readonly problem: string };

/** Reads an http(s) address. Every other way to write an IPv4 address (one number, octal, hexadecimal) becomes the usual one. */
export function readAddress(text: string): ReadAddress {
  const url = URL.parse(text);
  if (url === null) return refused("its address is no URL");
  if (url.protocol !== "http:" && url.protocol !== "https:") return refused("its address is neither http nor https");
  if (url.username !== "" || url.password !== "") return refused("its address holds a user name or a password");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const address = { origin: url.origin, path: url.pathname + url.search, host, isLiteral: isIP(host) !== 0 };
  return { address, problem: "" };
}

const refused = (problem: string): ReadAddress => ({ address: null, problem });
