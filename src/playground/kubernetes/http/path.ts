/** What a URL path below `/api` or `/apis` names. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  /** Undefined for a cluster-wide path. */
  readonly namespace: string | undefined;
  readonly plural: string;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

const NAMESPACE_SUBRESOURCES = new Set(["status", "finalize"]);

/** Undefined for a path that names no resource, such as `/apis/apps` or `/healthz`. */
export function parseResourcePath(pathname: string): ResourcePath | undefined {
  const parts = pathname.split("/").filter((part) => part !== "");
  let decoded: string[];
  try {
    decoded = parts.map(decodeURIComponent);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
  const [root, ...rest] = decoded;
  if (root === "api") return inGroup("", rest);
  return root === "apis" ? inGroup(rest[0] ?? "", rest.slice(1)) : undefined;
}

function inGroup(group: string, parts: readonly string[]): ResourcePath | undefined {
  const [version, first, second, third] = parts;
  if (version === undefined || first === undefined) return undefined;
  const isScope = first === "namespaces" && second !== undefined && third !== undefined;
  if (isScope && !(group === "" && NAMESPACE_SUBRESOURCES.has(third) && parts.length === 4)) {
    return finish({ group, version, namespace: second }, parts.slice(3));
  }
  return finish({ group, version, namespace: undefined }, parts.slice(1));
}

function finish(
  scope: { group: string; version: string; namespace: string | undefined },
  parts: readonly string[],
): ResourcePath | undefined {
  const [plural, name, subresource, ...others] = parts;
  if (plural === undefined || others.length > 0) return undefined;
  return { ...scope, plural, name, subresource };
}
