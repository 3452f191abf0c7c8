import { isIP } from "node:net";
import { z } from "zod";
import { TerminalError } from "./errors.ts";
import { millis, type Millis } from "./units.ts";

/** Environment variables as they come: unset and empty mean the same. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface BotConfig {
  readonly slack: SlackConfig;
  /** Path of the policy file: who may do what. */
  readonly policyFile: string;
  readonly redisUrl: string;
  /** Secret under which commands are signed; the workers have the same. */
  readonly commandKey: string;
  /** Port of /healthz, /readyz and /metrics; 0: any free one. */
  readonly healthPort: number;
  readonly logLevel: LogLevel;
}

export interface SlackConfig {
  readonly botToken: string;
  /** Base of the Web API, ends with a slash. */
  readonly apiUrl: string;
  /** Channel for announcements that have no other place; empty: they are not posted. */
  readonly defaultChannel: string;
  readonly transport:
    | { readonly kind: "socket"; readonly appToken: string }
    /** `port` takes Slack's requests; 0: any free one. */
    | { readonly kind: "http"; readonly signingSecret: string; readonly port: number };
}

export interface WorkerConfig {
  /** Name of the cluster, unique among all that share the Redis. */
  readonly clusterName: string;
  readonly redisUrl: string;
  readonly commandKey: string;
  /** Prometheus for canaries whose manifest names none. */
  readonly prometheusUrl: string;
  /** Path of a kubeconfig; `null`: the pod's own service account. */
  readonly kubeconfig: string | null;
  /** Namespaces to look after; empty: all. */
  readonly watchNamespaces: readonly string[];
  /** Labels that may tell a target's pods, most wanted first. Never empty. */
  readonly selectorLabels: readonly string[];
  /** Labels of objects are copied to primary's when their key begins with one of these; `*`: all. */
  readonly labelPrefixes: readonly string[];
  /** Whether ConfigMaps and Secrets belong to a revision. */
  readonly configTracking: boolean;
  /** What shifts the traffic of canaries whose manifest names nothing, as `spec.provider` names it. */
  readonly defaultProvider: string;
  /** Shortest analysis interval that is obeyed; manifests that say less get this. */
  readonly minInterval: Millis;
  /** Whether Canaries may refer to MetricTemplates and AlertProviders of their own namespace only. */
  readonly noCrossNamespaceRefs: boolean;
  /** How many passes may run at once in this process. */
  readonly concurrency: number;
  /** Where webhooks and alert providers of manifests may lead, beside the built-in rules. */
  readonly hookAllow: PlaceList;
  readonly hookDeny: PlaceList;
  /** Told every event of canaries without an event webhook of their own; empty: nobody is. */
  readonly eventWebhookUrl: string;
  /** The worker's own identity for CloudWatch; empty texts where nothing is set. */
  readonly aws: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
    readonly roleArn: string;
    readonly tokenFile: string;
  };
  readonly healthPort: number;
  readonly logLevel: LogLevel;
}

/** Networks (an address, or one with the length of its prefix) and host names with everything below them. */
export interface PlaceList {
  readonly networks: readonly string[];
  readonly hosts: readonly string[];
}

const LogLevel = z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]);
export type LogLevel = z.infer<typeof LogLevel>;

