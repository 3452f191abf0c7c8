import type { Stage } from "../stage/stage.ts";

/** Something that may go wrong, for people to watch what Coalmine makes of it. */
export interface Scenario {
  readonly id: string;
  readonly label: string;
  /** What it does and what to expect, one sentence. */
  readonly hint: string;
  /** `switch`: stays until it is switched off. `push`: happens once. */
  readonly kind: "switch" | "push";
  /** Whether it is on, where others can switch it too. Default: as it was switched here. */
  readonly isOn?: (stage: Stage) => boolean;
  set(stage: Stage, on: boolean): Promise<void>;
}

const eachPrometheus = async (
  stage: Stage,
  act: (prometheus: Stage["clusters"][number]["prometheus"]) => Promise<void>,
) => {
  await Promise.all(stage.clusters.map(({ prometheus }) => act(prometheus)));
};

const CHECKOUT = { namespace: "demo", name: "checkout" };

export const SCENARIOS: readonly Scenario[] = [
  {
    id: "gate",
    label: "The gate of checkout is open",
    hint: "checkout asks its webhook before it is promoted: open it here, or approve in Slack. Left open, it lets the next one through.",
    kind: "switch",
    isOn: ({ clusters }) => clusters.every(({ loadTester }) => loadTester.gates.isOpen("gate", CHECKOUT)),
    set: async ({ clusters }, on) => clusters.forEach(({ loadTester }) => loadTester.gates.set("gate", CHECKOUT, on)),
  },
  {
    id: "rollback-gate",
    label: "checkout's webhook asks for a rollback",
    hint: "A webhook of type rollback that answers 200 takes the rollout back at its next pass.",
    kind: "switch",
    isOn: ({ clusters }) => clusters.every(({ loadTester }) => loadTester.gates.isOpen("rollback", CHECKOUT)),
    set: async ({ clusters }, on) =>
      clusters.forEach(({ loadTester }) => loadTester.gates.set("rollback", CHECKOUT, on)),
  },
  {
    id: "version-fails",
    label: "6.1.0 starts to fail",
    hint: "Three of ten requests to 6.1.0 get a 500: its rollout is taken back, or, once promoted, users see it.",
    kind: "switch",
    set: async ({ catalog }, on) => (on ? catalog.override("6.1.0", { errorShare: 0.3 }) : catalog.reset("6.1.0")),
  },
  {
    id: "version-slow",
    label: "6.1.0 becomes slow",
    hint: "Answers of 6.1.0 take 0.7 s and more, their p99 goes above the limit of 1,000 ms.",
    kind: "switch",
    set: async ({ catalog }, on) =>
      on ? catalog.override("6.1.0", { medianMs: 700, p99Ms: 1_600 }) : catalog.reset("6.1.0"),
  },
  {
    id: "no-prometheus",
    label: "Prometheus is down",
    hint: "Nothing can be measured: rollouts hold their weight and say so; it is not counted as a failure.",
    kind: "switch",
    set: (stage, on) => eachPrometheus(stage, (prometheus) => (on ? prometheus.stop() : prometheus.restart())),
  },
  {
    id: "no-traffic",
    label: "Nobody calls the samples",
    hint: "The load stops: no data is neither good nor bad, so rollouts hold.",
    kind: "switch",
    set: async ({ clusters }, on) =>
      clusters.flatMap(({ loads }) => loads).forEach((load) => load.setRate(on ? 0 : 30)),
  },
  {
    id: "kill-worker",
    label: "Kill the worker",
    hint: "kill -9; it is started again after three seconds and goes on where the record says.",
    kind: "push",
    set: ({ clusters }) => killAndRestart(clusters.flatMap(({ workers }) => workers)),
  },
  {
    id: "kill-bot",
    label: "Kill the bot",
    hint: "kill -9; it is started again after three seconds. Rollouts do not notice; messages catch up.",
    kind: "push",
    set: ({ bots }) => killAndRestart(bots),
  },
  {
    id: "flush-redis",
    label: "Flush Redis",
    hint: "FLUSHALL: queues and snapshots are gone. No traffic changes and no rollout is lost.",
    kind: "push",
    set: ({ redis }) => redis.flushAll(),
  },
];

const DOWN_FOR_MS = 3_000;

async function killAndRestart(
  processes: readonly { kill(signal: NodeJS.Signals): void; restart(): Promise<void> }[],
): Promise<void> {
  for (const child of processes) child.kill("SIGKILL");
  await new Promise((resolve) => setTimeout(resolve, DOWN_FOR_MS));
  await Promise.all(processes.map((child) => child.restart()));
}
