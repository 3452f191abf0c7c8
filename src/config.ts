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
  /** What shifts the traffic of canaries whose manifest names nothing, as `spec.provider` names it. */
  readonly defaultProvider: string;
  /** Shortest analysis interval that is obeyed; manifests that say less get this. */
  readonly minInterval: Millis;
  /** How many passes may run at once in this process. */
  readonly concurrency: number;
  readonly healthPort: number;
  readonly logLevel: LogLevel;
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
  MESH_PROVIDER: "what shifts traffic by default, as spec.provider names it, such as istio",
  MIN_INTERVAL: 'a length of time such as "10s" or "500ms", above zero',
  CONCURRENCY: "how many passes may run at once, 1 to 1000",
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

const WorkerVariables = z.object({
  ...shared,
  CLUSTER_NAME: z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/),
  PROMETHEUS_URL: httpUrl,
  KUBECONFIG: filled.optional(),
  WATCH_NAMESPACES: z
    .string()
    .default("")
    .transform((list) =>
      list
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== ""),
    )
    .refine((names) => names.every((name) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name))),
  MESH_PROVIDER: z
    .string()
    .regex(/^[a-z0-9:]+$/)
    .default("istio"),
  MIN_INTERVAL: duration.default(millis(10_000)),
  CONCURRENCY: z.coerce.number().int().min(1).max(1000).default(200),
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
    defaultProvider: values.MESH_PROVIDER,
    minInterval: values.MIN_INTERVAL,
    concurrency: values.CONCURRENCY,
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
