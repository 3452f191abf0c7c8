import { z } from "zod";
import type { ObjectMetadata, ServicePlan } from "../../rollout/canary.ts";
import { setKey, setKeys, type Operation } from "../json-patch.ts";
import { MANAGED_KEYS } from "../names.ts";
import type { ServiceRecord } from "./service-record.ts";

/**
 * Pure: labels and annotations of the Services that are ours. Keys that others add stay. Keys that the manifest no longer has go:
 * an annotation notes which ones it had.
 */

interface Wanted {
  /** What the manifest asks for. */
  readonly metadata: ObjectMetadata;
  /** What every Service of ours has; it wins. */
  readonly own: ObjectMetadata;
}

const Noted = z.object({ labels: z.array(z.string()).default([]), annotations: z.array(z.string()).default([]) });
type Noted = z.infer<typeof Noted>;
const NOTHING: Noted = { labels: [], annotations: [] };

export function newMetadata({ metadata, own }: Wanted): ObjectMetadata {
  return {
    labels: { ...metadata.labels, ...own.labels },
    annotations: { ...metadata.annotations, ...own.annotations, ...noteOf(metadata) },
  };
}

/** Edits that bring an existing Service there. Unmanaged keys are left as they are found. */
export function metadataEdits(
  { metadata, own }: Wanted,
  record: Pick<ServiceRecord, "labels" | "annotations">,
  unmanaged: ServicePlan["unmanaged"],
): readonly Operation[] {
  const noted = readNoted(record.annotations?.[MANAGED_KEYS]);
  const note = noteOf(metadata);
  const gone = record.annotations?.[MANAGED_KEYS] !== undefined && note[MANAGED_KEYS] === undefined;
  return [
    ...mapEdits("labels", { present: record.labels, wanted: { ...metadata.labels, ...own.labels }, noted, unmanaged }),
    ...mapEdits("annotations", {
      present: record.annotations,
      wanted: { ...metadata.annotations, ...own.annotations, ...note },
      noted,
      unmanaged,
    }),
    ...(gone ? [setKey("/metadata/annotations", MANAGED_KEYS, undefined)] : []),
  ];
}

interface Maps {
  readonly present: Readonly<Record<string, string>> | null;
  readonly wanted: Readonly<Record<string, string>>;
  readonly noted: Noted;
  readonly unmanaged: ServicePlan["unmanaged"];
}

function mapEdits(map: keyof ObjectMetadata, { present, wanted, noted, unmanaged }: Maps): readonly Operation[] {
  const isManaged = (key: string): boolean => !unmanaged[map].includes(key);
  const managed = Object.fromEntries(Object.entries(wanted).filter(([key]) => isManaged(key)));
  const stale = noted[map].filter((key) => isManaged(key) && wanted[key] === undefined && present?.[key] !== undefined);
  const path = `/metadata/${map}`;
  return [...setKeys(path, present, managed), ...stale.map((key) => setKey(path, key, undefined))];
}

/** Sorted, so that the order in the manifest is no change. */
function noteOf({ labels, annotations }: ObjectMetadata): Readonly<Record<string, string>> {
  const keys: Noted = { labels: Object.keys(labels).sort(), annotations: Object.keys(annotations).sort() };
  return keys.labels.length + keys.annotations.length === 0 ? {} : { [MANAGED_KEYS]: JSON.stringify(keys) };
}

function readNoted(text: string | undefined): Noted {
  if (text === undefined) return NOTHING;
  try {
    return Noted.parse(JSON.parse(text));
  } catch {
    return NOTHING;
  }
}
