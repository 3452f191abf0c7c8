import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { objectsAt, stringAt, type JsonObject } from "../../../src/playground/kubernetes/json.ts";
import type { Api } from "../support/api.ts";

/** One verb on one resource, as a role grants it. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  /** With its subresource: `canaries/status`. */
  readonly resource: string;
  /** Only objects of this name; empty: all. */
  readonly name: string;
}

export interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** `patch canaries/status.flagger.app`, and the object's name where only that one is meant. */
export const textOf = ({ verb, group, resource, name }: Right): string =>
  `${verb} ${resource}${group === "" ? "" : `.${group}`}${name === "" ? "" : ` ${name}`}`;

export function rightsOf(rules: readonly Rule[]): readonly Right[] {
  return rules.flatMap(({ verbs, apiGroups = [], resources = [], resourceNames = [""] }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) => resourceNames.map((name) => ({ verb, group, resource, name }))),
      ),
    ),
  );
}

/** The rules of a ClusterRole of deploy/base. */
export function rulesInDeploy(role: string): readonly Rule[] {
  const file = readFileSync(join(import.meta.dirname, "../../../deploy/base/worker-rbac.yaml"), "utf8");
  const roles = parseAllDocuments(file).map((document) => document.toJS() as JsonObject);
  const found = roles.find((one) => one["kind"] === "ClusterRole" && stringAt(one, "metadata", "name") === role);
  if (found === undefined) throw new Error(`deploy/base has no ClusterRole ${role}`);
  return objectsAt(found, "rules") as unknown as readonly Rule[];
}

/** Everything that whoever asks may do in a namespace, as the server itself says; sorted texts. */
export async function rightsIn(api: Api, namespace: string): Promise<readonly string[]> {
  const review = await api.create("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectRulesReview",
    spec: { namespace },
  });
  if ((review as { status: { incomplete: boolean } }).status.incomplete)
    throw new Error("the server's list is incomplete");
  const rules = objectsAt(review, "status", "resourceRules") as unknown as readonly Rule[];
  return [...new Set(rightsOf(rules).map(textOf))].sort();
}

/** A request that somebody made, as the API server's audit log has it. */
export interface Asked extends Right {
  readonly namespace: string;
  readonly status: number;
}

export function readAuditLog(file: string): readonly Asked[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line) => {
    if (line === "") return [];
    const entry = JSON.parse(line) as JsonObject;
    const text = (...path: readonly string[]) => stringAt(entry, "objectRef", ...path) ?? "";
    const [resource, subresource] = [text("resource"), text("subresource")];
    return {
      verb: stringAt(entry, "verb") ?? "",
      group: text("apiGroup"),
      resource: subresource === "" ? resource : `${resource}/${subresource}`,
      name: text("name"),
      namespace: text("namespace"),
      status: Number((entry["responseStatus"] as { code?: number } | undefined)?.code ?? 0),
    };
  });
}
