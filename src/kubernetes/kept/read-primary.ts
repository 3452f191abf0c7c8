import { ConflictError } from "../../errors.ts";
import type { Canary } from "../../rollout/canary.ts";
import type { FollowedKinds } from "../followed-kinds.ts";
import { primaryName } from "../names.ts";
import { identify, type KubernetesObject } from "../object.ts";
import type { Writes } from "../writes.ts";

/** The whole primary, of exactly the version that was decided on; ConflictError when it has another one or is gone. */
export async function readPrimary(
  { kinds, writes }: { readonly kinds: FollowedKinds; readonly writes: Writes },
  canary: Canary,
  version: string,
): Promise<KubernetesObject> {
  const { kind } = canary.target;
  const key = { namespace: canary.ref.namespace, name: primaryName(canary) };
  const primary = await writes.read(kinds.workloads[kind], key);
  if (primary !== null && identify(primary).resourceVersion === version) return primary;
  throw new ConflictError(`while changing ${kind} ${key.name}: it has changed`);
}
