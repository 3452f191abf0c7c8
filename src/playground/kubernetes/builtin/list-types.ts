import type { Schema } from "../schema/schema.ts";
import { schemaWith } from "../schema/schema.ts";

type ListType = "set" | "atomic" | readonly string[];

const byType = ["type"];
const byName = ["name"];
const container = {
  env: byName,
  ports: ["containerPort", "protocol"],
  volumeDevices: ["devicePath"],
  volumeMounts: ["mountPath"],
};

/**
 * What server-side apply merges item by item, by model and field: the keys of a list, sets, and maps that are one whole. As in the
 * API's OpenAPI document, which the client's models leave out. A list that is not here is one whole.
 */
const LIST_TYPES: Readonly<Record<string, Readonly<Record<string, ListType>>>> = {
  V1Container: container,
  V1EphemeralContainer: container,
  V1ContainerRestartRuleOnExitCodes: { values: "set" },
  V1ContainerStatus: { allocatedResourcesStatus: byName, volumeMounts: ["mountPath"] },
  V1CustomResourceDefinitionStatus: { conditions: byType },
  V1DaemonSetStatus: { conditions: byType },
  V1DeploymentStatus: { conditions: byType },
  V1Endpoint: { addresses: "set" },
  V1NamespaceStatus: { conditions: byType },
  V1NodeAllocatableResourceClaimStatus: { containers: "set" },
  V1NodeSpec: { podCIDRs: "set" },
  V1NodeStatus: { addresses: byType, conditions: byType },
  V1ObjectMeta: { finalizers: "set", ownerReferences: ["uid"] },
  V1PersistentVolumeClaimStatus: { conditions: byType },
  V1PodDisruptionBudgetStatus: { conditions: byType },
  V1PodSpec: {
    containers: byName,
    ephemeralContainers: byName,
    hostAliases: ["ip"],
    imagePullSecrets: byName,
    initContainers: byName,
    nodeSelector: "atomic",
    resourceClaims: byName,
    schedulingGates: byName,
    topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
    volumes: byName,
  },
  V1PodStatus: { conditions: byType, podIPs: ["ip"], resourceClaimStatuses: byName },
  V1ReplicaSetStatus: { conditions: byType },
  V1ResourceRequirements: { claims: byName },
  V1ResourceStatus: { resources: ["resourceID"] },
  V1ServiceAccount: { secrets: byName },
  V1ServiceSpec: { ports: ["port", "protocol"], selector: "atomic" },
  V1ServiceStatus: { conditions: byType },
  V2HorizontalPodAutoscalerStatus: { conditions: byType },
};

const ATOMIC_MODELS = new Set([
  "CoreV1EndpointPort",
  "DiscoveryV1EndpointPort",
  "RbacV1Subject",
  "V1ConfigMapKeySelector",
  "V1EndpointAddress",
  "V1FileKeySelector",
  "V1LabelSelector",
  "V1LocalObjectReference",
  "V1NodeSelector",
  "V1NodeSelectorTerm",
  "V1ObjectFieldSelector",
  "V1ObjectReference",
  "V1OwnerReference",
  "V1ResourceFieldSelector",
  "V1RoleRef",
  "V1ScopeSelector",
  "V1SecretKeySelector",
  "V1TypedLocalObjectReference",
]);

/** Keys of list items that may be left out. */
const KEY_DEFAULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  V1ContainerPort: { protocol: "TCP" },
  V1ServicePort: { protocol: "TCP" },
};

/** The field's schema, with what server-side apply has to know of it. */
export function withListType(model: string, field: string, schema: Schema): Schema {
  const type = LIST_TYPES[model]?.[field];
  const fallback = KEY_DEFAULTS[model]?.[field];
  return schemaWith({
    ...schema,
    ...(fallback === undefined ? {} : { fallback }),
    listSet: type === "set",
    listMapKeys: typeof type === "object" ? type : [],
    atomic: type === "atomic" || schema.atomic,
  });
}

export function isAtomicModel(model: string): boolean {
  return ATOMIC_MODELS.has(model);
}
