import type { Receipt, SignedCommand } from "../queue/jobs.ts";
import type { Observation } from "../rollout/observation.ts";
import { knowsCommand, withCommand } from "../rollout/accept.ts";
import type { Refusal, RolloutCommand } from "../rollout/command.ts";
import { refuse } from "../rollout/refusals.ts";
import type { Subject } from "../rollout/subject.ts";
import { viewOf } from "../rollout/view-of.ts";
import type { Timestamp } from "../units.ts";

/** Why a command is not even looked at: it was not signed by a holder of our key, or is meant for another cluster. */
export function unfit(
  signed: SignedCommand,
  worker: { readonly cluster: string; readonly isSigned: (signed: SignedCommand) => boolean },
): Refusal | null {
  if (!worker.isSigned(signed)) return { reason: "bad-signature", facts: {} };
  return signed.command.cluster === worker.cluster ? null : unknown(signed.command);
}

/** What becomes of a command: the record it stands in (to be saved before anybody is told), or why not. */
export type Admission =
  | { readonly kind: "admitted"; readonly subject: Subject }
  /** It stands in the record already; doing nothing again is the right answer to a repetition. */
  | { readonly kind: "known" }
  | { readonly kind: "refused"; readonly refusal: Refusal };

export function admit(subject: Subject | null, command: RolloutCommand, seen: Observation): Admission {
  const now = seen.observedAt;
  if (subject !== null && knowsCommand(subject, command.id)) return { kind: "known" };
  const refusal = refuse(subject, command, now, seen);
  if (refusal !== null || subject === null) return { kind: "refused", refusal: refusal ?? unknown(command) };
  return { kind: "admitted", subject: withCommand(subject, command, now) };
}

const unknown = ({ name, namespace }: RolloutCommand): Refusal => ({
  reason: "unknown-canary",
  facts: { name, namespace },
});

/** Said only once the command stands in `saved`. */
export function accepted(saved: Subject): Receipt["outcome"] {
  const { rollout } = saved;
  const label = rollout?.requested?.image ?? rollout?.revision.label ?? "";
  return { kind: "accepted", rollout: rollout?.id ?? "", label };
}

export function refused(refusal: Refusal, subject: Subject | null, now: Timestamp): Receipt["outcome"] {
  return { kind: "refused", refusal, view: subject === null ? null : viewOf(subject, null, now) };
}
