import type { MergeRule } from "../schema/schema.ts";

const by = (key: string): MergeRule => ({ key, merges: true });
const values: MergeRule = { merges: true };

/**
 * How a strategic merge patch treats lists, by model and field. The client's models do not carry this.
 * A list that is not here is replaced as a whole, as for Kubernetes' atomic lists.
 */
export const MERGE_RULES: Readonly<Record<string, Readonly<Record<string, MergeRule>>>> = {
  V1ObjectMeta: { ownerReferences: by("uid"), finalizers: values },
  V1PodSpec: {
    containers: by("name"),
    initContainers: by("name"),
    ephemeralContainers: by("name"),
    volumes: { key: "name", merges: true, retainsKeys: true },
    imagePullSecrets: by("name"),
    hostAliases: by("ip"),
    topologySpreadConstraints: by("topologyKey"),
    resourceClaims: { key: "name", merges: true, retainsKeys: true },
    schedulingGates: by("name"),
  },
  V1Container: {
    ports: by("containerPort"),
    env: by("name"),
    volumeMounts: by("mountPath"),
    volumeDevices: by("devicePath"),
  },
  V1EphemeralContainer: {
    ports: by("containerPort"),
    env: by("name"),
    volumeMounts: by("mountPath"),
    volumeDevices: by("devicePath"),
  },
  V1PodStatus: { conditions: by("type"), podIPs: by("ip"), hostIPs: by("ip") },
  V1ServiceSpec: { ports: by("port") },
  V1ServiceStatus: { conditions: by("type") },
  V1ServiceAccount: { secrets: by("name") },
  V1NamespaceStatus: { conditions: by("type") },
  V1NodeSpec: { podCIDRs: values },
  V1NodeStatus: { addresses: by("type"), conditions: by("type") },
  V1PersistentVolumeClaimStatus: { conditions: by("type") },
  V1DeploymentSpec: { strategy: { merges: false, retainsKeys: true } },
  V1DeploymentStatus: { conditions: by("type") },
  V1ReplicaSetStatus: { conditions: by("type") },
  V1DaemonSetStatus: { conditions: by("type") },
  V2HorizontalPodAutoscalerStatus: { conditions: by("type") },
  V1PodDisruptionBudgetStatus: { conditions: by("type") },
};
