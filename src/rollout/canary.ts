import type { MetricCheck } from "../analysis/metric-check.ts";
import type { Millis, Weight } from "../units.ts";

/** Where a canary lives. `uid` tells a deleted and recreated canary from its predecessor. */
export interface CanaryRef {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

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
  /** Verbatim Istio parts of `spec.service` that every generated HTTP route carries. */
  readonly http: {
    readonly hosts: readonly string[];
    readonly gateways: readonly string[];
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

/**
 * The definition the engine works with: a Canary manifest that was understood completely, with every default filled in.
 * A manifest with a field that is wrong or not acted on never becomes one; see `manifest/read-canary.ts`.
 */
export interface Canary {
  readonly ref: CanaryRef;
  readonly generation: number;
  readonly target: { readonly kind: "Deployment"; readonly name: string };
  readonly service: ServicePlan;
  /** Prometheus of this canary; empty: the worker's default. */
  readonly metricsServer: string;
  readonly suspended: boolean;
  readonly skipAnalysis: boolean;
  readonly progressDeadline: Millis;
  readonly analysis: {
    readonly interval: Millis;
    /** Failed checks that end the rollout, 1 or more. Cumulative over the run. */
    readonly threshold: number;
    /** Rising traffic weights of the canary, the last one is where promotion is decided. Never empty. */
    readonly steps: readonly Weight[];
    /** Share by which traffic goes back to primary during promotion; 0: all at once. */
    readonly promotionStep: Weight;
    /** Percent of updated replicas that must be available. */
    readonly primaryReadyPercent: number;
    readonly canaryReadyPercent: number;
    readonly checks: readonly MetricCheck[];
  };
  readonly rollout: {
    readonly start: "auto" | "chat";
    /** Slack channel id or name for announcements; empty: the bot's default. */
    readonly channel: string;
    readonly approvals: readonly ApprovalRule[];
    readonly inconclusive: { readonly askAfter: Millis; readonly rollbackAfter: Millis };
  };
}
