import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Panel } from "./playground/scenarios/panel.ts";
import { silentLog } from "./playground/services/log.ts";
import { choosePort } from "./playground/stage/ports.ts";
import { startStage, type Stage } from "./playground/stage/stage.ts";
import { untilInitialized } from "./playground/stage/wait.ts";

/** Where people find things; another port is taken when one is busy. */
const WANTED = { slack: 8480, mesh: 8481, kubernetes: 8482, loadTester: 8483 };

const USAGE = `npm run playground [-- --interval 10s] [--load 30]

  --interval  shortest analysis interval (default 10s)
  --load      requests per second to each sample service (default 30)
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { interval: { type: "string" }, load: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) return say(USAGE);
  const directory = await mkdtemp(join(tmpdir(), "coalmine-"));
  const panel = new Panel();
  const ports = await choosePorts();
  const stopping = new AbortController();
  const stage = await startStage({
    directory,
    ports,
    panel,
    log: silentLog,
    ...(values.interval && { minInterval: values.interval }),
    ...(values.load && { load: Number(values.load) }),
    onProgress: (what) => say(`  starting ${what} …`),
  });
  const stop = once(async () => {
    stopping.abort();
    say("\nStopping …");
    panel.close();
    await stage.stop();
    await rm(directory, { recursive: true, force: true });
    say("Everything is stopped.");
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => void stop().then(() => process.exit(0)));
  panel.open(stage, linksOf(stage));
  say("  waiting until the sample canaries are initialized …");
  await untilInitialized(stage, stopping.signal);
  if (!stopping.signal.aborted) say(welcome(stage, directory));
}

async function choosePorts(): Promise<typeof WANTED> {
  const chosen = { ...WANTED };
  let taken = 0;
  for (const [name, wanted] of [
    ["slack", WANTED.slack],
    ["mesh", WANTED.mesh],
    ["kubernetes", WANTED.kubernetes],
    ["loadTester", WANTED.loadTester],
  ] as const) {
    const { port, busy } = await choosePort(Math.max(wanted, taken + 1), wanted);
    taken = port;
    if (busy !== null) say(`  port ${busy} is busy; taking ${port} instead`);
    chosen[name] = port;
  }
  return chosen;
}

function linksOf({ clusters }: Stage): readonly { readonly label: string; readonly url: string }[] {
  return clusters.flatMap(({ mesh, prometheus }) => [
    { label: "Sample app podinfo", url: `${mesh.url}/s/demo/podinfo/` },
    { label: "Sample app checkout", url: `${mesh.url}/s/demo/checkout/` },
    { label: "Prometheus", url: prometheus.url },
  ]);
}

function welcome({ slack, clusters: [cluster] }: Stage, directory: string): string {
  if (cluster === undefined) throw new Error("while welcoming: there is no cluster");
  return `
Coalmine is running.

  Slack workspace   ${slack.url}/#channel=deploys
  Sample app        ${cluster.mesh.url}/s/demo/podinfo/
  Kubernetes        export KUBECONFIG=${cluster.kubeconfig}
                    kubectl -n demo get canaries -w
  Load tester       ${cluster.loadTester.url}/gate/open, which the panel's switch opens as well
  Logs              ${directory}/*.log

Type this in #deploys:

  /canary start podinfo 6.1.0

You are Ana, who may start releases. When the rollout asks for approval, switch to Lee (your name, top right) and press Approve.
Then try /canary start podinfo 6.2.0-bad. /canary help lists the rest. Ctrl-C stops everything.
`;
}

function once(act: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => (running ??= act());
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main().catch((error: unknown) => {
  process.stderr.write(`The playground could not start.\n${explainAll(error)}\n`);
  process.exit(1);
});

function explainAll(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? `  ${error.message}` : `  ${error.message}\n${explainAll(error.cause)}`;
}
