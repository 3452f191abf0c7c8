/** One built-in resource, as discovery shows it. Behaviour beyond storage is attached in `behaviour.ts`. */
export interface BuiltinRow {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  /** The client's model that describes the object's fields. */
  readonly model: string;
  readonly short?: readonly string[];
  readonly categories?: readonly string[];
  /** Default true. */
  readonly namespaced?: boolean;
  readonly subresources?: readonly ("status" | "scale" | "log")[];
  /** Whether `metadata.generation` counts changes of the spec. */
  readonly generation?: boolean;
  /** A PUT without resourceVersion is refused where this is false. Default true. */
  readonly unconditionalUpdate?: boolean;
  /** Default "subdomain". */
  readonly nameRule?: "subdomain" | "label" | "path";
}

const RBAC = "rbac.authorization.k8s.io";

export const BUILTIN_ROWS: readonly BuiltinRow[] = [
  {
    group: "",
    version: "v1",
    kind: "Namespace",
    plural: "namespaces",
    model: "V1Namespace",
    short: ["ns"],
    namespaced: false,
    subresources: ["status"],
    nameRule: "label",
  },
  {
    group: "",
    version: "v1",
    kind: "Node",
    plural: "nodes",
    model: "V1Node",
    short: ["no"],
    namespaced: false,
    subresources: ["status"],
  },
  {
    group: "",
    version: "v1",
    kind: "Pod",
    plural: "pods",
    model: "V1Pod",
    short: ["po"],
    categories: ["all"],
    subresources: ["status", "log"],
  },
  {
    group: "",
    version: "v1",
    kind: "Service",
    plural: "services",
    model: "V1Service",
    short: ["svc"],
    categories: ["all"],
    subresources: ["status"],
    nameRule: "label",
  },
  { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", model: "V1ConfigMap", short: ["cm"] },
  { group: "", version: "v1", kind: "Secret", plural: "secrets", model: "V1Secret" },
  { group: "", version: "v1", kind: "Event", plural: "events", model: "CoreV1Event", short: ["ev"] },
  {
    group: "",
    version: "v1",
    kind: "ServiceAccount",
    plural: "serviceaccounts",
    model: "V1ServiceAccount",
    short: ["sa"],
  },
  { group: "", version: "v1", kind: "Endpoints", plural: "endpoints", model: "V1Endpoints", short: ["ep"] },
  {
    group: "",
    version: "v1",
    kind: "PersistentVolumeClaim",
    plural: "persistentvolumeclaims",
    model: "V1PersistentVolumeClaim",
    short: ["pvc"],
    subresources: ["status"],
  },
  {
    group: "",
    version: "v1",
    kind: "ResourceQuota",
    plural: "resourcequotas",
    model: "V1ResourceQuota",
    short: ["quota"],
    subresources: ["status"],
  },
  { group: "", version: "v1", kind: "LimitRange", plural: "limitranges", model: "V1LimitRange", short: ["limits"] },
  {
    group: "apps",
    version: "v1",
    kind: "Deployment",
    plural: "deployments",
    model: "V1Deployment",
    short: ["deploy"],
    categories: ["all"],
    subresources: ["status", "scale"],
    generation: true,
  },
  {
    group: "apps",
    version: "v1",
    kind: "ReplicaSet",
    plural: "replicasets",
    model: "V1ReplicaSet",
    short: ["rs"],
    categories: ["all"],
    subresources: ["status", "scale"],
    generation: true,
  },
  {
    group: "apps",
    version: "v1",
    kind: "DaemonSet",
    plural: "daemonsets",
    model: "V1DaemonSet",
    short: ["ds"],
    categories: ["all"],
    subresources: ["status"],
    generation: true,
  },
  {
    group: "apps",
    version: "v1",
    kind: "ControllerRevision",
    plural: "controllerrevisions",
    model: "V1ControllerRevision",
  },
  {
    group: "autoscaling",
    version: "v2",
    kind: "HorizontalPodAutoscaler",
    plural: "horizontalpodautoscalers",
    model: "V2HorizontalPodAutoscaler",
    short: ["hpa"],
    categories: ["all"],
    subresources: ["status"],
  },
  {
    group: "coordination.k8s.io",
    version: "v1",
    kind: "Lease",
    plural: "leases",
    model: "V1Lease",
    unconditionalUpdate: false,
  },
  {
    group: "discovery.k8s.io",
    version: "v1",
    kind: "EndpointSlice",
    plural: "endpointslices",
    model: "V1EndpointSlice",
    generation: true,
  },
  {
    group: "networking.k8s.io",
    version: "v1",
    kind: "NetworkPolicy",
    plural: "networkpolicies",
    model: "V1NetworkPolicy",
    short: ["netpol"],
    generation: true,
  },
  {
    group: "policy",
    version: "v1",
    kind: "PodDisruptionBudget",
    plural: "poddisruptionbudgets",
    model: "V1PodDisruptionBudget",
    short: ["pdb"],
    subresources: ["status"],
    generation: true,
    unconditionalUpdate: false,
  },
  { group: RBAC, version: "v1", kind: "Role", plural: "roles", model: "V1Role", nameRule: "path" },
  { group: RBAC, version: "v1", kind: "RoleBinding", plural: "rolebindings", model: "V1RoleBinding", nameRule: "path" },
  {
    group: RBAC,
    version: "v1",
    kind: "ClusterRole",
    plural: "clusterroles",
    model: "V1ClusterRole",
    namespaced: false,
    nameRule: "path",
  },
  {
    group: RBAC,
    version: "v1",
    kind: "ClusterRoleBinding",
    plural: "clusterrolebindings",
    model: "V1ClusterRoleBinding",
    namespaced: false,
    nameRule: "path",
  },
  {
    group: "apiextensions.k8s.io",
    version: "v1",
    kind: "CustomResourceDefinition",
    plural: "customresourcedefinitions",
    model: "V1CustomResourceDefinition",
    short: ["crd", "crds"],
    categories: ["api-extensions"],
    namespaced: false,
    subresources: ["status"],
    generation: true,
    unconditionalUpdate: false,
  },
];
