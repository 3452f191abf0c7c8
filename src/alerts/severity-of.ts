import type { EventOf, RolloutEvent } from "../rollout/event.ts";
import type { Severity } from "./alert.ts";

/** How grave an event is; `null`: it is no alert. Each is told once, since the record holds it once. */
export function severityOf<K extends RolloutEvent["kind"]>(event: EventOf<K> & { readonly kind: K }): Severity | null {
  const judge: (event: EventOf<K>) => Severity | null = SEVERITIES[event.kind];
  return judge(event);
}

const never = () => null;
const info = () => "info" as const;
const warn = () => "warn" as const;
const error = () => "error" as const;

const SEVERITIES: { readonly [K in RolloutEvent["kind"]]: (event: EventOf<K>) => Severity | null } = {
  initialized: info,
  "revision-waiting": info,
  "rollout-started": info,
  succeeded: info,
  undone: info,

  "approval-wanted": ({ muted }) => (muted ? null : "warn"),
  "approval-overdue": warn,
  "human-needed": warn,
  "undo-started": warn,

  // Whatever takes a rollout back is told with its cause; people's own wishes and webhooks' are no errors.
  "rollback-started": ({ cause }) => (Object.hasOwn(ROLLBACKS, cause) ? (ROLLBACKS[cause] ?? null) : "error"),
  "promotion-failed": error,
  "undo-failed": error,

  // Steps on the way, and what is told otherwise.
  "configs-changed": never,
  superseded: never,
  "step-started": never,
  "iteration-started": never,
  "mirroring-started": never,
  "traffic-switched": never,
  "hook-failed": never,
  "hook-passed": never,
  "post-hook-failed": never,
  "checks-failed": never,
  "checks-inconclusive": never,
  "checks-conclusive": never,
  approved: never,
  paused: never,
  resumed: never,
  "promotion-forced": never,
  "promotion-started": never,
  "traffic-returning": never,
  "traffic-returned": never,
  "rolled-back": never,
  "not-ready": never,
  "drift-repaired": never,
  "services-repaired": never,
  "command-ignored": never,
  "handing-back": never,
  "handed-back": never,
  suspended: never,
  unsuspended: never,
  "manifest-invalid": never,
  "manifest-valid": never,
};

/** Causes that are no error; `null`: an event of its own tells of it. */
const ROLLBACKS: Readonly<Record<string, Severity | null>> = {
  "hook-asked": "warn",
  asked: "warn",
  reverted: "warn",
  "promotion-failed": null,
  "undo-failed": null,
};
