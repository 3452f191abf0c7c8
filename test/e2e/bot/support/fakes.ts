import { createHash } from "node:crypto";
import type { CommandSender, Receipt, RolloutJob, SignedCommand } from "../../../../src/queue/jobs.ts";
import type { ReceiptBoard } from "../../../../src/queue/receipts.ts";
import type { NoteKeeper } from "../../../../src/queue/thread-notes.ts";
import type { Refusal, RolloutCommand } from "../../../../src/rollout/command.ts";
import type { CanaryView } from "../../../../src/rollout/view.ts";
import type { ClusterHealth, SnapshotReader } from "../../../../src/snapshots/snapshots.ts";

export const sign = (command: RolloutCommand): SignedCommand => ({
  command,
  signature: createHash("sha256").update(JSON.stringify(command)).digest("hex"),
});

export type PostedReport = Extract<RolloutJob, { kind: "posted" }>;

/** The queue as bots see it. `away`: Redis does not answer. */
export class FakeQueue implements CommandSender {
  readonly sent: SignedCommand[] = [];
  readonly reports: PostedReport[] = [];
  away = false;

  async send(signed: SignedCommand): Promise<void> {
    if (this.away) throw new Error("is Redis reachable?");
    this.sent.push(signed);
  }

  async sendPosted(_: string, posted: PostedReport): Promise<void> {
    this.reports.push(posted);
  }

  /** Commands by id, in the order in which each first arrived. */
  commands(): readonly RolloutCommand[] {
    return [...new Map(this.sent.map(({ command }) => [command.id, command])).values()];
  }
}

/** What bots share, in memory: give the same one to several bots. */
export class FakeBoard implements ReceiptBoard {
  readonly #ears = new Map<string, (receipt: Receipt) => Promise<void>>();
  readonly #claims = new Map<string, number>();
  readonly #told = new Set<string>();
  away = false;

  async listen(via: string, take: (receipt: Receipt) => Promise<void>): Promise<void> {
    this.#ears.set(via, take);
  }

  /** The bot of this name is gone, as after kill -9. */
  deafen(via: string): void {
    this.#ears.delete(via);
  }

  async pass(receipt: Receipt): Promise<boolean> {
    this.#check();
    const ear = this.#ears.get(receipt.command.via);
    if (ear === undefined) return false;
    void ear(structuredClone(receipt));
    return true;
  }

  async claim(name: string, holdMs: number): Promise<boolean> {
    this.#check();
    const until = this.#claims.get(name) ?? 0;
    if (until > performance.now()) return false;
    this.#claims.set(name, performance.now() + holdMs);
    return true;
  }

  async release(name: string): Promise<void> {
    this.#check();
    this.#claims.delete(name);
  }

  async noteTold(command: string): Promise<void> {
    this.#check();
    this.#told.add(command);
  }

  async wasTold(command: string): Promise<boolean> {
    this.#check();
    return this.#told.has(command);
  }

  async close(): Promise<void> {}

  #check(): void {
    if (this.away) throw new Error("redis is away");
  }
}

/** Notes in memory, which nobody else ever holds. */
export function fakeNotes(): NoteKeeper {
  const notes = new Map<string, string>();
  return {
    hold: async () => ({
      emptied: false,
      read: async (name) => notes.get(name) ?? null,
      write: async (name, text) => void notes.set(name, text),
      keep: async () => true,
      release: async () => undefined,
    }),
    close: async () => undefined,
  };
}

/** Snapshots that a test sets. */
export class FakeSnapshots implements SnapshotReader {
  views: readonly CanaryView[] = [];
  health: readonly ClusterHealth[] = [];
  away = false;

  async clusters(): Promise<readonly ClusterHealth[]> {
    this.#check();
    return this.health;
  }

  async list(): Promise<readonly CanaryView[]> {
    this.#check();
    return this.views;
  }

  async get(key: {
    readonly cluster: string;
    readonly namespace: string;
    readonly name: string;
  }): Promise<CanaryView | null> {
    this.#check();
    return (
      this.views.find(
        (view) => view.cluster === key.cluster && view.namespace === key.namespace && view.name === key.name,
      ) ?? null
    );
  }

  #check(): void {
    if (this.away) throw new Error("redis is away");
  }
}

export const acceptedBy = (command: RolloutCommand, rollout = "0f5b1c2d-3"): Receipt => ({
  command,
  outcome: { kind: "accepted", rollout, label: "6.1.0" },
});

export const refusedBy = (command: RolloutCommand, refusal: Refusal, view: CanaryView | null = null): Receipt => ({
  command,
  outcome: { kind: "refused", refusal, view },
});
