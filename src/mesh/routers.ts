import { ConflictError, explain, TerminalError } from "../errors.ts";
import type { Canary } from "../rollout/canary.ts";
import type { RouteObservation } from "../rollout/observation.ts";
import type { Log } from "../telemetry/log.ts";
import { ROUTERS, type RouterEntry } from "./registry.ts";
import type { Router, RouterParts, RunningRouter } from "./router.ts";
import { findServedApi } from "./served-api.ts";

export interface RoutersOptions extends RouterParts {
  readonly log: Log;
  /** What routes canaries whose manifest names nothing: checked here, so that a worker stops at once when it is wrong. */
  readonly defaultProvider: string;
  /** Milliseconds until a missing API is looked for again. Default 30,000. */
  readonly lookAgainMs?: number;
  /** Default: the registry. */
  readonly entries?: Readonly<Record<string, RouterEntry>>;
}

/** Every router there is, as one. Each is opened when the first canary needs it and the cluster has what it needs. */
export interface Routers extends Router {
  /**
   * Opens what these canaries need. Resolves when it can be looked at, or is known to be missing; nothing is waited for longer than
   * `withinMs`, since the canaries of other routers can do without.
   */
  settled(canaries: readonly Pick<Canary, "provider">[], withinMs: number): Promise<void>;
  /** Milliseconds since each router's copy was proven current. What was never listed is not among them. */
  ages(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

const LOOK_AGAIN_MS = 30_000;

/** Throws TerminalError when the default names no router. */
export function openRouters(options: RoutersOptions): Routers {
  const { defaultProvider } = options;
  const entries: Readonly<Record<string, RouterEntry>> = options.entries ?? ROUTERS;
  const names = Object.keys(entries);
  if (!names.includes(defaultProvider)) {
    throw new TerminalError(`MESH_PROVIDER names no router: ${defaultProvider}. Set it to one of ${names.join(", ")}`);
  }
  const seats = new Map<string, Seat>();
  const seatOf = ({ provider }: Pick<Canary, "provider">): Seat | null => {
    const entry = entries[provider];
    if (entry === undefined) return null;
    const seat = seats.get(provider) ?? new Seat(provider, entry, options);
    seats.set(provider, seat);
    return seat;
  };
  const need = (canary: Canary): Router => {
    const seat = seatOf(canary);
    if (seat === null)
      throw new TerminalError(`while routing ${canary.service.name}: there is no router ${canary.provider}`);
    return seat.need();
  };
  return {
    observe(canary) {
      const seat = seatOf(canary);
      return seat === null ? unusable(`there is no router ${canary.provider}`) : seat.observe(canary);
    },
    setRoute: async (canary, wanted) => need(canary).setRoute(canary, wanted),
    handBack: async (canary) => need(canary).handBack(canary),
    async settled(canaries, withinMs) {
      const needed = new Set(canaries.map(seatOf));
      const timer = Promise.withResolvers<void>();
      const timeout = setTimeout(timer.resolve, withinMs);
      await Promise.race([
        Promise.all([...needed].flatMap((seat) => (seat === null ? [] : [seat.settled]))),
        timer.promise,
      ]);
      clearTimeout(timeout);
    },
    ages: () => Object.fromEntries([...seats].flatMap(([name, seat]) => seat.age(name))),
    stop: async () => void (await Promise.all([...seats.values()].map((seat) => seat.stop()))),
  };
}

const unusable = (problem: string): RouteObservation => ({ kind: "unusable", problem, resourceVersion: "" });

type State =
  | { readonly kind: "looking" }
  | { readonly kind: "missing"; readonly problem: string }
  | { readonly kind: "opened"; readonly router: RunningRouter };

/** One router's place: empty until its API is found, and looked after from time to time until then. */
class Seat {
  /** Resolves when it has been listed, or found missing. */
  readonly settled: Promise<void>;
  readonly #name: string;
  readonly #entry: RouterEntry;
  readonly #options: RoutersOptions;
  readonly #waiting = new Map<string, Canary>();
  #markSettled: () => void = () => {};
  #state: State = { kind: "looking" };
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(name: string, entry: RouterEntry, options: RoutersOptions) {
    this.#name = name;
    this.#entry = entry;
    this.#options = options;
    this.settled = new Promise((resolve) => (this.#markSettled = resolve));
    void this.#look();
  }

  observe(canary: Canary): RouteObservation {
    const state = this.#state;
    if (state.kind === "opened" && state.router.isSynced()) return state.router.observe(canary);
    this.#waiting.set(`${canary.ref.namespace}/${canary.service.name}`, canary);
    return unusable(state.kind === "missing" ? state.problem : `routes of ${this.#name} have not been listed yet`);
  }

  /** Throws what the canary's pass can do about it: look again, or wait for people. */
  need(): Router {
    const state = this.#state;
    if (state.kind === "missing") throw new Error(`while routing: ${state.problem}`);
    if (state.kind === "opened" && state.router.isSynced()) return state.router;
    throw new ConflictError(`while routing: routes of ${this.#name} have not been listed yet`);
  }

  age(name: string): readonly (readonly [string, number])[] {
    const state = this.#state;
    return state.kind === "opened" && state.router.isSynced() ? [[`routes of ${name}`, state.router.age()]] : [];
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#state.kind === "opened") await this.#state.router.stop();
  }

  async #look(): Promise<void> {
    const { client, log, lookAgainMs = LOOK_AGAIN_MS } = this.#options;
    const { needs } = this.#entry;
    try {
      const api = needs === null ? "" : await findServedApi(client, needs);
      if (this.#stopped) return;
      if (api !== null) return this.#open(api);
      this.#miss(`the cluster has no ${needs?.apis[0]?.slice("/apis/".length) ?? ""}; ${needs?.install ?? ""}`);
    } catch (error) {
      if (this.#stopped) return;
      this.#miss(`it is not known whether the cluster has what ${this.#name} needs: ${explain(error)}`);
    }
    log.warn({ router: this.#name, again: lookAgainMs }, "a router cannot be used, looking again");
    this.#timer = setTimeout(() => void this.#look(), lookAgainMs);
  }

  #miss(problem: string): void {
    this.#state = { kind: "missing", problem };
    this.#markSettled();
  }

  #open(api: string): void {
    const router = this.#entry.open(this.#options, api);
    this.#state = { kind: "opened", router };
    void router.synced.then(() => {
      this.#markSettled();
      // Whoever asked meanwhile could not be told anything.
      const waiting = [...this.#waiting.values()];
      this.#waiting.clear();
      if (!this.#stopped) for (const { ref, service } of waiting) this.#options.onChange(ref.namespace, service.name);
    });
  }
}
