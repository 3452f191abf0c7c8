import type { JsonObject } from "./json.ts";
import { NODE_IP, NODE_NAME } from "./controllers/pod.ts";

/** What a fresh cluster holds; `now` is an RFC 3339 time. */
export function initialObjects(now: string): JsonObject[] {
  const namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];
  return [
    ...namespaces.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
    {
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name: NODE_NAME,
        labels: {
          "kubernetes.io/hostname": NODE_NAME,
          "kubernetes.io/os": "linux",
          "node-role.kubernetes.io/control-plane": "",
        },
      },
      spec: {},
      status: {
        conditions: [
          {
            type: "Ready",
            status: "True",
            reason: "KubeletReady",
            message: "kubelet is posting ready status",
            lastHeartbeatTime: now,
            lastTransitionTime: now,
          },
        ],
        nodeInfo: {
          architecture: "amd64",
          bootID: "",
          containerRuntimeVersion: "emulated://1.0.0",
          kernelVersion: "",
          kubeProxyVersion: "v1.32.4",
          kubeletVersion: "v1.32.4",
          machineID: "",
          operatingSystem: "linux",
          osImage: "emulated",
          systemUUID: "",
        },
        addresses: [{ type: "InternalIP", address: NODE_IP }],
        capacity: { cpu: "8", memory: "32Gi", pods: "10000" },
        allocatable: { cpu: "8", memory: "32Gi", pods: "10000" },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name: "kubernetes",
        namespace: "default",
        labels: { component: "apiserver", provider: "kubernetes" },
      },
      spec: { type: "ClusterIP", clusterIP: "10.96.0.1", ports: [{ name: "https", port: 443, targetPort: 6443 }] },
    },
  ];
}
