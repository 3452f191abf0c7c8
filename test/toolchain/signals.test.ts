import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { eventually } from "../support/eventually.ts";
import type { ProjectCopy } from "./support/copy-of-project.ts";
import { copyOfProject } from "./support/copy-of-project.ts";
import type { Started } from "./support/run.ts";
import { start } from "./support/run.ts";

/** In place of the bot: says its process id and each signal, and needs a moment to stop, as the real one does. */
const BOT = `
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    process.stdout.write("got " + signal + "\\n");
    setTimeout(() => process.exit(7), 500);
  });
}
setInterval(() => {}, 1000);
process.stdout.write("bot is " + process.pid + " on node " + process.version + "\\n");
`;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("npm run bot", () => {
  let project: ProjectCopy;
  let bot: number | undefined;

  before(async () => {
    project = await copyOfProject({ "src/bot.ts": BOT });
  });
  after(() => project.remove());

  async function started(): Promise<Started & { readonly bot: number }> {
    const npm = start("npm", ["run", "--silent", "bot"], { cwd: project.folder });
    const found = await eventually(() => {
      const line = /bot is (\d+)/.exec(npm.output());
      assert.ok(line, npm.output());
      return Number(line[1]);
    });
    bot = found;
    return { ...npm, bot: found };
  }

  afterEach(() => {
    if (bot !== undefined && isAlive(bot)) process.kill(bot, "SIGKILL");
  });

  function signalsIn(output: string): readonly string[] {
    return output.split("\n").filter((line) => line.startsWith("got "));
  }

  it("passes Ctrl-C on once and waits until the bot has stopped", async () => {
    const npm = await started();

    npm.signalGroup("SIGINT");
    const { output } = await npm.ended;

    assert.deepEqual(signalsIn(output), ["got SIGINT"]);
    assert.ok(!isAlive(npm.bot));
  });

  it("passes on a SIGTERM that only npm got, and waits as well", async () => {
    const npm = await started();

    process.kill(npm.pid, "SIGTERM");
    const { output } = await npm.ended;

    assert.deepEqual(signalsIn(output), ["got SIGTERM"]);
    assert.ok(!isAlive(npm.bot));
  });

  it("stops the bot when npm was killed", async () => {
    const npm = await started();

    process.kill(npm.pid, "SIGKILL");
    await npm.ended;

    assert.deepEqual(signalsIn(npm.output()), ["got SIGTERM"]);
  });

  it("stops the bot when everything above it was killed", async () => {
    const npm = await started();

    npm.signalGroup("SIGKILL");
    await npm.ended;

    await eventually(() => assert.ok(!isAlive(npm.bot)));
    assert.deepEqual(signalsIn(npm.output()), ["got SIGTERM"]);
  });

  it("ends with the bot's exit code", async () => {
    const npm = await started();

    process.kill(npm.bot, "SIGTERM");

    assert.equal((await npm.ended).code, 7);
  });

  it("says by exit code which signal ended the bot", async () => {
    const npm = await started();

    process.kill(npm.bot, "SIGKILL");

    assert.equal((await npm.ended).code, 137);
  });
});
