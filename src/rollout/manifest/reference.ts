import { found, wrong, type Found } from "./found.ts";

/** Whose manifest it is, and whether it may refer to objects of other namespaces. */
export interface Home {
  readonly namespace: string;
  readonly noCrossNamespaceRefs: boolean;
}

/** The namespace of an object that a manifest refers to: its own unless it names another one, which may be forbidden. */
export function readNamespace(path: string, named: string | undefined, home: Home): Found<string> {
  const namespace = named || home.namespace;
  if (namespace === home.namespace || !home.noCrossNamespaceRefs) return found(namespace);
  const fix = `Use an object of ${home.namespace}, or start the worker without NO_CROSS_NAMESPACE_REFS.`;
  return wrong(path, `"${namespace}" is another namespace, which this cluster does not allow`, fix);
}
