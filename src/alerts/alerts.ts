import { explain } from "../errors.ts";
import { Lanes } from "../outbound/lanes.ts";
import type { Outbound } from "../outbound/outbound.ts";
import { tidy } from "../outbound/tidy.ts";
import type { AlertRule } from "../rollout/canary.ts";
import type { News } from "../rollout/news.ts";
import type { Log } from "../telemetry/log.ts";
import { seconds } from "../units.ts";
import { isWanted, type Alert } from "./alert.ts";
import { alertOf } from "./alert-of.ts";
import type { Receiver } from "./provider-kind.ts";
import type { AlertProviders } from "./providers.ts";
import type { AlertProvider } from "./read-provider.ts";
import { PROVIDER_KINDS, type ProviderType } from "./registry.ts";
import type { ReadCredentials } from "./secrets.ts";

/** `no-provider`: what the manifest refers to does not exist or cannot be read. `dropped`: too many waited. */
export type AlertOutcome = "sent" | "failed" | "no-provider" | "dropped";

/** Sends alerts to the providers that manifests name, in the background. */
export interface Alerts {
  /** Queues what is an alert for everybody who wants it. Never throws, never waits. */
  tell(news: News): void;
  /** Resolves when everything was sent or given up, or after so many milliseconds. */
  drained(withinMs: number): Promise<void>;
  stop(): void;
}

export interface AlertsOptions {
  readonly providers: Pick<AlertProviders, "get" | "synced" | "isSynced">;
  readonly readCredentials: ReadCredentials;
  readonly outbound: Outbound;
  readonly userAgent: string;
  /** Called for every alert and receiver. `unknown`: the provider does not exist, or its lane was full. */
  readonly onAlert: (sent: { readonly type: ProviderType | "unknown"; readonly outcome: AlertOutcome }) => void;
  readonly log: Log;
}

const TIMEOUT = seconds(10);
const RETRIES = 5;
/** Alerts that may wait for one provider, and for all. */
const PER_LANE = 100;
const TOTAL = 5_000;
/** After a start, alerts wait so long for the first list of providers. */
const LIST_WITHIN_MS = 10_000;

export function createAlerts(options: AlertsOptions): Alerts {
  const { onAlert, log } = options;
  const onDropped = () => onAlert({ type: "unknown", outcome: "dropped" });
  const lanes = new Lanes({ perLane: PER_LANE, total: TOTAL, onDropped });

  const send = (alert: Alert, reference: AlertRule["provider"]): void => {
    const name = `${reference.namespace}/${reference.name}`;
    lanes.push(name, async (signal) => {
      const provider = await find(options.providers, reference, signal);
      const { type, outcome, problem } = await sendBy(options, { alert, reference, provider, signal });
      onAlert({ type, outcome });
      if (problem !== "") log.warn({ canary: alert.title, provider: name, problem }, "an alert could not be sent");
    });
  };

  return {
    tell(news) {
      const alert = alertOf(news);
      if (alert === null) return;
      const wanting = news.canary?.analysis.alerts.filter(({ severity }) => isWanted(alert.severity, severity)) ?? [];
      // Several entries for one provider are one receiver.
      const receivers = new Map(wanting.map(({ provider }) => [`${provider.namespace}/${provider.name}`, provider]));
      for (const reference of receivers.values()) send(alert, reference);
    },
    drained: (withinMs) => lanes.drained(withinMs),
    stop: () => lanes.stop(),
  };
}

async function find(
  providers: AlertsOptions["providers"],
  { namespace, name }: AlertRule["provider"],
  signal: AbortSignal,
): Promise<AlertProvider | string> {
  if (!providers.isSynced()) await Promise.race([providers.synced, passed(LIST_WITHIN_MS, signal)]);
  const found = providers.get(namespace, name);
  if (found === null) return "the AlertProvider does not exist in the namespaces that are looked after";
  return found.provider ?? `the AlertProvider cannot be used: ${found.problem}`;
}

/** Resolves after so many milliseconds, or as soon as the signal is aborted. */
function passed(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms).unref();
    signal.addEventListener("abort", end, { once: true });
  });
}

interface Sending {
  readonly alert: Alert;
  readonly reference: AlertRule["provider"];
  /** A text: why there is none. */
  readonly provider: AlertProvider | string;
  readonly signal: AbortSignal;
}

interface Sent {
  readonly type: ProviderType | "unknown";
  readonly outcome: AlertOutcome;
  /** Empty when it was sent. */
  readonly problem: string;
}

async function sendBy(options: AlertsOptions, { alert, reference, provider, signal }: Sending): Promise<Sent> {
  if (typeof provider === "string") return { type: "unknown", outcome: "no-provider", problem: provider };
  const { type } = provider;
  let secrets: readonly string[] = [];
  try {
    const receiver = await receiverOf(options, provider, reference.namespace);
    secrets = [receiver.token, receiver.address];
    const { ok, problem } = await deliver(options, { alert, provider, receiver, signal });
    return { type, outcome: ok ? "sent" : "failed", problem: without(secrets, problem) };
  } catch (error) {
    return { type, outcome: "failed", problem: without(secrets, tidy(explain(error))) };
  }
}

async function receiverOf(
  { readCredentials }: AlertsOptions,
  { address, secret, channel, username }: AlertProvider,
  namespace: string,
): Promise<Receiver> {
  if (secret === "") return { address, token: "", channel, username };
  return { ...(await readCredentials({ namespace, name: secret })), channel, username };
}

type Delivering = Pick<Sending, "alert" | "signal"> & { readonly provider: AlertProvider; readonly receiver: Receiver };

function deliver({ outbound, userAgent }: AlertsOptions, { alert, provider, receiver, signal }: Delivering) {
  const kind = PROVIDER_KINDS[provider.type];
  const { url, headers, body } = kind.request(alert, receiver);
  const delivery = {
    url,
    headers: { ...headers, "content-type": "application/json; charset=utf-8", "user-agent": userAgent },
    body: JSON.stringify(body),
    timeout: TIMEOUT,
    retries: RETRIES,
    insecure: false,
    proxy: provider.proxy,
    needsBody: () => true,
    complaint: kind.complaint,
  };
  return outbound.deliver(delivery, signal);
}

/** A receiver may repeat in its answer what it was sent. */
function without(secrets: readonly string[], text: string): string {
  return secrets.filter((secret) => secret !== "").reduce((kept, secret) => kept.replaceAll(secret, "[hidden]"), text);
}
