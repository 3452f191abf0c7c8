import type { BuiltinFamily } from "../analysis/builtin-family.ts";
import type { BuiltinCheck, CustomCheck, Measurement } from "../analysis/metric-check.ts";
import type { Workload } from "../analysis/render-query.ts";
import type { TemplateNames } from "../analysis/render-template.ts";
import type { Millis, Timestamp } from "../units.ts";
import type { ReadAwsCredentials } from "./aws-credentials.ts";
import type { Send } from "./http.ts";

/** One built-in check of one canary, to be answered together with many others. */
export interface BuiltinQuestion {
  readonly kind: "builtin";
  readonly check: BuiltinCheck;
  /** Prometheus to ask. */
  readonly address: string;
  readonly family: BuiltinFamily;
  readonly namespace: string;
  readonly workloadKind: Workload["kind"];
  /** Workload of the canary copy, and of primary for comparison. */
  readonly workload: string;
  readonly primary: string;
}

/** One check with its own query. */
export interface CustomQuestion {
  readonly kind: "custom";
  readonly check: CustomCheck;
  /** Prometheus for a query that stands in the Canary itself. */
  readonly address: string;
  /** What the query's functions answer. */
  readonly names: Omit<TemplateNames, "interval" | "variables">;
}

export type MetricQuestion = BuiltinQuestion | CustomQuestion;

/** All sources of measurements. They never judge. */
export interface MetricSources {
  /**
   * Answers every question, in their order, each as soon as it is known: one that hangs does not delay the others. What can be asked
   * together is, and what is equal is asked once. All are evaluated at the moment `at`. The answers never reject: a source that fails
   * gives a Measurement of kind `error`.
   */
  measure(questions: readonly MetricQuestion[], at: Timestamp, signal: AbortSignal): readonly Promise<Measurement>[];
}

/** Where a MetricTemplate's query is asked: `spec.provider` with its defaults filled in. */
export interface ProviderSettings {
  /** Empty: the provider's own. */
  readonly address: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly region: string;
  readonly insecureSkipVerify: boolean;
}

/** One text to be asked of one source. */
export interface TextQuestion {
  readonly text: string;
  readonly window: Millis;
  readonly at: Timestamp;
  readonly settings: ProviderSettings;
  /** What the template's Secret holds; `null`: it names none. Read for this question, never kept and never written anywhere. */
  readonly secret: Readonly<Record<string, string>> | null;
  readonly signal: AbortSignal;
}

export interface ProviderTools {
  readonly send: Send;
  readonly awsCredentials: ReadAwsCredentials;
  /** One GET of the cluster's API. Throws as the Kubernetes client does. */
  readonly kubernetes: (request: { readonly method: "GET"; readonly path: string }) => Promise<unknown>;
}

/**
 * A kind of source. `ask` answers one number, perhaps not a finite one, or `null` for an honest empty answer. It throws, with the
 * reason, for everything that is not a complete and unambiguous answer.
 */
export interface MetricProvider {
  /** As people call it. */
  readonly title: string;
  /** Whether the answer depends on the window of the check beside the text. */
  readonly windowed: boolean;
  ask(question: TextQuestion, tools: ProviderTools): Promise<number | null>;
}
