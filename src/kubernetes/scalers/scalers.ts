import { z } from "zod";
import { ConflictError, TerminalError } from "../../errors.ts";
import type { Canary, ScalerPlan } from "../../rollout/canary.ts";
import type { ScalerObservation } from "../../rollout/observation.ts";
import { lazily, type Collection, type LazyCollection, type OpenCollection } from "../collection.ts";
import type { CopyRules } from "../copy-rules.ts";
import { onlyVersion, setKey, setKeys, type Operation } from "../json-patch.ts";
import { copyName, ownedBy } from "../names.ts";
import { objectAt, sameJson, textsAt } from "../object.ts";
import type { Writes } from "../writes.ts";
import { SCALER_KINDS } from "./kinds.ts";
import type { ScalerRecord } from "./scaler-kind.ts";

export type ScalerCollections = Readonly<Record<ScalerPlan["kind"], LazyCollection<ScalerRecord>>>;

const Stored = z.object({ metadata: z.object({ resourceVersion: z.string() }), spec: z.unknown() });

function readScaler(object: unknown): ScalerRecord {
  const { metadata } = Stored.parse(object);
  return {
    resourceVersion: metadata.resourceVersion,
    spec: objectAt(object, "spec"),
    labels: textsAt(object, "metadata", "labels"),
    annotations: textsAt(object, "metadata", "annotations"),
  };
}

/** Both kinds, each followed from the first canary on that needs it. */
export function scalerCollections(
  open: OpenCollection,
  onChange: (namespace: string, name: string) => void,
): ScalerCollections {
  const follow = (kind: ScalerPlan["kind"]) =>
    lazily(() => open({ resource: SCALER_KINDS[kind].resource, project: readScaler, onChange }));
  return { HorizontalPodAutoscaler: follow("HorizontalPodAutoscaler"), ScaledObject: follow("ScaledObject") };
}

/** What the caches show of a canary's scaler; `null` when it names none. */
export function lookAtScaler(collections: ScalerCollections, canary: Canary): ScalerObservation | null {
  const { scaler: plan } = canary;
  if (plan === null) return null;
  const kind = SCALER_KINDS[plan.kind];
  const collection = collections[plan.kind].ask();
  const { namespace } = canary.ref;
  const scaler = collection.get(namespace, plan.name);
  const pausable = kind.pause !== null;
  if (scaler === null) {
    const problem = describeMissing(collection, plan);
    return { resourceVersion: null, problem, pausable, resting: !pausable, least: 1, primary: null };
  }
  const wanted = kind.copy({ canary, plan, scaler });
  const { min, max } = kind.limits(wanted);
  const problem = max !== null && min > max ? `primary's copy would have ${min} to ${max} replicas` : "";
  const copy = collection.get(namespace, copyName(plan.name));
  const primary = copy && { resourceVersion: copy.resourceVersion, inSync: sameJson(copy.spec, wanted) };
  const resting = kind.pause === null || scaler.annotations[kind.pause.annotation] === kind.pause.value;
  return { resourceVersion: scaler.resourceVersion, problem, pausable, resting, least: kind.least(scaler), primary };
}

function describeMissing(collection: Collection<ScalerRecord>, plan: ScalerPlan): string {
  if (collection.isSynced()) return `${plan.kind} ${plan.name} does not exist`;
  const problem = collection.problem();
  if (problem === "") return `${plan.kind} ${plan.name} is being read`;
  return `${plan.kind} ${plan.name} cannot be read (is ${SCALER_KINDS[plan.kind].product} installed?): ${problem}`;
}

export interface ScalerWriting {
  readonly collections: ScalerCollections;
  readonly rules: CopyRules;
  readonly writes: Writes;
}

/** Creates primary's copy, or brings it to the original. Whatever else is on an existing copy stays. */
export async function ensureScaler(
  { collections, rules, writes }: ScalerWriting,
  canary: Canary,
  { scalerVersion, primaryVersion }: { readonly scalerVersion: string; readonly primaryVersion: string | null },
): Promise<void> {
  const { plan, collection, scaler } = lookAgain(collections, canary, scalerVersion);
  const { namespace } = canary.ref;
  const name = copyName(plan.name);
  const present = collection.get(namespace, name);
  if ((present?.resourceVersion ?? null) !== primaryVersion) {
    throw new ConflictError(`while copying to ${plan.kind} ${name}: it has changed`);
  }
  const kind = SCALER_KINDS[plan.kind];
  const spec = kind.copy({ canary, plan, scaler });
  if (primaryVersion === null) {
    const metadata = { name, namespace, ...kind.metadata(scaler, rules), ownerReferences: ownedBy(canary.ref) };
    await writes.create(collection, namespace, { apiVersion: kind.apiVersion, kind: plan.kind, metadata, spec });
    return;
  }
  const replaced: Operation = { op: "replace", path: "/spec", value: spec };
  await writes.patch(collection, { namespace, name }, [onlyVersion(primaryVersion), replaced]);
}

/** Keeps the target's scaler from scaling it up, or lets it. No request for one that needs no pause or is so already. */
export async function restScaler(
  { collections, writes }: Pick<ScalerWriting, "collections" | "writes">,
  canary: Canary,
  { resting, resourceVersion }: { readonly resting: boolean; readonly resourceVersion: string },
): Promise<void> {
  const { plan, collection, scaler } = lookAgain(collections, canary, resourceVersion);
  const { pause } = SCALER_KINDS[plan.kind];
  if (pause === null) return;
  const present = scaler.annotations[pause.annotation];
  if (resting ? present === pause.value : present === undefined) return;
  const map = "/metadata/annotations";
  const annotations = Object.keys(scaler.annotations).length === 0 ? null : scaler.annotations;
  const edits = resting
    ? setKeys(map, annotations, { [pause.annotation]: pause.value })
    : [setKey(map, pause.annotation, undefined)];
  await writes.patch(collection, { namespace: canary.ref.namespace, name: plan.name }, [
    onlyVersion(resourceVersion),
    ...edits,
  ]);
}

/** The target's scaler, if it still is the one that was decided on. */
function lookAgain(collections: ScalerCollections, canary: Canary, resourceVersion: string) {
  const { scaler: plan } = canary;
  if (plan === null) throw new TerminalError(`Canary ${canary.ref.name} names no scaler`);
  const collection = collections[plan.kind].ask();
  const scaler = collection.get(canary.ref.namespace, plan.name);
  if (scaler?.resourceVersion === resourceVersion) return { plan, collection, scaler };
  throw new ConflictError(`while working with ${plan.kind} ${plan.name}: it has changed`);
}
