import type { Collection } from "../../kubernetes/collection.ts";
import type { Canary } from "../../rollout/canary.ts";
import type { OpenRouter } from "../router.ts";
import { mustBeCurrent, objectWriter, together, type ObjectWriter } from "../routing-objects.ts";
import {
  buildDestinationRule,
  destinationRuleNames,
  editDestinationRule,
  isIntact,
  readDestinationRule,
  type DestinationRuleRecord,
} from "./destination-rule.ts";
import { handBackEdits } from "./hand-back.ts";
import { buildVirtualService, editVirtualService, observeRoute } from "./virtual-service.ts";
import { readVirtualService } from "./virtual-service-record.ts";

interface DestinationRules {
  readonly collection: Collection<DestinationRuleRecord>;
  readonly writer: ObjectWriter;
}

/** Routes by weights in one VirtualService, with one DestinationRule for each of its two destinations. */
export const openIstioRouter: OpenRouter = ({ client, open, onChange }, api) => {
  const resource = (plural: string) => ({ api, plural });
  const services = open({ resource: resource("virtualservices"), project: readVirtualService, onChange });
  const collection = open({ resource: resource("destinationrules"), project: readDestinationRule, onChange });
  const writer = objectWriter({ client, collection: services, api, kind: "VirtualService" });
  const rules = { collection, writer: objectWriter({ client, collection, api, kind: "DestinationRule" }) };
  const find = ({ ref, service }: Canary) => services.get(ref.namespace, service.name);
  const placeOf = ({ ref, service }: Canary) => ({ namespace: ref.namespace, name: service.name });
  return {
    observe(canary) {
      const record = find(canary);
      if (record === null) return { kind: "absent" };
      const route = observeRoute(canary, record);
      return route.kind === "present" ? { ...route, intact: route.intact && rulesIntact(rules, canary) } : route;
    },
    async setRoute(canary, wanted) {
      const record = find(canary);
      mustBeCurrent(`VirtualService ${canary.service.name}`, record, wanted);
      // First, since a route to a host without its policy would be served for a moment.
      await ensureRules(rules, canary);
      if (record === null) await writer.create(canary.ref.namespace, buildVirtualService(canary, wanted));
      else await writer.patch(placeOf(canary), editVirtualService(canary, record, wanted));
    },
    async handBack(canary) {
      const record = find(canary);
      const edits = record === null ? [] : handBackEdits(canary, record);
      if (edits.length > 0) await writer.patch(placeOf(canary), edits);
    },
    ...together([services, collection]),
  };
};

function rulesIntact({ collection }: DestinationRules, canary: Canary): boolean {
  return destinationRuleNames(canary).every((name) =>
    isIntact(canary, name, collection.get(canary.ref.namespace, name)),
  );
}

async function ensureRules({ collection, writer }: DestinationRules, canary: Canary): Promise<void> {
  const { namespace } = canary.ref;
  for (const name of destinationRuleNames(canary)) {
    const record = collection.get(namespace, name);
    if (isIntact(canary, name, record)) continue;
    if (record === null) await writer.create(namespace, buildDestinationRule(canary, name));
    else await writer.patch({ namespace, name }, editDestinationRule(canary, name, record));
  }
}
