import type { MetricCheck } from "../analysis/metric-check.ts";
import type { Millis, Weight } from "../units.ts";
import type { Hook } from "./hook.ts";

/** Where a canary lives. `uid` tells a deleted and recreated canary from its predecessor. */
export interface CanaryRef {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Workloads that can be the target. A Service is never scaled and always ready. */
export type TargetKind = "Deployment" | "DaemonSet" | "Service";

/** Points at which people must agree. The names are those of the gates in the manifests. */
export const GATES = ["confirm-rollout", "confirm-traffic-increase", "confirm-promotion"] as const;
export type GateName = (typeof GATES)[number];

/** One `spec.rollout.approvals[]` entry with its defaults filled in. */
export interface ApprovalRule {
  readonly gate: GateName;
  /** Name of a group in the policy file. Empty: anyone whom the policy grants `approve`. */
  readonly group: string;
  /** How many different people must approve, 1 or more. */
  readonly count: number;
  /** Whether the person who started the rollout is not counted. */
  readonly notStarter: boolean;
  /** How long the gate waits. `null`: without limit. */
  readonly timeout: Millis | null;
  readonly onTimeout: "hold" | "rollback";
}

/** How to treat the service's traffic objects. */
export interface ServicePlan {
  /** Name of the apex Service; `-primary` and `-canary` are appended for the others and for routing objects. */
  readonly name: string;
  readonly port: number;
  readonly portName: string;
  readonly targetPort: number | string;
  readonly appProtocol: string | null;
  /** Publish the container ports that are not named here as well. */
  readonly portDiscovery: boolean;
  /** Services without a cluster address; only decided when they are made. */
  readonly headless: boolean;
  readonly trafficDistribution: string | null;
  /** Keys on the generated Services that are left as they are found. */
  readonly unmanaged: { readonly labels: readonly string[]; readonly annotations: readonly string[] };
  /** What only routes of the Gateway API carry. Raw parts of the manifest. */
  readonly gatewayApi: {
    readonly parents: readonly Readonly<Record<string, unknown>>[];
    readonly backendTimeout: string | null;
    readonly mirrors: readonly Readonly<Record<string, unknown>>[];
  };
  /** Verbatim Istio parts of `spec.service` that every generated HTTP route carries. */
  readonly http: {
    readonly hosts: readonly string[];
    readonly gateways: readonly string[];
    /** The VirtualService is delegated to by another one, so it has neither hosts nor gateways. */
    readonly delegation: boolean;
    readonly timeout: string | null;
    readonly retries: Readonly<Record<string, unknown>> | null;
    readonly match: readonly Readonly<Record<string, unknown>>[];
    readonly rewrite: Readonly<Record<string, unknown>> | null;
    readonly headers: Readonly<Record<string, unknown>> | null;
    readonly corsPolicy: Readonly<Record<string, unknown>> | null;
    readonly trafficPolicy: Readonly<Record<string, unknown>> | null;
  };
  /** Extra metadata of the three Services; `apex` also goes on the routing object. */
  readonly metadata: Readonly<Record<"apex" | "primary" | "canary", ObjectMetadata>>;
}

export interface ObjectMetadata {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Which requests take part in an A/B test: all conditions of one entry, of any entry. Raw parts of the manifest. */
export interface TrafficCondition {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly queryParams: Readonly<Record<string, unknown>>;
  readonly sourceLabels: Readonly<Record<string, string>>;
}

/** Requests are copied to the canary and its answers thrown away. `percent` of them; `null`: all. */
export interface MirrorPlan {
  readonly percent: Weight | null;
}

/** How a new revision meets traffic. `stages.ts` makes one list of stages of every strategy. */
export type Strategy =
  /** Rising weights, the last one is where promotion is decided; never empty. With a mirror before the first of them. */
  | { readonly kind: "weighted"; readonly steps: readonly Weight[]; readonly mirror: MirrorPlan | null }
  /** All requests that match go to the canary, for so many passes (1 or more). */
  | { readonly kind: "ab-test"; readonly iterations: number; readonly match: readonly TrafficCondition[] }
  /** So many passes without users' traffic (1 or more), then all of it at once. */
  | {
      readonly kind: "blue-green";
      readonly iterations: number;
      readonly mirror: MirrorPlan | null;
      /** Whether users' traffic goes to the canary before promotion: not where nothing but the apex Service shifts it. */
      readonly switches: boolean;
    };

/** Keeps people on the version that they met first, by a cookie. */
export interface SessionAffinity {
  readonly cookieName: string;
  /** Also keeps people on primary for one interval; `null`: only on the canary. */
  readonly primaryCookieName: string | null;
  /** Seconds. */
  readonly maxAge: number;
  /** Further attributes of the cookie as they are written, in order, such as `Path=/` or `Secure`. */
  readonly attributes: readonly string[];
}

/** The target's scaler, which primary gets a copy of. */
export interface ScalerPlan {
  readonly kind: "HorizontalPodAutoscaler" | "ScaledObject";
  readonly name: string;
  /** Trigger queries of primary's copy by trigger name (ScaledObject). */
  readonly primaryQueries: Readonly<Record<string, string>>;
  /** Limits of primary's copy; `null`: the target's. */
  readonly primaryMin: number | null;
  readonly primaryMax: number | null;
}

/** An entry of `spec.analysis.alerts`: which events go to which AlertProvider. */
export interface AlertRule {
  readonly name: string;
  readonly severity: "info" | "warn" | "error";
  readonly provider: { readonly namespace: string; readonly name: string };
}

/**
 * The definition the engine works with: a Canary manifest that was understood completely, with every default filled in.
 * A manifest with a field that is wrong or not acted on never becomes one; see `manifest/read-canary.ts`.
 */
export interface Canary {
  readonly ref: CanaryRef;
  readonly generation: number;
  /** What shifts the traffic: a name in `mesh/registry.ts`. */
  readonly provider: string;
  readonly target: { readonly kind: TargetKind; readonly name: string };
  readonly scaler: ScalerPlan | null;
  readonly service: ServicePlan;
  /** Prometheus of this canary; empty: the worker's default. */
  readonly metricsServer: string;
  readonly suspended: boolean;
  readonly skipAnalysis: boolean;
  readonly revertOnDeletion: boolean;
  readonly progressDeadline: Millis;
  readonly analysis: {
    readonly interval: Millis;
    /** Failed checks that end the rollout, 1 or more. Cumulative over the run. */
    readonly threshold: number;
    readonly strategy: Strategy;
    readonly affinity: SessionAffinity | null;
    /** Share by which traffic goes back to primary during promotion; 0: all at once. */
    readonly promotionStep: Weight;
    /** Percent of updated replicas that must be available. */
    readonly primaryReadyPercent: number;
    readonly canaryReadyPercent: number;
    readonly checks: readonly MetricCheck[];
    readonly hooks: readonly Hook[];
    readonly alerts: readonly AlertRule[];
  };
  readonly rollout: {
    readonly start: "auto" | "chat";
    /** Slack channel id or name for announcements; empty: the bot's default. */
    readonly channel: string;
    readonly approvals: readonly ApprovalRule[];
    readonly inconclusive: { readonly askAfter: Millis; readonly rollbackAfter: Millis };
  };
}
