import type { AlertRule } from "../canary.ts";
import type { AnalysisSpec } from "./analysis-spec.ts";
import { found, wrong, type Found } from "./found.ts";
import { readNamespace, type Home } from "./reference.ts";

type AlertSpec = NonNullable<AnalysisSpec["alerts"]>[number];

/** Reads `spec.analysis.alerts`. Without a severity an entry gets everything, as with `info`. */
export function readAlerts(specs: readonly AlertSpec[], home: Home): Found<readonly AlertRule[]> {
  const rules: AlertRule[] = [];
  for (const [index, { name, severity, providerRef }] of specs.entries()) {
    const path = `spec.analysis.alerts[${index}]`;
    if (providerRef.name === "") return wrong(`${path}.providerRef.name`, "is empty", "Name an AlertProvider.");
    const namespace = readNamespace(`${path}.providerRef.namespace`, providerRef.namespace, home);
    if (namespace.problem !== null) return namespace;
    rules.push({
      name,
      severity: severity || "info",
      provider: { namespace: namespace.value, name: providerRef.name },
    });
  }
  return found(rules);
}
