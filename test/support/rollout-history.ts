import assert from "node:assert/strict";
import { at, listAt, numberAt, objectAt, textAt, type KubernetesObject } from "../../src/kubernetes/object.ts";
import type { Rollout } from "../../src/rollout/rollout.ts";
import type { Version } from "./witness.ts";

/** What the history of a namespace is checked against. */
export interface Expected {
  readonly target: string;
  /** Traffic steps of the manifest, in percent. */
  readonly steps: readonly number[];
  /** What was written up to this revision is taken as it is. Default 0. */
  readonly since?: number;
  /** Where the CRD of somebody else was applied, canaries may be seen without a record for a while. */
  readonly mayLackRecords?: boolean;
}

/** A route as it was written. */
export interface RouteWrite {
  readonly revision: number;
  readonly weight: number;
  readonly stamp: string;
}

/** Everything as it stood when a version was written. */
interface Standing {
  record: Rollout | null;
  route: RouteWrite | null;
  target: KubernetesObject | null;
  primary: KubernetesObject | null;
  /** `<rollout>/<stamp>` → weight, of every record that was ever saved. */
  readonly asked: Map<string, number>;
  readonly events: Map<number, string>;
  readonly ends: Map<string, string>;
}

export interface Told {
  /** Every write of the route. */
  readonly routes: readonly RouteWrite[];
  /** The phases of each rollout, in order. */
  readonly phases: ReadonlyMap<string, readonly string[]>;
  /** Where each rollout ended. */
  readonly ends: ReadonlyMap<string, string>;
  /** The last record. */
  readonly last: Rollout;
}

/**
 * Reads what the API server kept and checks every write of it against what must always hold: no step skipped or taken twice, legal
 * weights that were asked for in a saved record, no traffic towards a copy without ready pods, a rollback's route always written,
 * one end for each rollout. Throws at the first that does not.
 */
export function auditHistory(history: readonly Version[], expected: Expected): Told {
  const standing: Standing = {
    ...{ record: null, route: null, target: null, primary: null },
    ...{ asked: new Map(), events: new Map(), ends: new Map() },
  };
  const routes: RouteWrite[] = [];
  const phases = new Map<string, string[]>();
  for (const version of history) {
    const { object, kind, name, revision } = version;
    if (version.isDeleted) {
      if (kind === "route") standing.route = null;
      if (kind === "canary") standing.record = null;
      continue;
    }
    const isChecked = revision > (expected.since ?? 0);
    if (kind === "deployment") noteWorkload(standing, name, object, expected);
    if (kind === "route") {
      const written = readRoute(version);
      if (isChecked) checkRoute(standing, written, expected);
      if (isChecked && written.stamp !== standing.route?.stamp) routes.push(written);
      standing.route = written;
    }
    if (kind !== "canary" || !isChecked) continue;
    const record = at(object, "status", "rollout") as Rollout | undefined;
    if (record === undefined) {
      assert.ok(standing.record === null || expected.mayLackRecords, `a record was lost at ${version.revision}`);
      continue;
    }
    checkRecord(standing, record, expected);
    const seen = phases.get(record.id) ?? [];
    if (seen.at(-1) !== record.phase) seen.push(record.phase);
    phases.set(record.id, seen);
    standing.record = record;
  }
  assert.ok(standing.record !== null, "there was a record");
  return { routes, phases, ends: standing.ends, last: standing.record };
}

function noteWorkload(standing: Standing, name: string, object: KubernetesObject, { target }: Expected): void {
  if (name === `${target}-primary`) standing.primary = object;
  if (name !== target) return;
  const scaledAway = numberAt(standing.target, "spec", "replicas") > 0 && numberAt(object, "spec", "replicas") === 0;
  if (scaledAway) assert.equal(standing.route?.weight, 0, "a copy with traffic is not scaled to zero");
  standing.target = object;
}

function readRoute({ object, revision }: Version): RouteWrite {
  const destinations = listAt(listAt(object, "spec", "http")[0], "route");
  const weights = destinations.map((destination) => at(destination, "weight"));
  assert.equal(destinations.length, 2);
  for (const weight of weights) assert.ok(Number.isInteger(weight) && Number(weight) >= 0, `weight ${String(weight)}`);
  assert.equal(Number(weights[0]) + Number(weights[1]), 100, "the weights add up");
  assert.match(textAt(destinations[1], "destination", "host"), /-canary$/);
  const stamp = textAt(object, "metadata", "annotations", "coalmine.dev/stamp");
  return { revision, weight: Number(weights[1]), stamp };
}

