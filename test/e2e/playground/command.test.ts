import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { eventually } from "../../support/eventually.ts";
import { missingTools } from "../../support/staged.ts";

const skip = await missingTools();
const program = fileURLToPath(new URL("../../../src/playground.ts", import.meta.url));

interface Playground {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Addresses as printed, by what they are called. */
  readonly printed: (name: RegExp) => string;
}

/** `npm run playground`, without npm. */
function startPlayground(t: TestContext): Playground {
  const child = spawn(process.execPath, [program, "--load", "5"], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  t.after(() => child.kill("SIGKILL"));
  return { child, output: () => text, printed: (name) => name.exec(text)?.[1] ?? "" };
}

const untilRunning = ({ output }: Playground) =>
  eventually(() => assert.match(output(), /Type this in #deploys/), { timeoutMs: 90_000 });

/** Processes that name the playground's own folder in their command line or environment-independent arguments. */
async function processesNaming(text: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid,args"]);
  return stdout.split("\n").filter((line) => line.includes(text));
}

describe("the playground command", { skip, timeout: 240_000 }, () => {
  it("prints where things are, starts a second time on other ports, and stops every child at Ctrl-C", async (t) => {
    const first = startPlayground(t);
    await untilRunning(first);
    const second = startPlayground(t);
    await untilRunning(second);

    assert.match(second.output(), /port \d+ is busy; taking \d+ instead/);
    for (const { printed } of [first, second]) {
      const page = await fetch(printed(/Slack workspace +(http:\/\/[^/\s]+)/));
      const app = await fetch(printed(/Sample app +(\S+)/));
      assert.equal(page.status, 200);
      assert.equal(app.status, 200);
      assert.match(printed(/export KUBECONFIG=(\S+)/), /kubeconfig$/);
    }
    for (const { child, printed } of [first, second]) {
      const folder = printed(/export KUBECONFIG=(\S+)\/[^/]+$/m);
      assert.ok((await processesNaming(folder)).length > 0, "its Redis and Prometheus are known by its folder");
      child.kill("SIGINT");
      await once(child, "exit");
      await eventually(async () => assert.deepEqual(await processesNaming(folder), []));
    }
  });
});
