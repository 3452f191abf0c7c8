import { ConflictError } from "../errors.ts";
import type { Canary } from "../rollout/canary.ts";
import type { Effect } from "../rollout/effect.ts";
import type { Subject } from "../rollout/subject.ts";
import type { PassParts } from "./parts.ts";

/**
 * Carries out effects in their order; stops at the first that fails. Only after the record was saved: whatever is left undone is
 * derived again by the next pass. Throws ConflictError when something has changed since it was looked at.
 */
export async function execute(
  parts: PassParts,
  { subject, canary }: { readonly subject: Subject; readonly canary: Canary },
  effects: readonly Effect[],
): Promise<void> {
  for (const effect of effects) {
    try {
      await carryOut(parts, subject, canary, effect);
    } catch (error) {
      if (error instanceof ConflictError) throw error;
      const { namespace, name } = canary.ref;
      throw new Error(`while carrying out ${effect.kind} for ${namespace}/${name}`, { cause: error });
    }
  }
}

function carryOut(
  { writer, router, store }: PassParts,
  subject: Subject,
  canary: Canary,
  effect: Effect,
): Promise<void> {
  switch (effect.kind) {
    case "fence-primary":
      return writer.fencePrimary(canary, effect);
    case "restore-primary":
      return writer.restorePrimary(canary, effect);
    case "ensure-scaler":
      return writer.ensureScaler(canary, effect);
    case "rest-scaler":
      return writer.restScaler(canary, effect);
    case "hand-back":
      return router.handBack(canary).then(() => writer.handBack(canary));
    case "set-finalizer":
      return store.setFinalizer(subject, effect.present);
    case "ensure-services":
      return writer.ensureServices(canary, effect.apexSelects);
    case "ensure-primary":
      return writer.ensurePrimary(canary, effect);
    case "scale-target":
      return writer.scaleTarget(canary, effect);
    case "set-target-image":
      return writer.setTargetImage(canary, effect);
    case "set-route":
      return router.setRoute(canary, effect);
  }
}