/** Every variable, and what to set it to. `.env.example` explains the same ones. */
export const VARIABLES = {
  SLACK_BOT_TOKEN: "the app's bot token, which starts with xoxb-",
  SLACK_TRANSPORT: '"socket" (needs SLACK_APP_TOKEN) or "http" (needs SLACK_SIGNING_SECRET and PORT)',
  SLACK_APP_TOKEN: "the app-level token with the scope connections:write, which starts with xapp-",
  SLACK_SIGNING_SECRET: "the signing secret on the app's Basic Information page",
  SLACK_API_URL: "an http(s) URL; leave it out for Slack itself",
  SLACK_DEFAULT_CHANNEL: "the name or id of a channel, such as #deploys",
  POLICY_FILE: "the path of the policy file",
  REDIS_URL: "redis://, rediss:// or unix:// with the address of Redis, such as redis://:password@redis:6379/0",
  COMMAND_KEY: "a secret of 32 characters or more, the same for bots and workers (openssl rand -hex 32)",
  PORT: "the port for Slack's requests, 0 to 65535",
  CLUSTER_NAME: "a name of this cluster that no other has: up to 63 letters, digits, hyphens and dots",
  PROMETHEUS_URL: "the http(s) URL of the Prometheus that scrapes the mesh",
  KUBECONFIG: "the path of a kubeconfig file; leave it out inside the cluster",
  WATCH_NAMESPACES: "namespaces separated by commas; leave it out for all",
  SELECTOR_LABELS: "keys of labels separated by commas, most wanted first, such as app,name",
  INCLUDE_LABEL_PREFIX: "beginnings of label keys separated by commas, or * for all",
  CONFIG_TRACKING: "true or false",
  MESH_PROVIDER: "what shifts traffic by default, as spec.provider names it, such as istio",
  MIN_INTERVAL: 'a length of time such as "10s" or "500ms", above zero',
  NO_CROSS_NAMESPACE_REFS: '"true" or "false"',
  CONCURRENCY: "how many passes may run at once, 1 to 1000",
  HOOK_ALLOW: "networks and host names separated by commas, such as 127.0.0.0/8,hooks.example.com",
  HOOK_DENY: "networks and host names separated by commas, such as 10.0.0.0/8,internal.example.com",
  EVENT_WEBHOOK_URL:
    "the http(s) URL, without a password, of whoever wants to hear of all events; leave it out for nobody",
  AWS_ACCESS_KEY_ID: "an access key, with AWS_SECRET_ACCESS_KEY; only CloudWatch needs it",
  AWS_SECRET_ACCESS_KEY: "the secret of AWS_ACCESS_KEY_ID",
  AWS_SESSION_TOKEN: "the session of AWS_ACCESS_KEY_ID, where it is a temporary one",
  AWS_ROLE_ARN: "the role of the pod's service account; EKS sets it",
  AWS_WEB_IDENTITY_TOKEN_FILE: "the path of the service account's token; EKS sets it",
  HEALTH_PORT: "the port of /healthz, /readyz and /metrics, 0 to 65535 (0: any free one)",
  LOG_LEVEL: LogLevel.options.join(", "),
} as const;
type Variable = keyof typeof VARIABLES;

const filled = z.string().min(1);
const httpUrl = z.url({ protocol: /^https?$/ });
const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);

const shared = {
  REDIS_URL: z
    .string()
    .regex(/^(rediss?|unix):\/\/./)
    .refine(URL.canParse),
  COMMAND_KEY: z.string().min(32),
  HEALTH_PORT: port(8080),
  LOG_LEVEL: LogLevel.default("info"),
};

const bot = {
  ...shared,
  SLACK_BOT_TOKEN: z.string().regex(/^xoxb-./),
  SLACK_TRANSPORT: z.enum(["socket", "http"]).default("socket"),
  SLACK_API_URL: httpUrl.default("https://slack.com/api/"),
  SLACK_DEFAULT_CHANNEL: z.string().default(""),
  POLICY_FILE: filled,
};
const BotBySocket = z.object({ ...bot, SLACK_APP_TOKEN: z.string().regex(/^xapp-./) });
const BotByHttp = z.object({ ...bot, SLACK_SIGNING_SECRET: filled, PORT: port(3000) });

const MILLIS_PER = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h)$/)
  .transform(lengthOf)
  .refine((length) => length > 0);

/** The entries of a list; blanks around them and empty ones do not count. */
const list = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text) =>
      text
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== ""),
    );
const LABEL_KEY = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;

const places = list("")
  .refine((entries) => entries.every((entry) => isNetwork(entry) || HOST.test(entry)))
  .transform((entries): PlaceList => ({
    networks: entries.filter(isNetwork),
    hosts: entries.filter((entry) => !isNetwork(entry)).map((host) => host.toLowerCase()),
  }));

/** Not made of digits alone: such a thing is a mistyped address. */
const HOST = /^\.?(?=.*[a-z])[a-z0-9-]+(\.[a-z0-9-]+)*$/i;

function isNetwork(entry: string): boolean {
  const [address = "", prefix, ...more] = entry.split("/");
  const longest = isIP(address) === 4 ? 32 : 128;
  const fits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest);
  return isIP(address) !== 0 && !address.includes("%") && fits && more.length === 0;
}

const WorkerVariables = z.object({
  ...shared,
  CLUSTER_NAME: z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/),
  PROMETHEUS_URL: httpUrl,
  KUBECONFIG: filled.optional(),
  WATCH_NAMESPACES: list("").refine((names) =>
    names.every((name) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)),
  ),
  SELECTOR_LABELS: list("app,name,app.kubernetes.io/name").refine(
    (keys) => keys.length > 0 && keys.every((key) => LABEL_KEY.test(key)),
  ),
  INCLUDE_LABEL_PREFIX: list(""),
  CONFIG_TRACKING: z.enum(["true", "false"]).default("true"),
  MESH_PROVIDER: z
    .string()
    .regex(/^[a-z0-9:]+$/)
    .default("istio"),
  MIN_INTERVAL: duration.default(millis(10_000)),
  NO_CROSS_NAMESPACE_REFS: z.stringbool({ truthy: ["true"], falsy: ["false"] }).default(false),
  CONCURRENCY: z.coerce.number().int().min(1).max(1000).default(200),
  HOOK_ALLOW: places,
  HOOK_DENY: places,
  EVENT_WEBHOOK_URL: httpUrl.refine((url) => !/^https?:\/\/[^/?#]*@/i.test(url)).optional(),
  AWS_ACCESS_KEY_ID: z.string().default(""),
  AWS_SECRET_ACCESS_KEY: z.string().default(""),
  AWS_SESSION_TOKEN: z.string().default(""),
  AWS_ROLE_ARN: z.string().default(""),
  AWS_WEB_IDENTITY_TOKEN_FILE: z.string().default(""),
});

