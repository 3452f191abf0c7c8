import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { silentLog } from "../../../src/playground/services/log.ts";
import type { PrivatePrometheus } from "../../../src/playground/services/prometheus.ts";
import { startPrometheus } from "../../../src/playground/services/prometheus.ts";
import { eventually } from "../../support/eventually.ts";

describe("a private prometheus", () => {
  let directory: string;
  let exporter: Server;
  let prometheus: PrivatePrometheus;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "coalmine-prometheus-"));
    exporter = createServer((_request, response) => response.end("canaries_total 7\n"));
    await new Promise<void>((resolve) => exporter.listen(0, "127.0.0.1", resolve));
    const { port } = exporter.address() as AddressInfo;
    const targets = [`http://127.0.0.1:${port}/metrics`];
    prometheus = await startPrometheus({ directory, targets, scrapeEveryMs: 200, log: silentLog });
  });
  after(async () => {
    await prometheus.stop();
    exporter.closeAllConnections();
    exporter.close();
    await rm(directory, { recursive: true });
  });

  async function valueOf(query: string): Promise<string | undefined> {
    const response = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const answer = (await response.json()) as { data: { result: { value: [number, string] }[] } };
    return answer.data.result[0]?.value[1];
  }

  it("scrapes its targets", async () => {
    await eventually(async () => assert.equal(await valueOf("canaries_total"), "7"));
  });

  it("comes back at the same address with its samples after it was killed", async () => {
    await eventually(async () => assert.ok(Number(await valueOf("count_over_time(canaries_total[1h])")) >= 3));
    const killed = prometheus.pid();

    prometheus.kill("SIGKILL");
    await eventually(() => assert.throws(() => process.kill(killed, 0)));
    await prometheus.restart();

    assert.notEqual(prometheus.pid(), killed);
    assert.ok(Number(await valueOf("count_over_time(canaries_total[1h])")) >= 3);
  });

  it("is an error that names what to install when there is no such program", async () => {
    const starting = startPrometheus({ directory, targets: [], executable: "/nonexistent/prom", log: silentLog });

    await assert.rejects(starting, /no \/nonexistent\/prom that can be run\. Install Prometheus/);
  });
});
