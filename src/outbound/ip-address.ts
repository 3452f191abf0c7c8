import { BlockList, isIP } from "node:net";

/** Some networks, each an address or an address with the length of its prefix, such as `10.0.0.0/8`. */
export interface Networks {
  has(address: string): boolean;
}

/** Throws a RangeError for what is no network. */
export function networks(written: readonly string[]): Networks {
  const list = new BlockList();
  for (const one of written) {
    const { address, prefix, family } = readNetwork(one) ?? failNetwork(one);
    list.addSubnet(address, prefix, family);
  }
  return {
    has: (address) => isIP(address) !== 0 && list.check(address, familyOf(address)),
  };
}

const familyOf = (address: string): "ipv4" | "ipv6" => (isIP(address) === 6 ? "ipv6" : "ipv4");

function readNetwork(written: string) {
  const [address = "", length, ...more] = written.split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0) return null;
  const longest = family === 4 ? 32 : 128;
  const prefix = length === undefined ? longest : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  return prefix >= 0 && prefix <= longest ? { address, prefix, family: familyOf(address) } : null;
}

function failNetwork(written: string): never {
  throw new RangeError(`${written} is not a network`);
}

/**
 * The address as the network sees it, and whichever IPv4 address it stands for: IPv6 has several ways to write one that gateways
 * and sockets turn back. Answers nothing for what is no address.
 */
export function meaningsOf(address: string): readonly string[] {
  const [plain = ""] = address.split("%");
  if (isIP(plain) === 4) return [plain];
  if (isIP(plain) !== 6) return [];
  const embedded = embeddedIn(groupsOf(plain));
  return embedded === null ? [plain] : [plain, embedded];
}

/** The eight 16-bit groups of an IPv6 address. */
function groupsOf(address: string): readonly number[] {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = "", tail] = canonical.split("::");
  const read = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  if (tail === undefined) return read(head);
  const [first, last] = [read(head), read(tail)];
  return [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last];
}

/** First groups after which two groups are an IPv4 address, and the place of those. */
const EMBEDDINGS: readonly (readonly [readonly number[], number])[] = [
  [[0, 0, 0, 0, 0, 0], 6], // IPv4-compatible
  [[0, 0, 0, 0, 0, 0xffff], 6], // IPv4-mapped
  [[0, 0, 0, 0, 0xffff, 0], 6], // IPv4-translated
  [[0x64, 0xff9b, 0, 0, 0, 0], 6], // NAT64
  [[0x64, 0xff9b, 1], 6], // NAT64 of a site
  [[0x2002], 1], // 6to4
];

function embeddedIn(groups: readonly number[]): string | null {
  const isTeredo = groups[0] === 0x2001 && groups[1] === 0;
  if (isTeredo) return dotted((groups[6] ?? 0) ^ 0xffff, (groups[7] ?? 0) ^ 0xffff);
  const found = EMBEDDINGS.find(([beginning]) => beginning.every((group, index) => groups[index] === group));
  if (found === undefined) return null;
  const [, place] = found;
  const [high = 0, low = 0] = groups.slice(place);
  // `::` and `::1` are written like an IPv4-compatible address and are none.
  return high === 0 && groups.every((group, index) => index > 5 || group === 0) ? null : dotted(high, low);
}

const dotted = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join(".");
