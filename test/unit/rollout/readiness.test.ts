import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { WorkloadObservation } from "../../../src/rollout/observation.ts";
import { isReady } from "../../../src/rollout/readiness.ts";
import { workload } from "../../support/subjects.ts";

const four = (fields: Partial<WorkloadObservation>) => workload("6.1.0", { replicas: 4, ...fields });

describe("a workload", () => {
  it("that is scaled to zero is not ready, however many of its pods are still there", () => {
    const leaving = { updatedReplicas: 2, availableReplicas: 2, existingReplicas: 2 };

    assert.equal(isReady(workload("6.1.0", { replicas: 0, ...leaving }), 0), false);
  });

  it("is not ready while its figures are about an older template, or pods of one are still there", () => {
    assert.equal(isReady(four({ settled: false }), 100), false);
    assert.equal(isReady(four({ existingReplicas: 5 }), 100), false);
    assert.equal(isReady(four({ updatedReplicas: 3, existingReplicas: 4 }), 100), false);
    assert.equal(isReady(four({ updatedReplicas: 3, existingReplicas: 3, availableReplicas: 3 }), 75), false);
  });

  it("is ready with as many pods as the manifest asks for, and with one at least", () => {
    assert.equal(isReady(four({ availableReplicas: 3 }), 75), true);
    assert.equal(isReady(four({ availableReplicas: 3 }), 100), false);
    assert.equal(isReady(four({ availableReplicas: 1 }), 0), true);
    assert.equal(isReady(four({ availableReplicas: 0 }), 0), false);
  });
});
