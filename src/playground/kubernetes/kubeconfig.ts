import { stringify } from "yaml";

/**
 * A kubeconfig for a server on plain HTTP. `insecure-skip-tls-verify` is what lets @kubernetes/client-node
 * talk HTTP at all; kubectl takes it too, as long as no certificate authority stands beside it.
 */
export function kubeconfigText(clusterName: string, url: string): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: clusterName, cluster: { server: url, "insecure-skip-tls-verify": true } }],
    users: [{ name: clusterName, user: {} }],
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName, namespace: "default" } }],
    "current-context": clusterName,
  });
}
