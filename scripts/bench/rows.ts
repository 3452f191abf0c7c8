import type { Summary } from "./percentile.ts";
import type { Base, BenchResult, SizeResult, Window } from "./results.ts";

/** A row of the table before it is laid out. Pure: from what was measured to what is shown. */
export interface Row {
  readonly name: string;
  /** The peer's figure: counted in its source, never measured here. */
  readonly peer: string;
  readonly target: Target | null;
  /** One for each number of canaries; `null`: not measured. */
  readonly values: readonly (number | null)[];
  /** Events of the same ticks, for rows that count requests. */
  readonly events?: number | null;
  /** How many latencies the last value rests on. */
  readonly count?: number | null;
  /** Whether growth with the number of canaries is shown. */
  readonly flat?: boolean;
}

export interface Target {
  readonly most: number;
  readonly unit: string;
  /** It was set for the largest number of canaries only. */
  readonly atLargest?: boolean;
}

type WindowName = "idle" | "advancing" | "fourWorkers";

const NOT_MEASURED = "not measured";
const INTERVAL = "up to 10,000 (one interval)";
const THRESHOLD = "10,000 (threshold 1 × interval)";

export function rowsOf(result: BenchResult): readonly Row[] {
  return [...requestRows(result), ...costRows(result), ...memoryRows(result), ...latencyRows(result)].filter(
    ({ values }) => values.some((value) => value !== null && Number.isFinite(value)),
  );
}

const ticks = ({ advanced }: Window): number => advanced;
const due = ({ due: all }: Window): number => all;

/** For each number of canaries what `count` makes of one of its windows. */
function each({ sizes }: BenchResult, part: WindowName, count: (window: Window) => number): Row["values"] {
  return sizes.map(({ [part]: window }) => (window === null ? null : count(window)));
}

function requestRows(result: BenchResult): readonly Row[] {
  const requests = (part: WindowName, per: (window: Window) => number) => ({
    values: each(result, part, (window) => window.requests.decision / per(window)),
    events: last(each(result, part, (window) => window.requests.events / per(window))),
  });
  const queries = (part: WindowName) => ({ values: each(result, part, (window) => window.queries / window.due) });
  const one = { most: 2.5, unit: "" };
  const asked = { most: 0.02, unit: "", atLargest: true };
  return [
    {
      name: "Kubernetes requests per advancing tick",
      peer: "21 (19 without tracked configs)",
      target: one,
      ...requests("advancing", ticks),
      flat: true,
    },
    {
      name: "The same with four workers",
      peer: "21 (one replica works)",
      target: one,
      ...requests("fourWorkers", ticks),
      flat: true,
    },
    {
      name: "Kubernetes requests per idle canary-tick",
      peer: "14 (12 without tracked configs)",
      target: { most: 0, unit: "" },
      ...requests("idle", due),
    },
    { name: "Metric queries per canary and tick", peer: "2", target: asked, ...queries("advancing"), flat: true },
    { name: "The same with four workers", peer: "2", target: asked, ...queries("fourWorkers"), flat: true },
  ];
}

function costRows(result: BenchResult): readonly Row[] {
  const { base } = result;
  const peer = NOT_MEASURED;
  return [
    {
      name: "Advancing ticks on time, % of those due",
      peer,
      target: null,
      values: each(result, "advancing", (window) => (100 * ticks(window)) / due(window)),
    },
    {
      name: "CPU per advancing tick, whole process, ms",
      peer,
      target: { most: 1.5, unit: " ms", atLargest: true },
      values: each(result, "advancing", (window) => window.cpuMs / ticks(window)),
    },
    {
      name: "CPU per advancing tick above an empty worker, ms",
      peer,
      target: { most: 1.5, unit: " ms" },
      values: each(result, "advancing", (window) => aboveBase(window, base) / ticks(window)),
      flat: true,
    },
    {
      name: "CPU per idle canary-tick above an empty worker, ms",
      peer,
      target: { most: 0.02, unit: " ms", atLargest: true },
      values: each(result, "idle", (window) => aboveBase(window, base) / due(window)),
    },
  ];
}

/** CPU that a worker without canaries would not have used, in milliseconds. NaN when that is not known. */
function aboveBase({ cpuMs, seconds }: Window, base: Base | null): number {
  return base === null ? Number.NaN : Math.max(0, cpuMs - base.cpuMsPerSecond * seconds);
}

function memoryRows(result: BenchResult): readonly Row[] {
  const { base, sizes } = result;
  const peer = NOT_MEASURED;
  const aside = sizes.slice(1).map(() => null);
  const rss = each(result, "advancing", (window) => window.rssMiB);
  const largest = sizes.findLast(({ advancing }) => advancing !== null);
  const slope =
    base !== null && largest?.advancing ? (1000 * (largest.advancing.rssMiB - base.rssMiB)) / largest.size : null;
  return [
    { name: "Memory of a worker with live canaries, RSS, MiB", peer, target: null, values: rss },
    {
      name: "Memory of a worker without canaries, RSS, MiB",
      peer,
      target: { most: 120, unit: " MiB" },
      values: [...aside, base?.rssMiB ?? null],
    },
    {
      name: `Memory per 1,000 live canaries (from 0 to ${largest?.size ?? 0}), MiB`,
      peer,
      target: { most: 10, unit: " MiB" },
      values: [...aside, slope],
    },
  ];
}

function latencyRows({ sizes }: BenchResult): readonly Row[] {
  const pair = (
    name: string,
    { peer, most }: { readonly peer: string; readonly most: number | null },
    of: (result: SizeResult) => Summary | undefined,
  ): readonly Row[] =>
    (["p50", "p99"] as const).map((share) => ({
      name: `${name}, ${share}, ms`,
      peer,
      target: most === null || share === "p50" ? null : { most, unit: " ms" },
      values: sizes.map((result) => of(result)?.[share] ?? null),
      count: last(sizes.map((result) => of(result)?.count ?? null)),
    }));
  const breach = "Metrics turn bad → rollback route written";
  const sample = "Sample that decides → rollback route written";
  const noQueue = "has no queue";
  return [
    ...pair("Command in Redis → route written", { peer: INTERVAL, most: 150 }, ({ command }) => command ?? undefined),
    ...pair(sample, { peer: THRESHOLD, most: 2_000 }, ({ rollback }) => rollback?.fromSample),
    ...pair(`${sample}, Redis stopped`, { peer: noQueue, most: 2_000 }, ({ redisDown }) => redisDown?.fromSample),
    ...pair(breach, { peer: THRESHOLD, most: null }, ({ rollback }) => rollback?.fromBreach),
    ...pair(`${breach}, Redis stopped`, { peer: noQueue, most: null }, ({ redisDown }) => redisDown?.fromBreach),
  ];
}

const last = (values: Row["values"]): number | null => values.findLast((value) => value !== null) ?? null;

/** The value for the most canaries over the one for the fewest. `null` with fewer than two, or when the first one is 0. */
export function growth(values: Row["values"]): number | null {
  const measured = values.filter((value) => value !== null && Number.isFinite(value));
  const [first = null] = measured;
  const final = measured.at(-1) ?? null;
  return measured.length < 2 || first === null || final === null || first === 0 ? null : final / first;
}

/** Whether the values keep to the target, where there are both. */
export function verdict({ target, values }: Pick<Row, "target" | "values">): "met" | "missed" | "" {
  const considered = target?.atLargest ? values.slice(-1) : values;
  const known = considered.filter((value) => value !== null && Number.isFinite(value));
  if (target === null || known.length === 0) return "";
  return known.every((value) => value !== null && value <= target.most) ? "met" : "missed";
}
