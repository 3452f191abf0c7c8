import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { TerminalError } from "../../../src/errors.ts";
import { PolicyFile } from "../../../src/slack/policy-file.ts";
import { eventually } from "../../support/eventually.ts";
import { memoryLog } from "./support/log.ts";

const GOOD = 'rules:\n  - who: { users: ["*"] }\n    verbs: [status]\n';

async function inFolder(run: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "coalmine-policy-"));
  try {
    await run(join(folder, "policy.yaml"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe("policy file", () => {
  it("takes a change by itself, and keeps the last good policy after a bad one", async () => {
    await inFolder(async (path) => {
      await writeFile(path, GOOD);
      const { log, lines } = memoryLog();
      const file = new PolicyFile(path, log);
      await file.start();
      try {
        await writeFile(path, GOOD.replace("[status]", "[status, start]"));
        await eventually(() => assert.deepEqual(file.current.rules[0]?.verbs, ["status", "start"]));
        await writeFile(path, GOOD.replace("[status]", "[deploy]"));
        await eventually(() => assert.match(lines.map((line) => line.message).join(), /changed policy refused/));

        assert.deepEqual(file.current.rules[0]?.verbs, ["status", "start"]);
        await writeFile(path, GOOD);
        await eventually(() => assert.deepEqual(file.current.rules[0]?.verbs, ["status"]));
      } finally {
        file.stop();
      }
    });
  });

  it("stops the start with every problem of a bad file, or with its absence", async () => {
    await inFolder(async (path) => {
      const { log } = memoryLog();
      await assert.rejects(new PolicyFile(path, log).start(), TerminalError);
      await writeFile(path, "rules: [{ who: {}, verbs: [] }]");

      await assert.rejects(new PolicyFile(path, log).start(), (error: Error) => {
        assert.match(error.message, /rules\.0\.who/);
        assert.match(error.message, /rules\.0\.verbs/);
        return true;
      });
    });
  });
});
