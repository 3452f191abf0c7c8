import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Meter } from "../controller/parts.ts";
import { isLive } from "../rollout/record.ts";
import type { Subject } from "../rollout/subject.ts";

/** Canaries that get series of their own; more would drown whoever scrapes. */
const MOST_CANARIES = 1_000;

export interface WorkerMetricsOptions {
  readonly version: string;
  /** All canaries as the cache has them; read when somebody scrapes. */
  readonly subjects: () => readonly Subject[];
  /** Questions asked of metric sources so far, and the rounds in which they were asked. */
  readonly measured: () => { readonly questions: number; readonly rounds: number };
}

/** A worker's own metrics; those of the peer keep its names, so that dashboards go on working. */
export interface WorkerMetrics {
  readonly registry: Registry;
  readonly meter: Meter;
  countQuery(): void;
  /** One webhook call with its retries. Types and outcomes are closed lists. */
  countHookCall(call: { readonly type: string; readonly outcome: string }): void;
  /** One alert for one receiver. */
  countAlert(alert: { readonly type: string; readonly outcome: string }): void;
}

export function createWorkerMetrics(options: WorkerMetricsOptions): WorkerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerInfo(registry, options.version);
  registerCanaries(registry, options.subjects);
  registerMeasured(registry, options.measured);
  const registers = [registry];
  const passes = new Counter({
    name: "coalmine_passes_total",
    help: "Passes by how they ended.",
    labelNames: ["outcome"],
    registers,
  });
  const durations = new Histogram({
    name: "coalmine_pass_duration_seconds",
    help: "How long passes took that changed something.",
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const commands = new Counter({
    name: "coalmine_commands_total",
    help: "Commands by verb and by what became of them.",
    labelNames: ["verb", "outcome"],
    registers,
  });
  const queries = new Counter({
    name: "coalmine_metric_queries_total",
    help: "Requests sent to metric sources.",
    registers,
  });
  const hookCalls = new Counter({
    name: "coalmine_webhook_calls_total",
    help: "Calls of webhooks, retries included, by type and by what came of them.",
    labelNames: ["type", "outcome"],
    registers,
  });
  const alerts = new Counter({
    name: "coalmine_alerts_total",
    help: "Alerts by type of their provider and by what came of them.",
    labelNames: ["provider", "outcome"],
    registers,
  });
  return {
    registry,
    countHookCall: ({ type, outcome }) => hookCalls.inc({ type, outcome }),
    countAlert: ({ type, outcome }) => alerts.inc({ provider: type, outcome }),
    meter: {
      passFinished: ({ outcome, tookMs }) => {
        passes.inc({ outcome });
        if (outcome === "wrote") durations.observe(tookMs / 1000);
      },
      commandAnswered: ({ verb, outcome }) => commands.inc({ verb, outcome }),
    },
    countQuery: () => queries.inc(),
  };
}

function registerInfo(registry: Registry, version: string): void {
  const info = new Gauge({
    name: "flagger_info",
    help: "Version and mesh of the controller.",
    labelNames: ["version", "mesh_provider"],
    registers: [registry],
  });
  info.set({ version, mesh_provider: "istio" }, 1);
}

/** Read from the cache at each scrape, so that a deleted canary leaves nothing behind. */
function registerCanaries(registry: Registry, subjects: () => readonly Subject[]): void {
  const registers = [registry];
  const total: Gauge<"namespace"> = new Gauge({
    name: "flagger_canary_total",
    help: "Canaries by namespace.",
    labelNames: ["namespace"],
    registers,
    // In the gauge that is registered first: the others are read after it.
    collect: () => {
      const all = subjects();
      for (const gauge of [total, live, status, weights, values]) gauge.reset();
      for (const { ref } of all) total.inc({ namespace: ref.namespace });
      live.set(all.filter(({ rollout }) => rollout !== null && isLive(rollout.phase)).length);
      for (const subject of all.slice(0, MOST_CANARIES)) show(subject, { status, weights, values });
    },
  });
  const live = new Gauge({ name: "coalmine_live_rollouts", help: "Rollouts that move by themselves now.", registers });
  const status = new Gauge({
    name: "flagger_canary_status",
    help: "State of the last analysis: 0 running, 1 successful, 2 failed.",
    labelNames: ["name", "namespace"],
    registers,
  });
  const weights = new Gauge({
    name: "flagger_canary_weight",
    help: "Share of traffic by workload, in percent.",
    labelNames: ["workload", "namespace"],
    registers,
  });
  const values = new Gauge({
    name: "flagger_canary_metric_analysis",
    help: "Last value of a check.",
    labelNames: ["name", "namespace", "metric"],
    registers,
  });
}

interface CanaryGauges {
  readonly status: Gauge<"name" | "namespace">;
  readonly weights: Gauge<"workload" | "namespace">;
  readonly values: Gauge<"name" | "namespace" | "metric">;
}

/** The peer's label `name` is the target's name, not the canary's. */
function show({ ref, canary, rollout }: Subject, { status, weights, values }: CanaryGauges): void {
  if (rollout === null || canary === null) return;
  const { namespace } = ref;
  const name = canary.target.name;
  const failed = rollout.phase === "failed";
  status.set({ name, namespace }, failed ? 2 : isLive(rollout.phase) ? 0 : 1);
  weights.set({ workload: name, namespace }, rollout.route.weight);
  weights.set({ workload: `${name}-primary`, namespace }, 100 - rollout.route.weight);
  for (const { check, value } of rollout.evidence) {
    if (value !== null) values.set({ name, namespace, metric: check }, value);
  }
}

function registerMeasured(registry: Registry, measured: WorkerMetricsOptions["measured"]): void {
  const questions: Gauge = new Gauge({
    name: "coalmine_metric_questions",
    help: "Checks that passes wanted to have measured since the start.",
    registers: [registry],
    collect: () => {
      questions.set(measured().questions);
    },
  });
  const rounds: Gauge = new Gauge({
    name: "coalmine_metric_rounds",
    help: "Rounds in which checks were measured together since the start.",
    registers: [registry],
    collect: () => {
      rounds.set(measured().rounds);
    },
  });
}
