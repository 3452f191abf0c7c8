import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withCommand } from "../../../src/rollout/accept.ts";
import { decide } from "../../../src/rollout/decide.ts";
import type { Effect } from "../../../src/rollout/effect.ts";
import type { Observation, RouteObservation } from "../../../src/rollout/observation.ts";
import { whatToAsk } from "../../../src/rollout/questions.ts";
import type { Rollout } from "../../../src/rollout/rollout.ts";
import { seconds, timestamp, weight } from "../../../src/units.ts";
import { LEE } from "../../support/simulated-run.ts";
import {
  canary,
  command,
  observation,
  revision,
  rollout,
  routed,
  subject,
  T0,
  workload,
} from "../../support/subjects.ts";

const next = revision("6.1.0");
const measured = {
  kind: "value",
  check: "request-success-rate",
  value: 100,
  samples: 9,
  primary: 100,
  query: "q",
} as const;

/** 6.1.0 at its second step, with 40 % of the traffic, due now; everything is well unless it is said. */
function midway(fields: Partial<Rollout> = {}, seen: Partial<Observation> = {}) {
  const record = rollout({
    ...{ phase: "progressing", id: "a1b2c3d4-1", number: 1, step: 2, revision: next, applied: next.hash },
    ...{ route: routed(40, 3), trafficSince: T0, nextPassAt: T0 },
    ...fields,
  } as Partial<Rollout>);
  const sight = observation({ target: workload("6.1.0"), route: carrying(40), measurements: [measured], ...seen });
  return { known: subject({ rollout: record }), sight, ...decide(subject({ rollout: record }), sight) };
}

function carrying(percent: number, fields: Partial<Extract<RouteObservation, { kind: "present" }>> = {}) {
  const shape = { mirrored: false, audience: "everyone", intact: true, resourceVersion: "5" } as const;
  return { kind: "present", weight: weight(percent), stamp: "a1b2c3d4-1/3", ...shape, ...fields } as const;
}

const kinds = (effects: readonly Effect[]): string[] => effects.map(({ kind }) => kind);
const routeOf = (effects: readonly Effect[]) => effects.find((effect) => effect.kind === "set-route");

describe("a rollout at its second step", () => {
  it("goes on to the third while everything is well", () => {
    assert.equal(midway().status?.rollout.step, 3);
  });
});

describe("a route that somebody edited by hand", () => {
  for (const percent of [0, 70, 100]) {
    it(`to ${percent} % is put back and told, and is no step forward`, () => {
      const { status, effects } = midway({}, { route: carrying(percent) });

      assert.equal(status?.rollout.step, 2);
      assert.equal(routeOf(effects)?.weight, 40);
      const told = status.rollout.events.at(-1)?.event;
      assert.deepEqual(told?.kind === "drift-repaired" && [told.found, told.restored], [
        `${percent} % to the canary`,
        40,
      ]);
    });
  }

  it("is put back each time, and told again only after a minute", () => {
    const early = timestamp(T0 + 5_000);
    const first = midway({ nextPassAt: early }, { route: carrying(100) }).status?.rollout;
    const again = {
      ...observation({ target: workload("6.1.0"), route: carrying(100) }),
      observedAt: timestamp(T0 + 1_000),
    };

    const { status, effects } = decide(subject({ rollout: first ?? null }), again);

    assert.equal(status, null);
    assert.equal(routeOf(effects)?.weight, 40);
  });
});

describe("a manifest that is edited in mid-run", () => {
  it("has its route mended at the weight that it has", () => {
    const { status, effects } = midway(
      { nextPassAt: timestamp(T0 + 5_000) },
      { route: carrying(40, { intact: false }) },
    );

    assert.equal(status, null);
    assert.equal(routeOf(effects)?.weight, 40);
  });

  for (const [steps, then] of [
    [[10, 30, 50, 70], 50],
    [[50], 50],
    [[20, 41, 100], 41],
  ] as const) {
    it(`to the steps ${steps.join(", ")} goes on from 40 % to ${then} %`, () => {
      const strategy = { kind: "weighted", steps: steps.map(weight), mirror: null } as const;
      const { known, sight } = midway();

      const { status } = decide({ ...known, canary: canary({ analysis: { strategy } }) }, sight);

      assert.equal(status?.rollout.route.weight, then);
    });
  }

  it("to steps that it has passed all of goes on with promotion, not with more traffic", () => {
    const strategy = { kind: "weighted", steps: [weight(10)], mirror: null } as const;
    const { known, sight } = midway();

    const { status } = decide({ ...known, canary: canary({ analysis: { strategy } }) }, sight);

    assert.equal(status?.rollout.phase, "promoting");
    assert.equal(status.rollout.route.weight, 40);
  });
});

