import type { CanaryStatus } from "../rollout/rollout.ts";

/** Longest status that is written, in bytes of JSON. An object with it stays far below what the API server takes. */
export const STATUS_LIMIT = 32 * 1024;

const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

/**
 * Pure. Makes a status fit by dropping its oldest events: first those that stand in Slack already, then unsaid ones.
 * Commands, approvals and revisions are never dropped; a status that is too long without any event is answered as it is.
 */
export function fitRecord(status: CanaryStatus, limit: number = STATUS_LIMIT): CanaryStatus {
  let excess = bytesOf(status) - limit;
  if (excess <= 0) return status;
  const { events, announcedThrough } = status.rollout;
  const said = events.filter(({ sequence }) => sequence <= announcedThrough);
  const unsaid = events.filter(({ sequence }) => sequence > announcedThrough);
  const dropped = new Set<number>();
  for (const event of [...said, ...unsaid]) {
    if (excess <= 0) break;
    dropped.add(event.sequence);
    excess -= bytesOf(event) + 1;
  }
  const kept = events.filter(({ sequence }) => !dropped.has(sequence));
  return { ...status, rollout: { ...status.rollout, events: kept } };
}
