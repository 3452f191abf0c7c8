/** How an installation wants copies to be made; `.env.example` explains each. */
export interface CopyRules {
  /** Labels that may tell a workload's pods, most wanted first. */
  readonly selectorLabels: readonly string[];
  /** Labels of objects are copied when their key begins with one of these; `*`: all of them. */
  readonly labelPrefixes: readonly string[];
  /** Whether ConfigMaps and Secrets belong to a revision, and primary gets copies of its own. */
  readonly tracksConfigs: boolean;
}

export const USUAL_RULES: CopyRules = {
  selectorLabels: ["app", "name", "app.kubernetes.io/name"],
  labelPrefixes: [],
  tracksConfigs: true,
};

/** Keys with this belong to the GitOps tool that wrote them and are not copied. */
const TOOLKIT = "toolkit.fluxcd.io";

/** Without the keys of GitOps tools. */
export function withoutToolkit(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([key]) => !key.includes(TOOLKIT)));
}

/** Labels of an object that its copy has as well. */
export function copiedLabels(
  labels: Readonly<Record<string, string>>,
  { labelPrefixes }: Pick<CopyRules, "labelPrefixes">,
): Record<string, string> {
  const wanted = (key: string): boolean => labelPrefixes.some((prefix) => prefix === "*" || key.startsWith(prefix));
  return Object.fromEntries(Object.entries(withoutToolkit(labels)).filter(([key]) => wanted(key)));
}
