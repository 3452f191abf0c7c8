import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLogger } from "../../../src/telemetry/logger.ts";

function stage(level = "info") {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { log: createLogger({ process: "worker", level, destination }), lines };
}

describe("a logger", () => {
  it("writes one JSON object a line, with time, level and process", () => {
    const { log, lines } = stage();

    log.info({ canary: "demo/podinfo" }, "pass finished");

    assert.equal(lines.length, 1);
    const line = JSON.parse(lines[0]!) as Record<string, unknown>;
    assert.deepEqual(
      [line["level"], line["process"], line["canary"], line["msg"]],
      ["info", "worker", "demo/podinfo", "pass finished"],
    );
    assert.ok(!Number.isNaN(Date.parse(String(line["time"]))));
  });

  it("hides secrets by their names, also inside of objects", () => {
    const { log, lines } = stage();

    const secret = "s3cr3t";
    log.info({ token: secret, config: { commandKey: secret, slack: { botToken: secret } } }, "started");
    log.warn({ request: { headers: { authorization: secret } }, job: { signature: secret } }, "odd");

    assert.ok(!lines.join("").includes(secret), lines.join(""));
    assert.equal(lines.join("").match(/\[hidden\]/g)?.length, 5);
  });

  it("is silent below its level", () => {
    const { log, lines } = stage("warn");

    log.info({}, "nothing to see");

    assert.deepEqual(lines, []);
  });
});
