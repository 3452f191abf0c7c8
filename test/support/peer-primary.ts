import { randomUUID } from "node:crypto";

interface Target {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: {
      readonly metadata: {
        readonly labels: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
      };
      readonly spec: object;
    };
    readonly [key: string]: unknown;
  };
}

const withoutToolkit = (texts: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(Object.entries(texts).filter(([key]) => !key.includes("toolkit.fluxcd.io")));

/**
 * A primary as another controller of the same API leaves it: nothing of ours is noted on it, its pods carry a random id, and its
 * pod spec is the target's with other names. `podSpec` is the pod spec with those names.
 */
export function peerPrimary(target: Target, podSpec: object, owner: { readonly name: string; readonly uid: string }) {
  const [[key, value] = ["app", ""]] = Object.entries(target.spec.selector.matchLabels);
  const own = { [key]: `${value}-primary` };
  const { template, selector: _, ...fields } = target.spec;
  return {
    apiVersion: "apps/v1",
    kind: target.kind,
    metadata: {
      name: `${target.metadata.name}-primary`,
      namespace: "demo",
      labels: own,
      annotations: {
        ...withoutToolkit(target.metadata.annotations),
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
      },
      ownerReferences: [ownerReference(owner)],
    },
    spec: {
      ...fields,
      selector: { matchLabels: own },
      template: {
        metadata: {
          labels: { ...withoutToolkit(template.metadata.labels), ...own },
          annotations: { ...withoutToolkit(template.metadata.annotations), "flagger-id": randomUUID() },
        },
        spec: podSpec,
      },
    },
  };
}

/** A ConfigMap or Secret as it copies one: without binary data, annotations and most labels. */
export function peerConfig(
  config: { readonly kind: string; readonly metadata: { readonly name: string }; readonly [key: string]: unknown },
  owner: { readonly name: string; readonly uid: string },
) {
  const { binaryData: _, ...content } = config;
  const metadata = {
    name: `${config.metadata.name}-primary`,
    namespace: "demo",
    ownerReferences: [ownerReference(owner)],
  };
  return { ...content, metadata };
}

const ownerReference = ({ name, uid }: { readonly name: string; readonly uid: string }) => ({
  apiVersion: "flagger.app/v1beta1",
  kind: "Canary",
  name,
  uid,
  controller: true,
  blockOwnerDeletion: true,
});
