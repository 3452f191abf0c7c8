import { z } from "zod";
import { GATES } from "../../rollout/canary.ts";
import type { CanaryView } from "../../rollout/view.ts";
import { RevisionHash } from "../../units.ts";

/**
 * What a button carries: ids only, never facts. It binds the press to the rollout, gate and revision it was drawn for.
 * `mark` tells apart presses that may rightly happen twice in one rollout, such as the second pause.
 */
export const ButtonValue = z.object({
  cluster: z.string().min(1).max(253),
  namespace: z.string().min(1).max(253),
  name: z.string().min(1).max(253),
  uid: z.string().max(64),
  rollout: z.string().max(128),
  gate: z.enum(GATES).nullable(),
  revision: RevisionHash,
  mark: z.int().min(0),
});
export type ButtonValue = z.infer<typeof ButtonValue>;

/** The value of a button that is drawn from this view. */
export function valueOf(view: CanaryView, mark: number): ButtonValue {
  const { cluster, namespace, name, uid, rollout } = view;
  return { cluster, namespace, name, uid, rollout, gate: view.gate?.name ?? null, revision: view.revision.hash, mark };
}

export const encodeValue = (value: ButtonValue): string => JSON.stringify(value);

/** The value of a pressed button, or `null` when it is none of ours. */
export function decodeValue(text: string): ButtonValue | null {
  try {
    return ButtonValue.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // Not JSON: a button of another app or of a much older version.
  }
}
