/** How much of a real API server's behaviour a part has. */
export type Support = "supported" | "partly" | "not";

export interface CoverageRow {
  readonly what: string;
  readonly support: Support;
  /** What is missing, or how it differs. */
  readonly note?: string;
}

/**
 * Built-in resources as `plural.group/version` with their subresources; `test/unit/playground/kubernetes/coverage.test.ts`
 * keeps this list equal to what is registered.
 */
export const RESOURCE_COVERAGE: readonly CoverageRow[] = [
  { what: "namespaces/v1", support: "supported", note: "no finalize subresource" },
  { what: "namespaces/v1/status", support: "supported" },
  { what: "nodes/v1", support: "partly", note: "one fixed node that always has room" },
  { what: "nodes/v1/status", support: "partly", note: "stored only" },
  {
    what: "pods/v1",
    support: "partly",
    note: "containers are played from the image's tag; no init containers, volumes or evictions",
  },
  { what: "pods/v1/status", support: "supported" },
  { what: "pods/v1/log", support: "partly", note: "one line of text, no follow" },
  { what: "services/v1", support: "supported", note: "load balancers stay pending" },
  { what: "services/v1/status", support: "supported" },
  { what: "configmaps/v1", support: "supported" },
  { what: "secrets/v1", support: "supported" },
  { what: "events/v1", support: "partly", note: "expire after an hour; controllers stop writing at 5,000" },
  { what: "serviceaccounts/v1", support: "partly", note: "no tokens" },
  { what: "endpoints/v1", support: "supported" },
  { what: "persistentvolumeclaims/v1", support: "partly", note: "stored only" },
  { what: "persistentvolumeclaims/v1/status", support: "partly", note: "stored only" },
  { what: "resourcequotas/v1", support: "partly", note: "stored, not enforced" },
  { what: "resourcequotas/v1/status", support: "partly", note: "stored only" },
  { what: "limitranges/v1", support: "partly", note: "stored, not enforced" },
  {
    what: "deployments.apps/v1",
    support: "supported",
    note: "a resize in the middle of a rollout is not spread over all sets in proportion",
  },
  { what: "deployments.apps/v1/status", support: "supported" },
  { what: "deployments.apps/v1/scale", support: "supported" },
  { what: "replicasets.apps/v1", support: "supported", note: "adopts no orphaned pods" },
  { what: "replicasets.apps/v1/status", support: "supported" },
  { what: "replicasets.apps/v1/scale", support: "supported" },
  {
    what: "daemonsets.apps/v1",
    support: "partly",
    note: "replaces all outdated pods at once; writes no ControllerRevisions",
  },
  { what: "daemonsets.apps/v1/status", support: "supported" },
  { what: "controllerrevisions.apps/v1", support: "supported" },
  {
    what: "horizontalpodautoscalers.autoscaling/v2",
    support: "partly",
    note: "keeps its target inside the bounds; there are no metrics; v1 is not served",
  },
  { what: "horizontalpodautoscalers.autoscaling/v2/status", support: "supported" },
  { what: "leases.coordination.k8s.io/v1", support: "supported" },
  { what: "endpointslices.discovery.k8s.io/v1", support: "partly", note: "one slice a Service" },
  { what: "events.events.k8s.io/v1", support: "partly", note: "a read-only view of core events" },
  { what: "networkpolicies.networking.k8s.io/v1", support: "partly", note: "stored, not enforced" },
  { what: "poddisruptionbudgets.policy/v1", support: "partly", note: "stored, not enforced" },
  { what: "poddisruptionbudgets.policy/v1/status", support: "partly", note: "stored only" },
  { what: "roles.rbac.authorization.k8s.io/v1", support: "partly", note: "stored, not enforced" },
  { what: "rolebindings.rbac.authorization.k8s.io/v1", support: "partly", note: "stored, not enforced" },
  { what: "clusterroles.rbac.authorization.k8s.io/v1", support: "partly", note: "stored, not enforced" },
  { what: "clusterrolebindings.rbac.authorization.k8s.io/v1", support: "partly", note: "stored, not enforced" },
  {
    what: "customresourcedefinitions.apiextensions.k8s.io/v1",
    support: "partly",
    note: "no conversion webhooks; names are never in conflict",
  },
  { what: "customresourcedefinitions.apiextensions.k8s.io/v1/status", support: "supported" },
];

/** Everything that is no resource. */
export const FEATURE_COVERAGE: readonly CoverageRow[] = [
  { what: "get, list, create, update, delete, deletecollection, dryRun=All", support: "supported" },
  { what: "list in pages at one revision; resourceVersionMatch", support: "supported" },
  { what: "watch: resume, selectors, bookmarks, timeouts, 410 Gone", support: "supported" },
  { what: "watch: sendInitialEvents", support: "supported" },
  { what: "JSON patch, merge patch, strategic merge patch", support: "supported" },
  { what: "server-side apply, managedFields", support: "supported", note: "controllers of the emulator own nothing" },
  {
    what: "fieldValidation Strict, Warn and Ignore",
    support: "partly",
    note: "duplicate keys of a YAML body are refused as malformed",
  },
  {
    what: "validation of built-in kinds",
    support: "partly",
    note: "names, labels, required fields and the commonest rules of each kind",
  },
  {
    what: "structural schemas: pruning, defaults, validation",
    support: "partly",
    note: "x-kubernetes-validations (CEL) are not evaluated; old faults are not forgiven on update",
  },
  { what: "tables and printer columns", support: "supported" },
  { what: "PartialObjectMetadata", support: "supported" },
  {
    what: "discovery, aggregated and not; OpenAPI v3",
    support: "partly",
    note: "built-in fields have no descriptions",
  },
  { what: "OpenAPI v2", support: "partly", note: "a document without definitions" },
  {
    what: "protobuf bodies",
    support: "partly",
    note: "read for the kinds that `kubectl create` sends, else 415; answers are JSON",
  },
  { what: "owner references: background, foreground and orphan deletion", support: "supported" },
  { what: "namespaces: deletion of the content", support: "supported" },
  {
    what: "authentication, authorization, admission webhooks",
    support: "not",
    note: "everybody may do everything; access reviews say so",
  },
  { what: "exec, attach, port-forward, proxy, eviction", support: "not", note: "404" },
  { what: "statefulsets, jobs, cronjobs, ingresses, storage classes", support: "not", note: "404" },
];
