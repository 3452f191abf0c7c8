import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "../../../src/playground/services/log.ts";
import { startPrometheus } from "../../../src/playground/services/prometheus.ts";
import { startTrafficSource, type Workload } from "./traffic-source.ts";

export const WORKLOADS: readonly Workload[] = [
  {
    namespace: "demo",
    workload: "podinfo",
    pods: ["podinfo-6d5f7c9b84-x7k2p", "podinfo-6d5f7c9b84-b4z9q"],
    rates: { "200": 18, "503": 2 },
    latencyMs: 20,
  },
  {
    namespace: "demo",
    workload: "podinfo-primary",
    pods: ["podinfo-primary-7f8d9c6b5-c2d4f"],
    rates: { "200": 50 },
    latencyMs: 4,
  },
  { namespace: "demo", workload: "node", pods: ["node-x7k2p"], rates: { "200": 9, "500": 1 }, latencyMs: 20 },
  { namespace: "demo", workload: "node-primary", pods: ["node-primary-x7k2p"], rates: { "200": 50 }, latencyMs: 4 },
  { namespace: "other", workload: "podinfo", pods: ["podinfo-9bcd-fghjk"], rates: { "500": 10 }, latencyMs: 700 },
  { namespace: "demo", workload: "no.dots", rates: { "404": 10, "0": 10 }, latencyMs: 8 },
  { namespace: "demo", workload: "noxdots", rates: { "500": 10 }, latencyMs: 8 },
  { namespace: "demo", workload: "slow", rates: { "200": 10 }, latencyMs: 60_000 },
  { namespace: "demo", workload: "silent", pods: ["silent-9bcd-fghjk"], rates: { "200": 0 }, latencyMs: 5 },
];

/** A Prometheus that scrapes these workloads twice a second. */
export async function startRealPrometheus() {
  const source = await startTrafficSource(WORKLOADS);
  const directory = await mkdtemp(join(tmpdir(), "coalmine-provider-"));
  const prometheus = await startPrometheus({ directory, targets: [source.url], scrapeEveryMs: 500, log: silentLog });
  return {
    address: prometheus.url,
    stop: async () => {
      await prometheus.stop();
      await source.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
