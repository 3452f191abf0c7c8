import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createCatalog, drawLatencyMs, splitImage } from "../../../../src/playground/workloads/catalog.ts";
import { seededRandom } from "../../../../src/playground/workloads/random.ts";

const PODINFO = "ghcr.io/stefanprodan/podinfo";

describe("catalog", () => {
  it("lets a plain version become ready and serve without errors", () => {
    const { pod, serving } = createCatalog({ readyAfterMs: 300 }).behaviourOf(`${PODINFO}:6.1.0`);

    assert.deepEqual(pod, { kind: "ready", afterMs: 300 });
    assert.equal(serving.errorShare, 0);
  });

  it("reads what a version does from the suffix of its tag", () => {
    const catalog = createCatalog({ crashAfterMs: 50 });

    assert.equal(catalog.behaviourOf(`${PODINFO}:6.2.0-bad`).serving.errorShare, 0.3);
    assert.equal(catalog.image(`${PODINFO}:6.2.0-bad`).kind, "ready");
    assert.ok(catalog.behaviourOf(`${PODINFO}:6.2.0-slow`).serving.medianMs >= 500);
    assert.deepEqual(catalog.image(`${PODINFO}:6.2.0-crash`), { kind: "crashes", afterMs: 50 });
    assert.deepEqual(catalog.image("ghcr.io/coalmine/checkout:1.0.0-unready"), { kind: "never-ready" });
    assert.equal(catalog.image(`${PODINFO}:v6.2.0-rc.1`).kind, "ready");
  });

  it("cannot pull an unknown repository, a tag of another form, or an image without a tag", () => {
    const { image } = createCatalog();

    assert.deepEqual(image("nginx:1.27.0"), {
      kind: "pull-fails",
      reason: 'failed to resolve reference "nginx:1.27.0": repository not found',
    });
    assert.deepEqual(image(`${PODINFO}:latest`), {
      kind: "pull-fails",
      reason: `failed to resolve reference "${PODINFO}:latest": manifest unknown`,
    });
    assert.equal(image(PODINFO).kind, "pull-fails");
    assert.equal(image(`${PODINFO}:6.1`).kind, "pull-fails");
  });

  it("changes how a version serves while it runs, and forgets the change again", () => {
    const catalog = createCatalog();

    catalog.override("6.1.0", { errorShare: 1 });
    catalog.override("6.1.0", { medianMs: 900, p99Ms: 900 });
    const overridden = catalog.behaviourOf(`${PODINFO}:6.1.0`).serving;
    const other = catalog.behaviourOf(`${PODINFO}:6.1.1`).serving;
    catalog.reset("6.1.0");

    assert.deepEqual(overridden, { errorShare: 1, medianMs: 900, p99Ms: 900 });
    assert.equal(other.errorShare, 0);
    assert.equal(catalog.behaviourOf(`${PODINFO}:6.1.0`).serving.errorShare, 0);
    assert.equal(catalog.overrides().size, 0);
  });

  it("refuses an error share that is not a share", () => {
    assert.throws(() => createCatalog().override("6.1.0", { errorShare: 30 }), /errorShare 30 is not between 0 and 1/);
  });

  it("finds the tag behind a registry's port and before a digest", () => {
    assert.deepEqual(splitImage("localhost:5000/app"), { repository: "localhost:5000/app", tag: "" });
    assert.deepEqual(splitImage("localhost:5000/app:1.2.3@sha256:abc"), {
      repository: "localhost:5000/app",
      tag: "1.2.3",
    });
  });
});

describe("drawn latencies", () => {
  const sorted = (): number[] => {
    const random = seededRandom("latency");
    const serving = { errorShare: 0, medianMs: 20, p99Ms: 80 };
    return Array.from({ length: 20_000 }, () => drawLatencyMs(serving, random)).sort((a, b) => a - b);
  };

  it("have the stated median and 99th percentile", () => {
    const latencies = sorted();

    assert.ok(Math.abs((latencies[10_000] ?? 0) - 20) < 1, `median ${latencies[10_000]}`);
    assert.ok(Math.abs((latencies[19_800] ?? 0) - 80) < 8, `p99 ${latencies[19_800]}`);
    assert.ok((latencies.at(-1) ?? 0) <= 240);
  });

  it("are the same for the same seed", () => {
    assert.deepEqual(sorted(), sorted());
  });
});
