/** Whose metrics the built-in checks read: Istio's, labelled by workload, or the application's own, labelled by pod. */
export type BuiltinFamily = "istio" | "pods";

/**
 * What the built-in checks of a canary read, by what shifts its traffic. A Service that is the target has no pods of its own name, so
 * Istio's metrics are asked about it. `null`: there is no built-in query for this provider yet.
 */
export function familyOf(provider: string, targetKind: string): BuiltinFamily | null {
  if (provider === "istio") return "istio";
  if (provider !== "kubernetes" && !provider.startsWith("gatewayapi:")) return null;
  return targetKind === "Service" ? "istio" : "pods";
}
