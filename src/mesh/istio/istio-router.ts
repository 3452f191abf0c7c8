import { ConflictError, NotFoundError } from "../../errors.ts";
import { JSON_PATCH, type KubernetesClient } from "../../kubernetes/client.ts";
import type { Collection, Resource } from "../../kubernetes/collection.ts";
import type { Canary } from "../../rollout/canary.ts";
import type { OpenRouter, SetRoute } from "../router.ts";
import {
  buildDestinationRule,
  destinationRuleNames,
  editDestinationRule,
  isIntact,
  readDestinationRule,
  type DestinationRuleRecord,
} from "./destination-rule.ts";
import { buildVirtualService, editVirtualService, observeRoute } from "./virtual-service.ts";
import { readVirtualService, type VirtualServiceRecord } from "./virtual-service-record.ts";

const VIRTUAL_SERVICES: Resource = { api: "/apis/networking.istio.io/v1beta1", plural: "virtualservices" };
const DESTINATION_RULES: Resource = { api: "/apis/networking.istio.io/v1beta1", plural: "destinationrules" };

interface Parts {
  readonly client: Pick<KubernetesClient, "request">;
  readonly virtualServices: Collection<VirtualServiceRecord>;
  readonly destinationRules: Collection<DestinationRuleRecord>;
}

/** Routes by weights in one VirtualService, with one DestinationRule for each of its two destinations. */
export const openIstioRouter: OpenRouter = ({ client, open, onChange }) => {
  const parts: Parts = {
    client,
    virtualServices: open({ resource: VIRTUAL_SERVICES, project: readVirtualService, onChange }),
    destinationRules: open({ resource: DESTINATION_RULES, project: readDestinationRule, onChange }),
  };
  const caches = [parts.virtualServices, parts.destinationRules];
  return {
    observe(canary) {
      const record = parts.virtualServices.get(canary.ref.namespace, canary.service.name);
      if (record === null) return { kind: "absent" };
      const route = observeRoute(canary, record);
      return route.kind === "present" ? { ...route, intact: route.intact && rulesIntact(parts, canary) } : route;
    },
    async setRoute(canary, wanted) {
      const record = parts.virtualServices.get(canary.ref.namespace, canary.service.name);
      if ((record?.resourceVersion ?? null) !== wanted.resourceVersion) {
        throw new ConflictError(`while routing ${canary.service.name}: its VirtualService has changed`);
      }
      // First, since a route to a host without its policy would be served for a moment.
      await ensureDestinationRules(parts, canary);
      if (record === null) await create(parts, canary, wanted);
      else await edit(parts, canary, record, wanted);
    },
    handBack: async () => {},
    synced: Promise.all(caches.map(({ synced }) => synced)).then(() => {}),
    isSynced: () => caches.every((cache) => cache.isSynced()),
    age: () => Math.max(...caches.map((cache) => cache.age())),
    stop: async () => void (await Promise.all(caches.map((cache) => cache.stop()))),
  };
};

function rulesIntact({ destinationRules }: Parts, canary: Canary): boolean {
  return destinationRuleNames(canary).every((name) =>
    isIntact(canary, name, destinationRules.get(canary.ref.namespace, name)),
  );
}

async function ensureDestinationRules({ client, destinationRules }: Parts, canary: Canary): Promise<void> {
  const { namespace } = canary.ref;
  for (const name of destinationRuleNames(canary)) {
    const record = destinationRules.get(namespace, name);
    if (isIntact(canary, name, record)) continue;
    const request =
      record === null
        ? ({
            method: "POST",
            path: destinationRules.path(namespace),
            body: buildDestinationRule(canary, name),
          } as const)
        : ({
            method: "PATCH",
            path: destinationRules.path(namespace, name),
            contentType: JSON_PATCH,
            body: editDestinationRule(canary, name, record),
          } as const);
    destinationRules.noteWritten(await client.request(request));
  }
}

async function create({ client, virtualServices }: Parts, canary: Canary, wanted: SetRoute): Promise<void> {
  const path = virtualServices.path(canary.ref.namespace);
  const body = buildVirtualService(canary, wanted);
  virtualServices.noteWritten(await client.request({ method: "POST", path, body }));
}

async function edit(
  { client, virtualServices }: Parts,
  canary: Canary,
  record: VirtualServiceRecord,
  wanted: SetRoute,
): Promise<void> {
  const { namespace } = canary.ref;
  const { name } = canary.service;
  const path = virtualServices.path(namespace, name);
  const body = editVirtualService(canary, record, wanted);
  try {
    virtualServices.noteWritten(await client.request({ method: "PATCH", path, contentType: JSON_PATCH, body }));
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    virtualServices.noteGone(namespace, name);
    throw new ConflictError(`while routing ${name}: its VirtualService was deleted`, { cause: error });
  }
}
