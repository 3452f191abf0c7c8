import type { Cause } from "../api-error.ts";
import { invalidValue, required, unsupportedValue } from "../api-error.ts";
import type { JsonObject } from "../json.ts";
import { ensureObject, listAt, objectAt, objectsAt, sameJson, stringAt } from "../json.ts";
import type { Behaviour } from "../registry.ts";
import { fill } from "./pod-rules.ts";
import { shareCauses } from "./workload-rules.ts";

const RBAC = "rbac.authorization.k8s.io";

function ruleCauses(role: JsonObject, isNamespaced: boolean): Cause[] {
  return objectsAt(role, "rules").flatMap((rule, i) => {
    const path = `rules[${i}]`;
    const has = (member: string): boolean => listAt(rule, member).length > 0;
    const causes: Cause[] = [];
    if (!has("verbs")) causes.push(required(`${path}.verbs`, "verbs must contain at least one value"));
    if (has("nonResourceURLs")) {
      const paths = listAt(rule, "nonResourceURLs");
      const why = "cannot apply to both regular resources and non-resource URLs";
      if (isNamespaced)
        causes.push(
          invalidValue(`${path}.nonResourceURLs`, paths, "namespaced rules cannot apply to non-resource URLs"),
        );
      else if (has("apiGroups") || has("resources") || has("resourceNames"))
        causes.push(invalidValue(`${path}.nonResourceURLs`, paths, `rules ${why}`));
      return causes;
    }
    if (!has("apiGroups"))
      causes.push(required(`${path}.apiGroups`, "resource rules must supply at least one api group"));
    if (!has("resources"))
      causes.push(required(`${path}.resources`, "resource rules must supply at least one resource"));
    return causes;
  });
}

/** Go shows a role without rules as one with null for them. */
function roleDefaults(role: JsonObject): void {
  if (listAt(role, "rules").length === 0) role["rules"] = null;
}

const roleBehaviour = (isNamespaced: boolean): Behaviour => ({
  defaults: roleDefaults,
  validate: (role) => ruleCauses(role, isNamespaced),
});

function bindingDefaults(binding: JsonObject): void {
  for (const subject of objectsAt(binding, "subjects"))
    fill(subject, subject["kind"] === "ServiceAccount" ? {} : { apiGroup: RBAC });
  const role = objectAt(binding, "roleRef");
  if (role !== undefined) fill(role, { apiGroup: RBAC });
}

const SUBJECTS = ["ServiceAccount", "User", "Group"];

function bindingCauses(binding: JsonObject, roles: readonly string[]): Cause[] {
  const [kind, name] = ["kind", "name"].map((member) => stringAt(binding, "roleRef", member) ?? "");
  const causes: Cause[] = [];
  if (!roles.includes(kind ?? "")) causes.push(unsupportedValue("roleRef.kind", kind, roles));
  if (name === "") causes.push(required("roleRef.name"));
  const subjects = objectsAt(binding, "subjects").flatMap((subject, i) => {
    const path = `subjects[${i}]`;
    const own = (stringAt(subject, "name") ?? "") === "" ? [required(`${path}.name`)] : [];
    const what = stringAt(subject, "kind") ?? "";
    return SUBJECTS.includes(what) ? own : [...own, unsupportedValue(`${path}.kind`, what, SUBJECTS)];
  });
  return [...causes, ...subjects];
}

function roleRefCauses(binding: JsonObject, stored: JsonObject): Cause[] {
  if (sameJson(binding["roleRef"], stored["roleRef"])) return [];
  const member = (name: string): string => stringAt(binding, "roleRef", name) ?? "";
  const shown = { APIGroup: member("apiGroup"), Kind: member("kind"), Name: member("name") };
  return [invalidValue("roleRef", shown, "cannot change roleRef")];
}

const bindingBehaviour = (roles: readonly string[]): Behaviour => ({
  defaults: bindingDefaults,
  validate: (binding) => bindingCauses(binding, roles),
  validateUpdate: roleRefCauses,
});

function budgetDefaults(budget: JsonObject): void {
  const nothing = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  fill(ensureObject(budget, "status"), nothing);
}

function budgetCauses(budget: JsonObject): Cause[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = objectAt(budget, "spec") ?? {};
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const shown = {
      MinAvailable: minAvailable,
      Selector: selector ?? null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: unhealthyPodEvictionPolicy ?? null,
    };
    return [invalidValue("spec", shown, "minAvailable and maxUnavailable cannot be both set")];
  }
  return [...shareCauses(minAvailable, "spec.minAvailable"), ...shareCauses(maxUnavailable, "spec.maxUnavailable")];
}

const POLICY_TYPES = ["Ingress", "Egress"];

function networkDefaults(policy: JsonObject): void {
  const spec = ensureObject(policy, "spec");
  for (const direction of ["ingress", "egress"])
    for (const rule of objectsAt(spec, direction))
      for (const port of objectsAt(rule, "ports")) fill(port, { protocol: "TCP" });
  if (listAt(spec, "policyTypes").length === 0)
    spec["policyTypes"] = listAt(spec, "egress").length > 0 ? POLICY_TYPES : ["Ingress"];
}

function networkCauses(policy: JsonObject): Cause[] {
  return listAt(policy, "spec", "policyTypes").flatMap((type, i) =>
    POLICY_TYPES.includes(String(type)) ? [] : [unsupportedValue(`spec.policyTypes[${i}]`, type, POLICY_TYPES)],
  );
}

/** Rules of roles, bindings, budgets and network policies, by storage id. */
export const POLICY_BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  "roles.rbac.authorization.k8s.io": roleBehaviour(true),
  "clusterroles.rbac.authorization.k8s.io": roleBehaviour(false),
  "rolebindings.rbac.authorization.k8s.io": bindingBehaviour(["Role", "ClusterRole"]),
  "clusterrolebindings.rbac.authorization.k8s.io": bindingBehaviour(["ClusterRole"]),
  "poddisruptionbudgets.policy": { defaults: budgetDefaults, validate: budgetCauses },
  "networkpolicies.networking.k8s.io": { defaults: networkDefaults, validate: networkCauses },
};
