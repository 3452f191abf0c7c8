import type { KubernetesObject } from "../../kubernetes/object.ts";
import type { Canary } from "../../rollout/canary.ts";
import type { OpenRouter } from "../router.ts";
import { mustBeCurrent, objectWriter, together } from "../routing-objects.ts";
import { handBackEdits } from "./hand-back.ts";
import { buildHttpRoute, editHttpRoute, findLost, observeRoute, type Wanted } from "./http-route.ts";
import { readHttpRoute } from "./http-route-record.ts";

/** Routes by weights in one HTTPRoute. */
export const openGatewayApiRouter: OpenRouter = ({ client, open, onChange }, api) => {
  const routes = open({ resource: { api, plural: "httproutes" }, project: readHttpRoute, onChange });
  const writer = objectWriter({ client, collection: routes, api, kind: "HTTPRoute" });
  const find = ({ ref, service }: Canary) => routes.get(ref.namespace, service.name);
  const placeOf = ({ ref, service }: Canary) => ({ namespace: ref.namespace, name: service.name });
  return {
    observe(canary) {
      const record = find(canary);
      return record === null ? { kind: "absent" } : observeRoute(canary, record);
    },
    async setRoute(canary, wanted) {
      const record = find(canary);
      mustBeCurrent(`HTTPRoute ${canary.service.name}`, record, wanted);
      const answer =
        record === null
          ? await writer.create(canary.ref.namespace, buildHttpRoute(canary, wanted))
          : await writer.patch(placeOf(canary), editHttpRoute(canary, record, wanted));
      mustBeKept(canary, answer, wanted);
    },
    async handBack(canary) {
      const record = find(canary);
      const edits = record === null ? [] : handBackEdits(canary, record);
      if (edits.length > 0) await writer.patch(placeOf(canary), edits);
    },
    ...together([routes]),
  };
};

/** An older definition of the kind drops fields that it does not know, without a word. */
function mustBeKept(canary: Canary, answer: KubernetesObject, wanted: Wanted): void {
  const lost = findLost(canary, readHttpRoute(answer), wanted);
  if (lost === null) return;
  throw new Error(
    `while routing by HTTPRoute ${canary.service.name}: the cluster did not keep ${lost}; install a newer version of the Gateway API`,
  );
}
