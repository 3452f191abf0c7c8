import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import type { AddressPolicy } from "./address-policy.ts";
import { Slots } from "./slots.ts";

/** All addresses of a name. Rejects when it has none. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** Thrown instead of connecting to where the policy lets nobody go. The message is for people. */
export class ForbiddenAddress extends Error {
  override readonly name = "ForbiddenAddress";
}

/** Throws a ForbiddenAddress unless all of these addresses may be connected to under that name. */
export function checkAddresses(policy: AddressPolicy, host: string, addresses: readonly string[]): void {
  for (const address of addresses) {
    const refusal = policy.refusal(host, address);
    if (refusal !== null) throw new ForbiddenAddress(`its address is not allowed: ${refusal}`);
  }
}

/**
 * Looks names up for connections. A connection goes to exactly the addresses that were checked: whoever owns a name cannot let it
 * lead somewhere else in between. One forbidden address among several is enough to refuse.
 */
export function checkedLookup(policy: AddressPolicy, resolve: Resolve): LookupFunction {
  const addressesOf = async (host: string): Promise<readonly [LookupAddress, ...LookupAddress[]]> => {
    const [first, ...others] = await resolve(host);
    if (first === undefined) throw new Error("its name has no address");
    checkAddresses(
      policy,
      host,
      [first, ...others].map(({ address }) => address),
    );
    return [first, ...others];
  };
  return (host, { all = false }, tell) => {
    addressesOf(host).then(
      ([first, ...others]) => (all ? tell(null, [first, ...others]) : tell(null, first.address, first.family)),
      (error: unknown) => tell(error instanceof Error ? error : new Error(String(error)), []),
    );
  };
}

/** Of the four threads that all lookups (and files) of a process share, names in manifests may hold so many. */
const AT_ONCE = 2;
/** A name that took this long to fail is not asked for again for a while: it must not hold a thread all the time. */
const SLOW_MS = 1_000;
const REMEMBERED_MS = 10_000;

/** Asks the system, which knows the search domains of the cluster: Services are called by short names. */
export function createResolver(ask: Resolve = (host) => lookup(host, { all: true })): Resolve {
  const slots = new Slots(AT_ONCE);
  const asking = new Map<string, Promise<readonly LookupAddress[]>>();
  const failed = new Map<string, { readonly error: unknown; readonly until: number }>();

  const askInTurn = async (host: string): Promise<readonly LookupAddress[]> => {
    const leave = await slots.take(UNHURRIED);
    const startedAt = performance.now();
    try {
      return await ask(host);
    } catch (error) {
      const now = performance.now();
      if (now - startedAt > SLOW_MS) failed.set(host, { error, until: now + REMEMBERED_MS });
      throw error;
    } finally {
      leave();
      asking.delete(host);
    }
  };

  return async (host) => {
    for (const [name, { until }] of failed) if (performance.now() > until) failed.delete(name);
    const known = failed.get(host);
    if (known !== undefined) throw known.error;
    const answer = asking.get(host) ?? askInTurn(host);
    asking.set(host, answer);
    return answer;
  };
}

/** A lookup cannot be interrupted, and whoever waits for it has a limit of their own. */
const UNHURRIED = new AbortController().signal;
