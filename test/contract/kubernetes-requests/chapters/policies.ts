import { create, merge, TABLE } from "../objects.ts";
import type { Chapter } from "../script.ts";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const ROLES = `${RBAC}/namespaces/<ns>/roles`;
const BINDINGS = `${RBAC}/namespaces/<ns>/rolebindings`;
const BUDGETS = "/apis/policy/v1/namespaces/<ns>/poddisruptionbudgets";
const NETWORKS = "/apis/networking.k8s.io/v1/namespaces/<ns>/networkpolicies";
const ACCOUNTS = "/api/v1/namespaces/<ns>/serviceaccounts";
const typed = (kind: string, fields: object, apiVersion = "rbac.authorization.k8s.io/v1") => ({
  apiVersion,
  kind,
  ...fields,
});
const role = { kind: "Role", name: "reader", apiGroup: "rbac.authorization.k8s.io" };

export const policies: Chapter = {
  name: "policies",
  about: "roles, bindings, disruption budgets, network policies, service accounts",
  steps: [
    create(
      "makes a role",
      ROLES,
      typed("Role", {
        metadata: { name: "reader" },
        rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
      }),
    ),
    create(
      "takes a role's name with a colon",
      ROLES,
      typed("Role", { metadata: { name: "system:reader" }, rules: [] }),
    ),
    create("refuses a role's name with a slash", ROLES, typed("Role", { metadata: { name: "a/b" } })),
    create(
      "wants verbs",
      ROLES,
      typed("Role", { metadata: { name: "bad" }, rules: [{ apiGroups: [""], resources: ["pods"] }] }),
    ),
    create(
      "wants groups and resources",
      ROLES,
      typed("Role", { metadata: { name: "bad" }, rules: [{ verbs: ["get"] }] }),
    ),
    create(
      "wants no paths in a namespace",
      ROLES,
      typed("Role", { metadata: { name: "bad" }, rules: [{ verbs: ["get"], nonResourceURLs: ["/x"] }] }),
    ),
    { say: "shows a role's table", ask: `GET ${ROLES}/reader`, accept: TABLE },
    create(
      "binds a role",
      BINDINGS,
      typed("RoleBinding", {
        metadata: { name: "readers" },
        roleRef: { kind: "Role", name: "reader" },
        subjects: [
          { kind: "ServiceAccount", name: "default", namespace: "<ns>" },
          { kind: "User", name: "me" },
          { kind: "Group", name: "us" },
        ],
      }),
    ),
    create("wants a role to bind", BINDINGS, typed("RoleBinding", { metadata: { name: "bad" } })),
    create(
      "wants a kind of role that there is",
      BINDINGS,
      typed("RoleBinding", { metadata: { name: "bad" }, roleRef: { ...role, kind: "Roll" } }),
    ),
    create(
      "wants a kind of subject that there is",
      BINDINGS,
      typed("RoleBinding", { metadata: { name: "bad" }, roleRef: role, subjects: [{ kind: "Robot", name: "r" }] }),
    ),
    create(
      "wants an account's namespace",
      BINDINGS,
      typed("RoleBinding", {
        metadata: { name: "bad" },
        roleRef: role,
        subjects: [{ kind: "ServiceAccount", name: "a" }],
      }),
    ),
    merge("does not bind another role", `${BINDINGS}/readers`, { roleRef: { name: "writer" } }),
    merge("binds others", `${BINDINGS}/readers`, { subjects: null }),
    { say: "shows a binding's table", ask: `GET ${BINDINGS}/readers`, accept: TABLE },

    create(
      "makes a budget",
      BUDGETS,
      typed(
        "PodDisruptionBudget",
        { metadata: { name: "web" }, spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } } },
        "policy/v1",
      ),
    ),
    create(
      "wants one bound of a budget",
      BUDGETS,
      typed(
        "PodDisruptionBudget",
        { metadata: { name: "bad" }, spec: { minAvailable: 1, maxUnavailable: 1, selector: {} } },
        "policy/v1",
      ),
    ),
    create(
      "wants percents of a budget",
      BUDGETS,
      typed("PodDisruptionBudget", { metadata: { name: "bad" }, spec: { minAvailable: "many" } }, "policy/v1"),
    ),
    {
      say: "does not update a budget without a version",
      ask: `PUT ${BUDGETS}/web`,
      body: typed("PodDisruptionBudget", { metadata: { name: "web" }, spec: { minAvailable: 2 } }, "policy/v1"),
    },
    // Without objects: the disruption controller may have looked at it meanwhile.
    { say: "shows a budget's table", ask: `GET ${BUDGETS}?includeObject=None`, accept: TABLE },

    create(
      "makes a network policy",
      NETWORKS,
      typed(
        "NetworkPolicy",
        {
          metadata: { name: "web" },
          spec: { podSelector: { matchLabels: { app: "web" } }, ingress: [{ ports: [{ port: 80 }] }] },
        },
        "networking.k8s.io/v1",
      ),
    ),
    create(
      "fills in a network policy that lets nothing out",
      NETWORKS,
      typed(
        "NetworkPolicy",
        { metadata: { name: "out" }, spec: { podSelector: {}, egress: [] } },
        "networking.k8s.io/v1",
      ),
    ),
    create(
      "wants a network policy's types",
      NETWORKS,
      typed(
        "NetworkPolicy",
        { metadata: { name: "bad" }, spec: { podSelector: {}, policyTypes: ["Odd"] } },
        "networking.k8s.io/v1",
      ),
    ),
    { say: "shows a network policy's table", ask: `GET ${NETWORKS}/web`, accept: TABLE },

    create(
      "makes an account",
      ACCOUNTS,
      typed("ServiceAccount", { metadata: { name: "robot" }, automountServiceAccountToken: false }, "v1"),
    ),
    { say: "shows an account's table", ask: `GET ${ACCOUNTS}/robot`, accept: TABLE },
    { say: "deletes an account", ask: `DELETE ${ACCOUNTS}/robot` },
    create("makes an account again", ACCOUNTS, typed("ServiceAccount", { metadata: { name: "robot" } }, "v1")),
    { say: "deletes a role", ask: `DELETE ${ROLES}/reader` },
  ],
};
