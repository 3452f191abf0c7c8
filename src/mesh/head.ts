import type { Operation } from "../kubernetes/json-patch.ts";
import { z } from "zod";
import type { Canary } from "../rollout/canary.ts";
import { diffJson, withoutUndefined } from "./json-patch.ts";
import { readNote, type RouteNote } from "./note.ts";
import { readOriginal, type Original } from "./original.ts";
import { HANDS_OFF, NOTE, ORIGINAL, ownedBy, STAMP } from "./ownership.ts";

type Texts = Readonly<Record<string, string>>;
const texts = z.record(z.string(), z.string());

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
/** Where the controller before us kept what it replaced. */
const REPLACED = "flagger.kubernetes.io/original-configuration";

export const Metadata = z.object({
  name: z.string(),
  namespace: z.string(),
  resourceVersion: z.string(),
  generation: z.int().default(0),
  labels: texts.optional(),
  annotations: texts.optional(),
  ownerReferences: z.array(z.object({ uid: z.string(), controller: z.boolean().default(false) })).default([]),
});

/** What is kept of a routing object's metadata. */
export interface Head {
  readonly resourceVersion: string;
  readonly generation: number;
  /** uid of the controlling owner; empty when somebody else made it. */
  readonly owner: string;
  readonly stamp: string;
  readonly note: RouteNote;
  /** `null`: the object has no such map, so that a patch must make it. */
  readonly labels: Texts | null;
  /** Without long copies of other people's manifests. */
  readonly annotations: Texts | null;
  readonly original: Original | null;
  /** Another controller of this API wrote its rules, and we have not written yet. */
  readonly inherited: boolean;
  /** The `spec` that it had before that controller, as JSON; `null` when nobody knows. */
  readonly replaced: string | null;
}

/** Reads metadata. `mayBeOurs`: some rule of it leads to our Services; for others nothing long is kept. */
export function readHead(metadata: z.infer<typeof Metadata>, mayBeOurs: boolean): Head {
  const { annotations, labels, ownerReferences } = metadata;
  const owner = ownerReferences.find(({ controller }) => controller)?.uid ?? "";
  const stamp = annotations?.[STAMP] ?? "";
  const written = stamp !== "" || annotations?.[ORIGINAL] !== undefined;
  const marked = Object.entries(HANDS_OFF).every(([key, value]) => annotations?.[key] === value);
  return {
    resourceVersion: metadata.resourceVersion,
    generation: metadata.generation,
    owner,
    stamp,
    note: readNote(annotations?.[NOTE]),
    labels: labels ?? null,
    annotations: annotations === undefined ? null : withoutLongCopies(annotations),
    original: readOriginal(annotations?.[ORIGINAL]),
    inherited: !written && marked,
    replaced: mayBeOurs && owner === "" ? readReplaced(annotations ?? {}) : null,
  };
}

function withoutLongCopies(annotations: Texts): Texts {
  const { [LAST_APPLIED]: _applied, [REPLACED]: _replaced, ...rest } = annotations;
  return rest;
}

/** What people applied last goes before what the other controller found: that may have been its own work. */
function readReplaced(annotations: Texts): string | null {
  const applied = readJson(annotations[LAST_APPLIED]);
  const spec = z.object({ spec: z.record(z.string(), z.unknown()) }).safeParse(applied).data?.spec;
  if (spec !== undefined) return JSON.stringify(spec);
  const replaced = z.record(z.string(), z.unknown()).safeParse(readJson(annotations[REPLACED])).data;
  return replaced === undefined ? null : JSON.stringify(replaced);
}

function readJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Annotations that every routing object of a canary carries, stamp and note aside. */
export const ownAnnotations = ({ service }: Canary): Texts => ({
  ...service.metadata.apex.annotations,
  ...HANDS_OFF,
});

export interface HeadWish {
  /** `null`: whatever it says now. */
  readonly stamp: string | null;
  readonly note: string | undefined;
  /** `undefined`: ours, there is nothing to give back. */
  readonly original: string | undefined;
}

/** Metadata of a routing object that does not exist yet. */
export function buildHead(canary: Canary, { stamp, note }: HeadWish): object {
  const { ref, service } = canary;
  const annotations = { ...ownAnnotations(canary), [STAMP]: stamp ?? "", [NOTE]: note };
  return {
    name: service.name,
    namespace: ref.namespace,
    labels: service.metadata.apex.labels,
    annotations: withoutUndefined(annotations),
    ownerReferences: ownedBy(ref),
  };
}

/** Edits of metadata; labels and annotations of others stay. */
export function headEdits(canary: Canary, head: Head, wish: HeadWish): readonly Operation[] {
  const annotations = {
    ...ownAnnotations(canary),
    [STAMP]: wish.stamp ?? head.annotations?.[STAMP],
    [NOTE]: wish.note,
    [ORIGINAL]: wish.original,
  };
  return [
    ...mapEdits("labels", head.labels, canary.service.metadata.apex.labels),
    ...mapEdits("annotations", head.annotations, annotations),
  ];
}

/** Sets these keys (`undefined`: removes them) and leaves all others. */
export function mapEdits(
  map: "labels" | "annotations",
  present: Texts | null,
  wanted: Readonly<Record<string, string | undefined>>,
): readonly Operation[] {
  const path = `/metadata/${map}`;
  if (present !== null) return diffJson(present, { ...present, ...wanted }, path);
  const value = withoutUndefined(wanted);
  return Object.keys(value).length === 0 ? [] : [{ op: "add", path, value }];
}

/** A precondition: another version makes a patch a conflict, and places in lists would be wrong. */
export const onlyVersion = ({ resourceVersion }: Pick<Head, "resourceVersion">): Operation => ({
  op: "replace",
  path: "/metadata/resourceVersion",
  value: resourceVersion,
});
