import { ConflictError, NotFoundError, TerminalError } from "../../errors.ts";
import type { Canary } from "../../rollout/canary.ts";
import type { CopyRules } from "../copy-rules.ts";
import type { FollowedKinds } from "../followed-kinds.ts";
import { onlyVersion } from "../json-patch.ts";
import { selectorObstacle } from "../workloads/selector-label.ts";
import { buildServiceCopy, contentOf, setContent } from "../workloads/service-target.ts";
import type { Writes } from "../writes.ts";
import { handBackEdits } from "./hand-back.ts";
import { selectingOf } from "./look-at-services.ts";
import { buildService, ROLES, serviceEdits, serviceName, wantedService } from "./services.ts";

export interface ServiceWriting {
  readonly kinds: FollowedKinds;
  readonly rules: CopyRules;
  readonly writes: Writes;
}

/** Creates or repairs the Services of a canary; no request for what is as it should be. */
export function ensureServices(
  parts: ServiceWriting,
  canary: Canary,
  apexSelects: "primary" | "target",
): Promise<void> {
  return canary.target.kind === "Service" ? ensureCanaryCopy(parts, canary) : ensureThree(parts, canary, apexSelects);
}

async function ensureThree(
  { kinds, rules, writes }: ServiceWriting,
  canary: Canary,
  apexSelects: "primary" | "target",
): Promise<void> {
  const { services } = kinds;
  const { namespace } = canary.ref;
  const { kind, name: target } = canary.target;
  if (kinds.workloads[kind].get(namespace, target) === null)
    throw new NotFoundError(`${kind} ${target} does not exist`);
  const selecting = selectingOf(kinds, canary);
  const obstacle = selectorObstacle(selecting?.label ?? null, rules);
  if (selecting === null || obstacle !== null) throw new TerminalError(`${kind} ${target}: ${obstacle?.message ?? ""}`);
  for (const role of ROLES) {
    const wanted = wantedService(canary, { role, selecting, apexSelects });
    const { name } = wanted;
    const record = services.get(namespace, serviceName(canary, role));
    if (record === null) {
      await writes.create(services, namespace, buildService(canary, wanted, selecting.label));
      continue;
    }
    const edits = serviceEdits(canary, { wanted, record, selecting });
    if (edits.length === 0) continue;
    await writes.patch(services, { namespace, name }, [onlyVersion(record.resourceVersion), ...edits]);
  }
}

/** The canary's Service says what the target says; whom it leads to is what is rolled out. */
async function ensureCanaryCopy({ kinds, rules, writes }: ServiceWriting, canary: Canary): Promise<void> {
  const { services } = kinds;
  const { namespace } = canary.ref;
  const name = serviceName(canary, "canary");
  const target = await writes.read(services, { namespace, name: canary.target.name });
  if (target === null) throw new NotFoundError(`Service ${canary.target.name} does not exist`);
  const record = services.get(namespace, name);
  if (record === null) {
    await writes.create(services, namespace, buildServiceCopy({ canary, target, rules }, name));
    return;
  }
  const present = await writes.read(services, { namespace, name });
  if (present === null) throw new ConflictError(`while changing Service ${name}: it was deleted`);
  const edits = [onlyVersion(record.resourceVersion), setContent(contentOf(target), present)];
  await writes.patch(services, { namespace, name }, edits);
}

/** An apex Service that was there before us leads to the target again. One of ours goes with the Canary. */
export async function handBack({ kinds, writes }: ServiceWriting, canary: Canary): Promise<void> {
  const { services } = kinds;
  const { namespace } = canary.ref;
  const name = canary.service.name;
  const record = services.get(namespace, name);
  if (canary.target.kind === "Service" || record === null || record.owner === canary.ref.uid) return;
  const edits = handBackEdits(record, selectingOf(kinds, canary)?.label ?? null);
  if (edits.length === 0) return;
  await writes.patch(services, { namespace, name }, [onlyVersion(record.resourceVersion), ...edits]);
}
