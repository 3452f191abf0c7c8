import { ConflictError, NotFoundError, TerminalError } from "../errors.ts";
import type { Canary } from "../rollout/canary.ts";
import { JSON_PATCH, type KubernetesClient } from "./client.ts";
import type { ClusterWriter, EnsurePrimary } from "./cluster.ts";
import type { Collection } from "./collection.ts";
import type { DeploymentRecord } from "./workloads/deployment-record.ts";
import { primaryName, SELECTOR_LABELS } from "./names.ts";
import { at } from "./object.ts";
import { buildPrimary, editPrimary } from "./workloads/primary-deployment.ts";
import { buildService, ROLES, serviceEdits, serviceName, wantedService } from "./services/services.ts";
import { hashTemplate } from "./workloads/template-hash.ts";
import type { WorkloadCaches } from "./followed-kinds.ts";

interface Parts extends WorkloadCaches {
  readonly client: Pick<KubernetesClient, "request">;
}

/** Changes workloads and Services, each write on condition of the version that was looked at. */
export function createWorkloadWriter(parts: Parts): ClusterWriter {
  return {
    ensureServices: (canary, apexSelects) => ensureServices(parts, canary, apexSelects),
    ensurePrimary: (canary, wanted) => ensurePrimary(parts, canary, wanted),
    restorePrimary: () => Promise.reject(new TerminalError("primary cannot be put back yet")),
    ensureScaler: () => Promise.reject(new TerminalError("scalers cannot be copied yet")),
    restScaler: () => Promise.reject(new TerminalError("scalers cannot be paused yet")),
    handBack: () => Promise.reject(new TerminalError("Services cannot be handed back yet")),
    async scaleTarget(canary, { replicas, resourceVersion }) {
      const { name } = canary.target;
      look(parts.deployments, canary, { name, resourceVersion });
      await patch(parts, parts.deployments, canary, {
        name,
        body: [precondition(resourceVersion), { op: "add", path: "/spec/replicas", value: replicas }],
      });
    },
    async setTargetImage(canary, { container, image, resourceVersion }) {
      const { name } = canary.target;
      const record = look(parts.deployments, canary, { name, resourceVersion });
      const index = record.template.images.findIndex((entry) => entry.container === container);
      if (index === -1) throw new TerminalError(`Deployment ${name} has no container ${container}`);
      await patch(parts, parts.deployments, canary, {
        name,
        body: [
          precondition(resourceVersion),
          { op: "add", path: `/spec/template/spec/containers/${index}/image`, value: image },
        ],
      });
    },
  };
}

const precondition = (resourceVersion: string): object => ({
  op: "replace",
  path: "/metadata/resourceVersion",
  value: resourceVersion,
});

/** The cached record, if it still is the one that was decided on. */
function look(
  deployments: Collection<DeploymentRecord>,
  canary: Canary,
  { name, resourceVersion }: { readonly name: string; readonly resourceVersion: string },
): DeploymentRecord {
  const record = deployments.get(canary.ref.namespace, name);
  if (record?.state.resourceVersion === resourceVersion) return record;
  throw new ConflictError(`while changing Deployment ${name}: it has changed`);
}

async function patch<R>(
  { client }: Parts,
  collection: Collection<R>,
  canary: Canary,
  { name, body }: { readonly name: string; readonly body: readonly object[] },
): Promise<void> {
  const { namespace } = canary.ref;
  const path = collection.path(namespace, name);
  try {
    collection.noteWritten(await client.request({ method: "PATCH", path, contentType: JSON_PATCH, body }));
  } catch (error) {
    if (error instanceof NotFoundError) {
      collection.noteGone(namespace, name);
      throw new ConflictError(`while changing ${path}: it was deleted`, { cause: error });
    }
    throw error;
  }
}

async function ensurePrimary(parts: Parts, canary: Canary, wanted: EnsurePrimary): Promise<void> {
  const { client, deployments } = parts;
  const { namespace } = canary.ref;
  const name = primaryName(canary);
  const present = deployments.get(namespace, name);
  if ((present?.state.resourceVersion ?? null) !== wanted.primaryVersion) {
    throw new ConflictError(`while copying to Deployment ${name}: it has changed`);
  }
  // The only read of a write: caches keep no templates. The content decides, since a status update alone changes the version.
  const target = await client.request({ method: "GET", path: deployments.path(namespace, canary.target.name) });
  if (hashTemplate(at(target, "spec", "template")) !== wanted.revision) {
    throw new ConflictError(`while copying Deployment ${canary.target.name}: it has another revision now`);
  }
  if (present === null || wanted.primaryVersion === null) {
    const body = buildPrimary(canary, target, wanted.revision);
    deployments.noteWritten(await client.request({ method: "POST", path: deployments.path(namespace), body }));
    return;
  }
  const { revision, primaryVersion } = wanted;
  const body = editPrimary(canary, target, { revision, primaryVersion, hasAnnotations: present.hasAnnotations });
  await patch(parts, deployments, canary, { name, body });
}

async function ensureServices(parts: Parts, canary: Canary, apexSelects: "primary" | "target"): Promise<void> {
  const { client, deployments, services } = parts;
  const { namespace } = canary.ref;
  const target = deployments.get(namespace, canary.target.name);
  if (target === null) throw new NotFoundError(`Deployment ${canary.target.name} does not exist`);
  const { selector: label, podLabels } = target;
  if (label === null) {
    const fix = `add one of ${SELECTOR_LABELS.join(", ")} to its spec.selector`;
    throw new TerminalError(`the pods of Deployment ${canary.target.name} cannot be told from others: ${fix}`);
  }
  for (const role of ROLES) {
    const wanted = wantedService(canary, { role, label, apexSelects });
    const record = services.get(namespace, serviceName(canary, role));
    if (record === null) {
      const body = buildService(canary, wanted, label);
      services.noteWritten(await client.request({ method: "POST", path: services.path(namespace), body }));
      continue;
    }
    const edits = serviceEdits(canary, { wanted, record, label, podLabels });
    if (edits.length === 0) continue;
    const body = [precondition(record.resourceVersion), ...edits];
    await patch(parts, services, canary, { name: wanted.name, body });
  }
}