describe("a target whose content cannot be read", () => {
  const trouble = { reason: "ConfigUnread", message: "secret/keys is not known yet: 403" };
  const unread = { target: workload("6.1.0", { revision: null, trouble }) };

  it("goes no step further although its checks pass, and is told once", () => {
    const { status, effects } = midway({}, unread);
    const again = midway({ ...status?.rollout, nextPassAt: T0 }, unread).status?.rollout;

    assert.equal(status?.rollout.step, 2);
    assert.deepEqual(effects, []);
    assert.equal(status.rollout.evidence[0]?.verdict, "pass");
    const told = status.rollout.events.at(-1)?.event;
    assert.equal(told?.kind === "not-ready" && told.detail, "ConfigUnread: secret/keys is not known yet: 403");
    assert.equal(again?.step, 2);
    assert.equal(again.lastSequence, status.rollout.lastSequence);
  });

  it("is taken back all the same by checks that fail", () => {
    const bad = [{ ...measured, value: 50 }];

    const { status } = midway({ failedChecks: 1 }, { ...unread, measurements: bad });

    assert.equal(status?.rollout.rollback?.cause, "failed-checks");
  });

  it("goes on as soon as it can be read, and nothing says any more that it waits", () => {
    const held = midway({}, unread).status?.rollout;

    const { status } = midway({ ...held, nextPassAt: T0 });

    assert.equal(status?.rollout.step, 3);
    assert.equal(status.rollout.stuck, "");
  });

  it("is not promoted, although its last stage has passed", () => {
    const last = { step: 3, route: routed(60, 3) };

    const { status } = midway(last, { ...unread, route: carrying(60) });

    assert.equal(status?.rollout.phase, "progressing");
    assert.equal(midway(last, { route: carrying(60) }).status?.rollout.phase, "promoting");
  });

  it("is not promoted either where the analysis is skipped", () => {
    const { known, sight } = midway({}, unread);

    const { status } = decide({ ...known, canary: canary({ skipAnalysis: true }) }, sight);

    assert.equal(status?.rollout.phase, "progressing");
    assert.equal(status.rollout.stuck, "canary: ConfigUnread");
  });

  it("asks no webhook whether more traffic may come", () => {
    const hook = { name: "gate", type: "confirm-traffic-increase", url: "http://tester.demo/", retries: 0 } as const;
    const hooks = [{ ...hook, timeout: seconds(5), insecure: false, muteAlert: false, metadata: {} }];
    const asked = ({ known, sight }: ReturnType<typeof midway>) =>
      whatToAsk({ ...known, canary: canary({ analysis: { hooks } }) }, sight).hooks.length;

    assert.deepEqual([asked(midway()), asked(midway({}, unread))], [1, 0]);
  });

  it("is not promoted by an approval that comes in meanwhile", () => {
    const passed = midway().status?.rollout.evidence ?? [];
    const waits: Partial<Rollout> = {
      phase: "waiting-promotion",
      evidence: passed,
      nextPassAt: timestamp(T0 + 5_000),
    };

    assert.equal(midway(waits, unread).status, null);
    assert.equal(midway(waits).status?.rollout.phase, "promoting");
  });

  it("is not promoted by a person either, who is told why", () => {
    const { known, sight } = midway({}, unread);
    const promote = command({ verb: "promote", actor: LEE });

    const { status } = decide(withCommand(known, promote, T0), sight);

    assert.equal(status?.rollout.phase, "progressing");
    assert.equal(status.rollout.commands.at(-1)?.note, "nobody can say what the canary runs");
  });

  it("says while it waits for promotion what it waits for, and no longer than that", () => {
    const gate = { name: "confirm-promotion", since: T0, until: null, asked: true } as const;
    const waits = { phase: "waiting-promotion", gate, pause: { by: LEE, at: T0, reason: "" } } as const;

    const held = midway(waits, unread).status?.rollout;
    const freed = midway({ ...held, nextPassAt: T0 }).status?.rollout;

    assert.deepEqual([held?.phase, held?.stuck], ["waiting-promotion", "canary: ConfigUnread"]);
    assert.deepEqual([freed?.phase, freed?.stuck], ["waiting-promotion", ""]);
  });
});

