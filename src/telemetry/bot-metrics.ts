import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";

/** A bot's own metrics. */
export interface BotMetrics {
  readonly registry: Registry;
  /** Counts a job of the announcements queue by how it ended. */
  jobEnded(kind: "announce" | "receipt", outcome: "done" | "failed"): void;
}

/** `connected` is read when somebody scrapes. */
export function createBotMetrics(connected: () => boolean): BotMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const jobs = new Counter({
    name: "coalmine_announcements_total",
    help: "Jobs of the announcements queue by kind and by how they ended.",
    labelNames: ["kind", "outcome"],
    registers: [registry],
  });
  const reached: Gauge = new Gauge({
    name: "coalmine_slack_connected",
    help: "Whether Slack can reach this bot: 1 or 0.",
    registers: [registry],
    collect: () => {
      reached.set(connected() ? 1 : 0);
    },
  });
  return { registry, jobEnded: (kind, outcome) => jobs.inc({ kind, outcome }) };
}
