import { AddressPool } from "./builtin/addresses.ts";
import { builtinResources } from "./builtin/builtin-resources.ts";
import { ModelSchemas } from "./builtin/model-schemas.ts";
import { badRequest } from "./api-error.ts";
import { systemClock, timestamp } from "./clock.ts";
import { allControllers } from "./controllers/all.ts";
import { ControllerLoop } from "./controllers/controller-loop.ts";
import { serveDefinitions } from "./controllers/definition.ts";
import { podLog } from "./controllers/pod.ts";
import { Discovery } from "./discovery/discovery.ts";
import { Faults } from "./faults.ts";
import { ApiServer } from "./http/api-server.ts";
import type { JsonObject } from "./json.ts";
import { stringAt } from "./json.ts";
import { kubeconfigText } from "./kubeconfig.ts";
import { namespaceOf, splitApiVersion } from "./objects.ts";
import type { KubernetesOptions } from "./options.ts";
import { Registry } from "./registry.ts";
import { RequestCounter } from "./requests.ts";
import { initialObjects } from "./seed.ts";
import { ObjectStore } from "./storage/object-store.ts";
import { WatchSet } from "./verbs/watch.ts";
import { Cluster } from "./writing/cluster.ts";

/** A running cluster. */
export interface KubernetesEmulator {
  /** Base address, without a slash at the end. */
  readonly url: string;
  /** YAML that kubectl and @kubernetes/client-node understand. */
  readonly kubeconfig: string;
  readonly requests: RequestCounter;
  readonly faults: Faults;
  /** Creates objects in order, as a client would. Throws an ApiError at the first refusal. */
  apply(objects: readonly JsonObject[]): Promise<void>;
  /** Ends all connections and timers. */
  stop(): Promise<void>;
}

/** Starts an API server with its controllers on the loopback address. Throws when the port is taken. */
export async function startKubernetes(options: KubernetesOptions): Promise<KubernetesEmulator> {
  const schemas = new ModelSchemas();
  const pool = new AddressPool();
  const registry = new Registry();
  for (const resource of builtinResources(schemas, pool)) registry.add(resource);
  const store = new ObjectStore(options.watchHistory ?? 5_000);
  const clock = options.clock ?? systemClock;
  const metadataSchema = schemas.schemaOf("V1ObjectMeta");
  const cluster = new Cluster({ store, registry, clock, metadataSchema });
  const watches = new WatchSet();
  serveDefinitions(cluster, watches);
  store.subscribe((id, event) => {
    if (id === "services" && event.type === "DELETED") pool.release(stringAt(event.object, "spec", "clusterIP") ?? "");
  });
  const loop = new ControllerLoop({
    store,
    clock,
    controllers: allControllers(cluster, pool, options),
    onError: options.onError ?? (() => undefined),
  });
  const faults = new Faults({ watches, compact: () => store.compact() });
  const requests = new RequestCounter();
  let url = "";
  const discovery = new Discovery({
    registry,
    metadata: metadataSchema,
    serverAddress: () => url.replace("http://", ""),
  });
  const services = {
    cluster,
    watching: { watches, bookmarkEveryMs: options.bookmarkEveryMs ?? 60_000 },
    readLog: podLog,
  };
  const server = new ApiServer({ services, discovery, faults, requests });
  for (const object of initialObjects(timestamp(clock.now()))) createOne(cluster, object);
  url = `http://127.0.0.1:${await server.listen(options.port ?? 0)}`;
  return {
    url,
    kubeconfig: kubeconfigText(options.clusterName, url),
    requests,
    faults,
    apply: async (objects) => {
      for (const object of objects) createOne(cluster, object);
    },
    stop: async () => {
      loop.stop();
      await server.close();
    },
  };
}

/** Creates an object where its own kind and namespace say. */
function createOne(cluster: Cluster, object: JsonObject): void {
  const { group, version } = splitApiVersion(stringAt(object, "apiVersion") ?? "");
  const kind = stringAt(object, "kind") ?? "";
  const resource = cluster.registry.findKind(group, version, kind);
  if (resource === undefined)
    throw badRequest(`no matches for kind "${kind}" in version "${stringAt(object, "apiVersion")}"`);
  const namespace = resource.namespaced ? namespaceOf(object) || "default" : "";
  cluster.create({ resource, namespace }, object, { dryRun: false, fieldValidation: "Strict", warn: () => undefined });
}
