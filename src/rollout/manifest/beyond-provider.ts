import type { ManifestProblem } from "../subject.ts";
import type { CanarySpec } from "./canary-manifest.ts";
import { beyondHttpRoutes } from "./beyond-http-routes.ts";
import { ROUTE_FIELDS, type ProviderAbilities } from "./provider-abilities.ts";

interface Asked {
  readonly spec: CanarySpec;
  readonly provider: string;
  readonly abilities: ProviderAbilities;
}

type Limit = (asked: Asked) => ManifestProblem | null;

/** What the manifest asks of its provider that this cannot do, as a problem; `null`: nothing. The first one found is told. */
export function findBeyondProvider(asked: Asked): ManifestProblem | null {
  for (const limit of LIMITS) {
    const problem = limit(asked);
    if (problem !== null) return problem;
  }
  return null;
}

const cannot = (
  path: string,
  { provider }: Asked,
  fix = "Remove it, or choose another provider.",
): ManifestProblem => ({
  path,
  problem: `is nothing that the provider ${provider} can do`,
  fix,
});

const isTcp = ({ spec }: Asked): boolean => spec.service?.appProtocol?.toLowerCase() === "tcp";

/** Whether a field says anything. */
function says(value: unknown): boolean {
  if (value === undefined || value === false || value === "") return false;
  return typeof value !== "object" || value === null || Object.keys(value).length > 0;
}

const tcpRoutes: Limit = (asked) =>
  isTcp(asked) && !asked.abilities.tcp
    ? cannot("spec.service.appProtocol", asked, "Remove it or name an HTTP protocol.")
    : null;

const routeFields: Limit = (asked) => {
  const { spec, abilities } = asked;
  const field = ROUTE_FIELDS.find((name) => says(spec.service?.[name]) && !abilities.service.includes(name));
  return field === undefined ? null : cannot(`spec.service.${field}`, asked);
};

const rewriteType: Limit = (asked) =>
  says(asked.spec.service?.rewrite?.type) && !asked.abilities.httpRoutes
    ? cannot("spec.service.rewrite.type", asked, "Remove it; only uri and authority count.")
    : null;

const matchFields: Limit = (asked) => {
  const { spec, abilities } = asked;
  const entries = [
    ...(spec.service?.match ?? []).map((entry, index) => [`spec.service.match[${index}]`, entry] as const),
    ...(spec.analysis.match ?? []).map((entry, index) => [`spec.analysis.match[${index}]`, entry] as const),
  ];
  const known: readonly string[] = abilities.matches;
  for (const [path, entry] of entries) {
    const field = Object.entries(entry).find(([name, value]) => says(value) && !known.includes(name));
    if (field !== undefined) return cannot(`${path}.${field[0]}`, asked);
  }
  return null;
};

/** A connection has a port, and nothing else that could be told apart or changed. */
const tcpFields: Limit = (asked) => {
  const { service, analysis } = asked.spec;
  if (!isTcp(asked)) return null;
  const fix = "Remove it: connections have nothing of the kind.";
  const entry = (service?.match ?? []).findIndex((one) =>
    Object.keys(one).some((name) => name !== "port" && name !== "name"),
  );
  if (entry !== -1)
    return cannot(`spec.service.match[${entry}]`, asked, "Of a TCP service, match can only name ports.");
  const field = (["rewrite", "headers", "retries", "timeout", "corsPolicy"] as const).find((name) =>
    says(service?.[name]),
  );
  if (field !== undefined) return cannot(`spec.service.${field}`, asked, fix);
  const part = (["match", "mirror", "sessionAffinity"] as const).find((name) => says(analysis[name]));
  return part === undefined ? null : cannot(`spec.analysis.${part}`, asked, fix);
};

const conditions: Limit = (asked) =>
  says(asked.spec.analysis.match) && !asked.abilities.conditions ? cannot("spec.analysis.match", asked) : null;

const mirroring: Limit = (asked) => {
  const { spec, abilities } = asked;
  if (spec.analysis.mirror !== true || abilities.mirror === "all") return null;
  if (abilities.mirror === "none") return cannot("spec.analysis.mirror", asked);
  const fix = "Remove it, or give iterations instead of weights.";
  return spec.analysis.iterations === undefined ? cannot("spec.analysis.mirror", asked, fix) : null;
};

const affinity: Limit = (asked) =>
  says(asked.spec.analysis.sessionAffinity) && !asked.abilities.affinity
    ? cannot("spec.analysis.sessionAffinity", asked)
    : null;

/** A route that others delegate to has no doors of its own. */
const delegation: Limit = ({ spec: { service } }) => {
  if (service?.delegation !== true) return null;
  const door = (["hosts", "gateways"] as const).find((name) => says(service[name]));
  const fix = "Remove it: the delegating VirtualService says where requests come in.";
  return door === undefined ? null : { path: `spec.service.${door}`, problem: "stands beside delegation", fix };
};

const httpRoutes: Limit = ({ spec, abilities }) => (abilities.httpRoutes ? beyondHttpRoutes(spec) : null);

const LIMITS = [
  tcpRoutes,
  routeFields,
  rewriteType,
  conditions,
  matchFields,
  tcpFields,
  mirroring,
  affinity,
  delegation,
  httpRoutes,
] as const;
