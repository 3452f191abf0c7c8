import { z } from "zod";
import type { Revision } from "../../rollout/rollout.ts";
import { RevisionHash } from "../../units.ts";
import { setKey, setKeys, type Operation } from "../json-patch.ts";
import { REVISION, REVISION_CONFIGS, REVISION_LABEL } from "../names.ts";

/** Pure: annotations on a primary that say what it was copied from. */

const Configs = z.record(z.string(), z.string());

export function noteRevision({ hash, label, configs }: Revision): Readonly<Record<string, string>> {
  const some = Object.keys(configs).length > 0;
  return { [REVISION]: hash, [REVISION_LABEL]: label, ...(some && { [REVISION_CONFIGS]: JSON.stringify(configs) }) };
}

/** Edits that note another revision; `annotations` are those that the object has, `null` where it has no such map. */
export function renoteRevision(
  annotations: Readonly<Record<string, unknown>> | null,
  revision: Revision,
): readonly Operation[] {
  const wanted = noteRevision(revision);
  const stale = annotations?.[REVISION_CONFIGS] !== undefined && wanted[REVISION_CONFIGS] === undefined;
  return [
    ...setKeys("/metadata/annotations", annotations, wanted),
    ...(stale ? [setKey("/metadata/annotations", REVISION_CONFIGS, undefined)] : []),
  ];
}

/** `null` where nothing that makes sense was noted. Images are those that the primary has now. */
export function readNoted(
  annotations: Readonly<Record<string, string>>,
  { images, label }: Pick<Revision, "images" | "label">,
): Revision | null {
  const hash = RevisionHash.safeParse(annotations[REVISION]);
  if (!hash.success) return null;
  const configs = readConfigs(annotations[REVISION_CONFIGS] ?? "{}");
  return { hash: hash.data, label: annotations[REVISION_LABEL] ?? label, images, configs };
}

function readConfigs(text: string): Revision["configs"] {
  try {
    return Configs.parse(JSON.parse(text));
  } catch {
    return {};
  }
}
