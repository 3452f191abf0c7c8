import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { explain } from "../src/errors.ts";
import { readOptions, USAGE, type Options } from "./bench/options.ts";
import { measureBase } from "./bench/base.ts";
import { measureSize } from "./bench/measure-size.ts";
import { measureRealPrometheus } from "./bench/real-prometheus.ts";
import { report } from "./bench/report.ts";
import type { BenchResult, SizeResult } from "./bench/results.ts";

const startedAt = performance.now();
const problems: string[] = [];

async function main(options: Options, directory: string): Promise<void> {
  const result = await measure(options, directory);
  if (options.json !== null) await writeFile(options.json, asJson(result));
  process.stdout.write(`${report(result, machine())}\n`);
}

async function measure(options: Options, directory: string): Promise<BenchResult> {
  const { intervals, parts, sizes, sideBySide } = options;
  const measureOne = (size: number): Promise<SizeResult | null> =>
    attempt(`${size} canaries`, (say) => {
      const onProblem = (problem: string) => void problems.push(problem);
      return measureSize({ size, directory: join(directory, String(size)), intervals, parts, say, onProblem });
    });
  const sized = [...parts].some((part) => part !== "base" && part !== "prometheus");
  const inTurn = inOrder(sideBySide);
  const [base, realPrometheus, ...results] = await Promise.all([
    inTurn(parts.has("base"), () =>
      attempt("base", (say) => measureBase({ directory: join(directory, "base"), seconds: intervals * 10, say })),
    ),
    inTurn(parts.has("prometheus"), () =>
      attempt("real Prometheus", (say) =>
        measureRealPrometheus({ directory: join(directory, "prometheus"), intervals, say }),
      ),
    ),
    ...sizes.map((size) => inTurn(sized, () => measureOne(size))),
  ]);
  return { base, sizes: results.filter((one) => one !== null), realPrometheus, problems };
}

/** Makes a function that does what is wanted, each after the last one, or all at once. */
function inOrder(sideBySide: boolean) {
  let before: Promise<unknown> = Promise.resolve();
  return <T>(wanted: boolean, act: () => Promise<T | null>): Promise<T | null> => {
    if (!wanted) return Promise.resolve(null);
    const mine = sideBySide ? act() : before.then(act);
    before = mine;
    return mine;
  };
}

/** Runs one part of the bench. A failure is told in the end, beside what the others measured. */
async function attempt<T>(name: string, act: (say: (what: string) => void) => Promise<T>): Promise<T | null> {
  const say = (what: string): void => {
    const at = ((performance.now() - startedAt) / 1000).toFixed(0).padStart(4);
    process.stderr.write(`${at} s  ${name}: ${what}\n`);
  };
  try {
    return await act(say);
  } catch (error) {
    problems.push(`${name}: ${explain(error)}`);
    say(explain(error));
    return null;
  }
}

function machine(): string {
  const [first] = cpus();
  const load = loadavg()[0]?.toFixed(1);
  const cores = `${cpus().length} × ${first?.model ?? "unknown processor"}`;
  return `${new Date().toISOString()}, Node ${process.versions.node}, ${process.platform}, ${cores}, load average at the end ${load}.`;
}

const asJson = (result: BenchResult): string =>
  `${JSON.stringify(result, (_, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value), 2)}\n`;

async function run(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return void process.stdout.write(USAGE);
  const directory = await mkdtemp(join(tmpdir(), "coalmine-bench-"));
  const cleanUp = (): Promise<void> => rm(directory, { recursive: true, force: true });
  // Our children stop by themselves when we are gone.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => void cleanUp().finally(() => process.exit(1)));
  try {
    await main(options, directory);
  } finally {
    await cleanUp();
  }
  if (problems.length > 0) process.exitCode = 1;
}

await run().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
});
