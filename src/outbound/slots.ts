/** So many pieces of work at once; the others stand in line. */
export class Slots {
  #free: number;
  readonly #line: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Resolves with what gives the place back. Whoever is aborted leaves the line at once and rejects with the signal's reason. */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#stand(signal);
    let held = true;
    return () => {
      if (held) this.#giveBack();
      held = false;
    };
  }

  #stand(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const called = (): void => {
      signal.removeEventListener("abort", leave);
      resolve();
    };
    const leave = (): void => {
      this.#line.splice(this.#line.indexOf(called), 1);
      reject(reasonOf(signal));
    };
    signal.addEventListener("abort", leave, { once: true });
    this.#line.push(called);
    return promise;
  }

  #giveBack(): void {
    const next = this.#line.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

export interface HostSlotsOptions {
  readonly perHost: number;
  readonly total: number;
}

/** Places by host and in all: whoever waits for a host that hangs takes no place from the others. */
export class HostSlots {
  readonly #perHost: number;
  readonly #all: Slots;
  readonly #hosts = new Map<string, { readonly slots: Slots; users: number }>();

  constructor({ perHost, total }: HostSlotsOptions) {
    this.#perHost = perHost;
    this.#all = new Slots(total);
  }

  /** As `Slots.take`. */
  async take(host: string, signal: AbortSignal): Promise<() => void> {
    const known = this.#hosts.get(host) ?? { slots: new Slots(this.#perHost), users: 0 };
    this.#hosts.set(host, known);
    known.users += 1;
    const leave = (): void => {
      known.users -= 1;
      if (known.users === 0) this.#hosts.delete(host);
    };
    try {
      const ofHost = await known.slots.take(signal);
      const ofAll = await this.#all.take(signal).catch((error: unknown) => {
        ofHost();
        throw error;
      });
      return once(() => {
        ofAll();
        ofHost();
        leave();
      });
    } catch (error) {
      leave();
      throw error;
    }
  }
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}

/** What an aborted signal says, as an Error. */
export function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}
