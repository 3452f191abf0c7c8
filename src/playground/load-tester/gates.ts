/** What a gate is about: whether a rollout may go on, or whether it shall be taken back. */
export type GateKind = "gate" | "rollback";

export interface GateName {
  readonly namespace: string;
  readonly name: string;
}

/** Gates that people open and close, by canary. A gate that nobody has opened is closed; nothing outlives the process. */
export class Gates {
  readonly #open = new Set<string>();

  isOpen(kind: GateKind, canary: GateName): boolean {
    return this.#open.has(keyOf(kind, canary));
  }

  set(kind: GateKind, canary: GateName, open: boolean): void {
    if (open) this.#open.add(keyOf(kind, canary));
    else this.#open.delete(keyOf(kind, canary));
  }
}

const keyOf = (kind: GateKind, { namespace, name }: GateName): string => `${kind}.${name}.${namespace}`;