function checkRoute(
  { asked, record, route, target, primary }: Standing,
  written: RouteWrite,
  { steps }: Expected,
): void {
  const at = `at revision ${written.revision}`;
  assert.equal(asked.get(written.stamp), written.weight, `the route carries what a saved record asked for, ${at}`);
  if (route === null || written.stamp === route.stamp) return;
  assert.ok(stampNumber(written.stamp) > stampNumber(route.stamp), `no older decision overwrites a newer one, ${at}`);
  const before = route.weight;
  if (written.weight > before && record?.rollback?.cause !== "promotion-failed") {
    const next = steps.find((step) => step > before);
    assert.equal(written.weight, next, `no step is skipped, ${at}`);
  }
  if (written.weight > before) assert.ok(serves(target), `traffic only goes to a canary that serves, ${at}`);
  if (written.weight < before) assert.ok(serves(primary), `traffic only goes to a primary that serves, ${at}`);
}

const serves = (workload: KubernetesObject | null): boolean => numberAt(workload, "status", "readyReplicas") > 0;
const stampNumber = (stamp: string): number => Number(stamp.split("/")[1]);

function checkRecord(standing: Standing, record: Rollout, { steps }: Expected): void {
  const { record: before, asked, events, ends } = standing;
  const stamp = `${record.id}/${record.route.stamp}`;
  assert.equal(asked.get(stamp) ?? record.route.weight, record.route.weight, "a stamp stands for one weight");
  asked.set(stamp, record.route.weight);
  for (const { sequence, event } of record.events) {
    const text = JSON.stringify(event);
    assert.equal(events.get(sequence) ?? text, text, `event ${sequence} is told once`);
    events.set(sequence, text);
  }
  stepsInOrder(record, steps);
  if (before === null) return;
  assert.ok(record.route.stamp >= before.route.stamp, "stamps only rise");
  assert.ok(record.pass >= before.pass, "passes only rise");
  assert.ok(record.lastSequence >= before.lastSequence, "sequence numbers only rise");
  const isEnd = (phase: string): boolean => phase === "succeeded" || phase === "failed";
  if (before.id === record.id && isEnd(before.phase)) assert.equal(record.phase, before.phase, "an end is final");
  if (!isEnd(record.phase) || (before.id === record.id && before.phase === record.phase)) return;
  assert.ok(!ends.has(record.id), `${record.id} ends once`);
  ends.set(record.id, record.phase);
  checkEnd(standing, record);
}

/** Within one revision of one rollout, the steps that were told are the first ones of the manifest, each once. */
function stepsInOrder(record: Rollout, steps: readonly number[]): void {
  let taken: number[] = [];
  for (const { rollout, event } of record.events) {
    if (rollout !== record.id) continue;
    if (event.kind === "superseded") taken = [];
    if (event.kind === "step-started") taken.push(event.weight);
  }
  assert.deepEqual(taken, steps.slice(0, taken.length), "steps are taken in order, each once");
}

/** What the cluster looks like when an end is saved. */
function checkEnd({ route, target, primary }: Standing, record: Rollout): void {
  const stamp = `${record.id}/${record.route.stamp}`;
  assert.equal(route?.stamp, stamp, "the end's route has been written");
  assert.equal(route.weight, record.route.weight);
  if (record.rollback?.cause === "promotion-failed") return;
  assert.equal(route.weight, 0, "an end has no canary traffic");
  assert.equal(numberAt(target, "spec", "replicas"), 0, "an end has no canary pods asked for");
  if (record.phase === "succeeded")
    assert.deepEqual(
      imagesOf(primary),
      record.revision.images.map(({ image }) => image),
      "primary runs what was promoted",
    );
}

function imagesOf(workload: KubernetesObject | null): readonly string[] {
  const spec = objectAt(workload, "spec", "template", "spec");
  return listAt(spec, "containers").map((container) => textAt(container, "image"));
}