/** What a bot is configured to. Throws a ConfigError with every problem. */
export function readBotConfig(env: Environment): BotConfig {
  const byHttp = env["SLACK_TRANSPORT"]?.trim() === "http";
  const values = byHttp ? parse(BotByHttp, env) : parse(BotBySocket, env);
  return {
    slack: {
      botToken: values.SLACK_BOT_TOKEN,
      apiUrl: values.SLACK_API_URL.replace(/\/*$/, "/"),
      defaultChannel: values.SLACK_DEFAULT_CHANNEL,
      transport:
        "SLACK_APP_TOKEN" in values
          ? { kind: "socket", appToken: values.SLACK_APP_TOKEN }
          : { kind: "http", signingSecret: values.SLACK_SIGNING_SECRET, port: values.PORT },
    },
    policyFile: values.POLICY_FILE,
    ...sharedConfig(values),
  };
}

/** What a worker is configured to. Throws a ConfigError with every problem. */
export function readWorkerConfig(env: Environment): WorkerConfig {
  const values = parse(WorkerVariables, env);
  return {
    clusterName: values.CLUSTER_NAME,
    prometheusUrl: values.PROMETHEUS_URL.replace(/\/+$/, ""),
    kubeconfig: values.KUBECONFIG ?? null,
    watchNamespaces: values.WATCH_NAMESPACES,
    selectorLabels: values.SELECTOR_LABELS,
    labelPrefixes: values.INCLUDE_LABEL_PREFIX,
    configTracking: values.CONFIG_TRACKING === "true",
    defaultProvider: values.MESH_PROVIDER,
    minInterval: values.MIN_INTERVAL,
    noCrossNamespaceRefs: values.NO_CROSS_NAMESPACE_REFS,
    concurrency: values.CONCURRENCY,
    hookAllow: values.HOOK_ALLOW,
    hookDeny: values.HOOK_DENY,
    eventWebhookUrl: values.EVENT_WEBHOOK_URL ?? "",
    aws: {
      accessKeyId: values.AWS_ACCESS_KEY_ID,
      secretAccessKey: values.AWS_SECRET_ACCESS_KEY,
      sessionToken: values.AWS_SESSION_TOKEN,
      roleArn: values.AWS_ROLE_ARN,
      tokenFile: values.AWS_WEB_IDENTITY_TOKEN_FILE,
    },
    ...sharedConfig(values),
  };
}

/** The configuration of this process's own environment; with problems, says all of them on stderr and exits with code 1. */
export function configOrExit<Config>(read: (env: Environment) => Config): Config {
  try {
    return read(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** The environment cannot be used. The message lists every variable that is wrong and what to set it to, never a value. */
export class ConfigError extends TerminalError {}

function parse<Shape extends z.ZodType>(shape: Shape, env: Environment): z.infer<Shape> {
  const given = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  );
  const result = shape.safeParse(given);
  if (result.success) return result.data;
  const wrong = [...new Set(result.error.issues.map((issue) => String(issue.path[0])))];
  const lines = wrong.filter(isVariable).map((name) => {
    const what = name in given ? "cannot be used" : "is not set";
    return `  ${name} ${what}. Set it to ${VARIABLES[name]}.`;
  });
  throw new ConfigError(
    `The configuration has ${lines.length === 1 ? "a problem" : `${lines.length} problems`}:\n${lines.join("\n")}`,
  );
}

function sharedConfig(values: z.infer<z.ZodObject<typeof shared>>) {
  return {
    redisUrl: values.REDIS_URL,
    commandKey: values.COMMAND_KEY,
    healthPort: values.HEALTH_PORT,
    logLevel: values.LOG_LEVEL,
  };
}

function isVariable(name: string): name is Variable {
  return name in VARIABLES;
}

function lengthOf(text: string): Millis {
  const number = Number.parseFloat(text);
  const unit = text.replace(/^[\d.]+/, "");
  const factor = Object.entries(MILLIS_PER).find(([name]) => name === unit)?.[1] ?? 1;
  return millis(number * factor);
}
