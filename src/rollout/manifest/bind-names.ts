import type { Canary } from "../canary.ts";
import type { Rollout } from "../rollout.ts";
import type { ReadCanary } from "./read-canary.ts";

/**
 * Holds a manifest to the target and Service that its record began with. Primary, Services and routes are called after them: another
 * name would lead everybody to a primary that nobody has made. It is refused, and rollback goes on with the names of the record.
 */
export function bindNames(read: ReadCanary, rollout: Rollout | null): ReadCanary {
  const names = rollout?.names ?? null;
  if (names === null) return read;
  if (read.canary === null) return { ...read, retreat: read.retreat && renamed(read.retreat, names) };
  const { target, service } = read.canary;
  const changedTarget = target.name !== names.target;
  if (!changedTarget && service.name === names.service) return read;
  const path = changedTarget ? "spec.targetRef.name" : "spec.service.name";
  const was = changedTarget ? names.target : names.service;
  const problem = `cannot be changed; this canary was set up with ${was}`;
  const fix = `Put ${was} back, or delete this Canary and create another one.`;
  return { canary: null, problem: { path, problem, fix }, retreat: renamed(read.canary, names) };
}

function renamed(canary: Canary, names: NonNullable<Rollout["names"]>): Canary {
  const hosts = canary.service.http.hosts.map((host) => (host === canary.service.name ? names.service : host));
  const service = { ...canary.service, name: names.service, http: { ...canary.service.http, hosts } };
  return { ...canary, target: { ...canary.target, name: names.target }, service };
}
