import type { BenchResult, Window } from "./results.ts";
import { growth, rowsOf, verdict, type Row } from "./rows.ts";
import { figure, markdownTable } from "./table.ts";

/** The whole output on stdout, as Markdown. `machine` is a line about where it ran. */
export function report(result: BenchResult, machine: string): string {
  return [mainTable(result), kinds(result), notes(result, machine)].filter((part) => part !== "").join("\n\n");
}

function mainTable(result: BenchResult): string {
  const sizes = result.sizes.map(({ size }) => size.toLocaleString("en"));
  const columns = sizes.length === 0 ? ["measured"] : sizes;
  const head = ["Figure", "Flagger, counted", "Target", ...columns, "Growth", "Events", "n", "Verdict"];
  return markdownTable(head, rowsOf(result).map(cellsOf), 3);
}

function cellsOf(row: Row): readonly string[] {
  const { target, values, events, count } = row;
  return [
    row.name,
    row.peer,
    target === null ? "–" : `≤ ${target.most.toLocaleString("en")}${target.unit}`,
    ...values.map(figure),
    row.flat ? figure(growth(values)) : "",
    events === undefined ? "" : figure(events),
    count === undefined || count === null ? "" : String(count),
    verdict(row),
  ];
}

/** Which requests an advancing tick makes, at the largest number of canaries. */
function kinds({ sizes }: BenchResult): string {
  const largest = sizes.findLast(({ advancing, fourWorkers }) => advancing !== null || fourWorkers !== null);
  if (largest === undefined) return "";
  const { advancing, fourWorkers } = largest;
  const names = new Set([advancing, fourWorkers].flatMap((window) => [...(window?.requests.byKind.keys() ?? [])]));
  const perTick = (window: Window | null, name: string): string =>
    figure(window === null ? null : (window.requests.byKind.get(name) ?? 0) / window.advanced);
  const rows = [...names].map((name) => [name, perTick(advancing, name), perTick(fourWorkers, name)]);
  const title = `Requests per advancing tick by verb and resource, ${largest.size.toLocaleString("en")} canaries:`;
  return `${title}\n\n${markdownTable(["Request", "One worker", "Four workers"], rows)}`;
}

const STANDING_NOTES = [
  "Interval 10 s, two checks per tick, one percent per step, threshold 1; one worker unless said otherwise. " +
    "Growth: most over fewest canaries (target ≤ 1.1). Events: Kubernetes Events per tick, in the last measured column.",
  "Flagger's figures were counted in its source (Deployment and Istio, two tracked configs, two metrics); it was not run. " +
    "The bench's canaries have no tracked configs.",
  "Metrics come from a stand-in that answers the same aggregate queries for every workload, since a thousand workloads with " +
    "traffic do not fit on one machine. Kubernetes is the playground's emulator in a process of its own.",
  "A stand-in for the bot confirms every announcement at once; the worker writes those reports into its records too, and they are counted.",
  "A route counts as written when a watch of the bench shows it. " +
    '"Sample that decides" begins when the query arrives whose answer shows the failure.',
];

function notes({ base, realPrometheus, problems, sizes }: BenchResult, machine: string): string {
  const busiest = sizes.findLast(({ advancing }) => advancing !== null)?.advancing;
  return [
    machine,
    ...STANDING_NOTES,
    ...(base === null ? [] : [`A worker without canaries uses ${figure(base.cpuMsPerSecond)} ms of CPU per second.`]),
    ...(busiest ? [aboutEmulator(busiest)] : []),
    ...(realPrometheus === null ? [] : [aboutReal(realPrometheus)]),
    ...problems.map((problem) => `NOT MEASURED: ${problem}`),
  ]
    .map((note) => `- ${note}`)
    .join("\n");
}

function aboutEmulator({ emulatorCpuMs, advanced }: Window): string {
  return `The emulator itself used ${figure(emulatorCpuMs / advanced)} ms of CPU per advancing tick, on the same cores.`;
}

function aboutReal({ queries, due, advanced }: Window): string {
  return (
    `Against a real Prometheus and mesh, ten canaries with traffic: ${advanced} of ${due} ticks advanced, ` +
    `with ${figure(queries / due)} queries per canary and tick.`
  );
}
