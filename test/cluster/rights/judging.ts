import assert from "node:assert/strict";
import { MERGE_PATCH, type Api } from "../support/api.ts";
import type { ControlPlane } from "../support/control-plane.ts";
import { rightsIn, textOf, type Asked, type Right } from "./rights.ts";

const RBAC = "rbac.authorization.k8s.io/v1";

/** The granted rights that were made use of by what was asked. */
export function usedRights(asked: readonly Asked[], granted: readonly Right[]): readonly Right[] {
  const texts = new Set(asked.flatMap((one) => [textOf(one), textOf({ ...one, name: "" })]));
  return granted.filter((right) => texts.has(textOf(right)));
}

/** What any service account may do, without a role of its own: find out about the API and about itself. */
export async function baselineOf(plane: ControlPlane): Promise<ReadonlySet<string>> {
  const nobody = plane.apiAs(await plane.tokenFor({ namespace: "default", name: "default" }));
  return new Set(await rightsIn(nobody, "default"));
}

/** Lets a user do these things in the whole cluster. */
export async function grantUser(admin: Api, user: string, rights: readonly Right[]): Promise<void> {
  const rules = rights.map(({ verb, group, resource, name }) => ({
    verbs: [verb],
    apiGroups: [group],
    resources: [resource],
    ...(name === "" ? {} : { resourceNames: [name] }),
  }));
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: user };
  const subjects = [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user }];
  await admin.apply(
    { apiVersion: RBAC, kind: "ClusterRole", metadata: { name: user }, rules },
    { apiVersion: RBAC, kind: "ClusterRoleBinding", metadata: { name: user }, roleRef, subjects },
  );
}

/** What the API server's own authorizer says about one request of a user. */
export async function isAllowed(
  admin: Api,
  user: string,
  right: Right & { readonly namespace: string },
): Promise<boolean> {
  const { verb, group, name, namespace } = right;
  const [resource = "", subresource = ""] = right.resource.split("/");
  const review = await admin.create("/apis/authorization.k8s.io/v1/subjectaccessreviews", {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: { user, resourceAttributes: { verb, group, resource, subresource, namespace, name } },
  });
  return (review as { status: { allowed: boolean } }).status.allowed;
}

/** Sends each of them for real, save that nothing would be stored, and expects 403. */
export async function reject(api: Api, requests: readonly (readonly [method: string, path: string])[]): Promise<void> {
  for (const [method, path] of requests) {
    const contentType = method === "PATCH" ? MERGE_PATCH : "application/json";
    const body = method === "GET" ? {} : { body: {}, contentType };
    const { status } = await api.ask(method, method === "GET" ? path : `${path}?dryRun=All`, body);
    assert.equal(status, 403, `${method} ${path}`);
  }
}
