import { meaningsOf, networks, type Networks } from "./ip-address.ts";

/** What an operator adds to the built-in rules: networks (`10.0.0.0/8`, one address) and host names with all below them. */
export interface AddressRules {
  readonly networks: readonly string[];
  readonly hosts: readonly string[];
}

/** Where requests may go whose address somebody wrote into a manifest. */
export interface AddressPolicy {
  /** Why nobody may connect to `address` under the name `host`, in words; `null`: they may. */
  refusal(host: string, address: string): string | null;
}

/** Nobody's webhook lives there, and much that listens there trusts whoever can reach it. Private networks are where webhooks do live. */
const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  "a loopback address": ["127.0.0.0/8", "::1"],
  "a link-local address, where clouds keep credentials": ["169.254.0.0/16", "fe80::/10"],
  "the metadata service of a cloud": ["100.100.100.200", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254"],
  "the unspecified address": ["0.0.0.0/8", "::"],
  "a multicast address": ["224.0.0.0/4", "ff00::/8"],
  "a reserved address": ["240.0.0.0/4", "192.0.0.0/24", "fec0::/10"],
};

/**
 * The built-in rules with those of an operator. A network that is allowed lifts every other rule; a host name that is allowed lifts the
 * operator's own prohibitions, since a name may lead anywhere.
 */
export function createAddressPolicy(rules: {
  readonly allow: AddressRules;
  readonly deny: AddressRules;
}): AddressPolicy {
  const builtIn = Object.entries(BUILT_IN).map(([what, list]) => ({ what, list: networks(list) }));
  const allowed = networks(rules.allow.networks);
  const denied = networks(rules.deny.networks);
  const anyIn = (list: Networks, meanings: readonly string[]) => meanings.some((address) => list.has(address));
  return {
    refusal(host, address) {
      const meanings = meaningsOf(address);
      if (meanings.length === 0) return "it has no usable address";
      if (meanings.every((meaning) => allowed.has(meaning))) return null;
      const found = builtIn.find(({ list }) => anyIn(list, meanings));
      if (found !== undefined) return `${address} is ${found.what}`;
      if (isBelow(host, rules.allow.hosts)) return null;
      if (isBelow(host, rules.deny.hosts)) return `${host} is denied`;
      return anyIn(denied, meanings) ? `${address} is denied` : null;
    },
  };
}

/** For addresses that an operator configured: whoever does that may reach everything already. */
export const ANYWHERE: AddressPolicy = { refusal: () => null };

function isBelow(host: string, names: readonly string[]): boolean {
  const plain = host.toLowerCase().replace(/\.$/, "");
  return names.map((name) => name.replace(/^\./, "")).some((name) => plain === name || plain.endsWith(`.${name}`));
}
