import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { Consumer } from "../../src/queue/consumer.ts";
import { ANNOUNCEMENTS_QUEUE, AnnouncementJob } from "../../src/queue/jobs.ts";
import { createCommandSender } from "../../src/queue/sender.ts";
import { signCommand } from "../../src/queue/signature.ts";
import type { RolloutCommand } from "../../src/rollout/command.ts";
import type { CanaryView } from "../../src/rollout/view.ts";
import { KEY, sampleCommand } from "../contract/queue/samples.ts";
import { quiet } from "../contract/queue/with-redis.ts";

/** A test in the place of the bot: it sends commands, and hears what workers announce. */
export class ChatSide {
  readonly announcements: z.infer<typeof AnnouncementJob>[] = [];
  readonly #sender: ReturnType<typeof createCommandSender>;
  readonly #consumer: Consumer<AnnouncementJob>;

  constructor(redisUrl: string) {
    this.#sender = createCommandSender({ redisUrl, log: quiet });
    const run = async (job: AnnouncementJob) => void this.announcements.push(job);
    const options = { schema: AnnouncementJob, redisUrl, concurrency: 5, log: quiet };
    this.#consumer = new Consumer({ queue: ANNOUNCEMENTS_QUEUE, ...options, run });
    this.#consumer.start();
  }

  /** A command that a bot could send now. */
  command(fields: Partial<RolloutCommand>): RolloutCommand {
    const now = Date.now();
    const id = `command-${randomUUID()}`;
    return sampleCommand({ id, issuedAt: now, expiresAt: now + 60_000, ...fields } as never);
  }

  async send(command: RolloutCommand, key = KEY): Promise<void> {
    await this.#sender.send(signCommand(command, key));
  }

  /** What the bot would be told about a command. */
  outcomesOf({ id }: RolloutCommand): string[] {
    return this.announcements.flatMap((job) => {
      if (job.kind !== "receipt" || job.receipt.command.id !== id) return [];
      const { outcome } = job.receipt;
      return [outcome.kind === "accepted" ? "accepted" : outcome.refusal.reason];
    });
  }

  /** Everything that was to be drawn for one canary, oldest first. */
  views({ cluster, namespace, name }: { cluster: string; namespace: string; name: string }): readonly CanaryView[] {
    return this.announcements.flatMap((job) => {
      if (job.kind !== "announce") return [];
      const { view } = job;
      return view.cluster === cluster && view.namespace === namespace && view.name === name ? [view] : [];
    });
  }

  /** Says that everything up to `through` stands in Slack. */
  async report(posted: { cluster: string; namespace: string; name: string; rollout: string; through: number }) {
    const { cluster, ...rest } = posted;
    await this.#sender.sendPosted(cluster, { kind: "posted", root: { channel: "C1", ts: "1.1" }, ...rest });
  }

  async stop(): Promise<void> {
    await this.#consumer.stop(500);
    await this.#sender.close();
  }
}