describe("a tool that keeps the replicas of its manifest", () => {
  it("scales the canary to zero, and it is scaled up again at once, its traffic untouched", () => {
    const rests = workload("6.1.0", { replicas: 0 });

    const { effects } = midway({ nextPassAt: timestamp(T0 + 5_000) }, { target: rests });

    assert.deepEqual(kinds(effects), ["scale-target"]);
    assert.ok(effects.every((effect) => effect.kind === "scale-target" && effect.replicas === 2));
  });

  it("scales a canary up that has failed, and nothing begins", () => {
    const ended = rollout({ phase: "failed", revision: next, applied: next.hash });

    const { status, effects } = decide(subject({ rollout: ended }), observation({ target: workload("6.1.0") }));

    assert.equal(status, null);
    assert.deepEqual(effects, []);
  });
});

describe("replicas that a scaler adds in mid-run", () => {
  const more = workload("6.1.0", { replicas: 6, availableReplicas: 2 });

  it("hold the weight for as long as they are not ready, and do not use the deadline up", () => {
    const observedAt = timestamp(T0 + 3_600_000);

    const { status } = midway({ notReadySince: T0, nextPassAt: observedAt }, { target: more, observedAt });

    assert.equal(status?.rollout.phase, "progressing");
    assert.equal(status.rollout.step, 2);
    assert.equal(status.rollout.events.at(-1)?.event.kind, "not-ready");
  });

  it("do not hold it where the manifest is content with fewer", () => {
    const definition = canary({ analysis: { canaryReadyPercent: 30 } });
    const { known, sight } = midway({}, { target: more });

    assert.equal(decide({ ...known, canary: definition }, sight).status?.rollout.step, 3);
  });
});

describe("Services that another tool rewrote in mid-run", () => {
  it("lead to primary again at once", () => {
    const services = { ready: false, apexSelects: "target" } as const;

    const { effects, status } = midway({ nextPassAt: timestamp(T0 + 5_000) }, { services });

    assert.deepEqual(effects, [{ kind: "ensure-services", apexSelects: "primary" }]);
    assert.deepEqual(status?.rollout.events.at(-1)?.event, {
      kind: "services-repaired",
      found: "the apex Service leads to the target",
    });
  });

  it("are told once a minute, however often another tool does it", () => {
    const services = { ready: false, apexSelects: "absent" } as const;
    const first = midway({ nextPassAt: timestamp(T0 + 5_000) }, { services }).status?.rollout ?? null;
    const again = {
      ...observation({ target: workload("6.1.0"), route: carrying(40), services }),
      observedAt: timestamp(T0 + 1_000),
    };

    const { status, effects } = decide(subject({ rollout: first }), again);

    assert.equal(status, null);
    assert.deepEqual(effects, [{ kind: "ensure-services", apexSelects: "primary" }]);
  });
});

describe("an interval that is shortened in mid-run", () => {
  it("does not leave the next pass where the longer one had put it", () => {
    const record = rollout({ phase: "progressing", nextPassAt: timestamp(T0 + 3_600_000) });
    const short = canary({ analysis: { interval: seconds(10) } });

    const { status } = decide(subject({ canary: short, rollout: record }), observation({ target: workload("6.0.0") }));

    assert.ok((status?.rollout.nextPassAt ?? Infinity) <= T0 + 20_000);
  });
});
