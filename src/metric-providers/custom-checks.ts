import type { Measurement } from "../analysis/metric-check.ts";
import { duration } from "../analysis/render-query.ts";
import { renderTemplate } from "../analysis/render-template.ts";
import { explain } from "../errors.ts";
import type { Timestamp } from "../units.ts";
import type { MetricTemplate, MetricTemplates } from "./metric-templates.ts";
import type { CustomQuestion, MetricProvider, ProviderTools } from "./provider.ts";
import type { ReadSecret } from "./secrets.ts";

/** Queries are kept as evidence, in a record that has to stay small. */
const LONGEST_QUERY = 1_000;

export interface CustomParts {
  readonly templates: Pick<MetricTemplates, "find">;
  readonly readSecret: ReadSecret;
  readonly tools: ProviderTools;
  /** What can be asked, by its name in manifests. */
  readonly providers: Readonly<Record<string, MetricProvider>>;
}

/**
 * Answers checks with queries of their own. Within one call, equal texts for equal sources are asked once and each Secret is read once.
 * The answers never reject.
 */
export function customMeasurer(
  parts: CustomParts,
  { at, signal }: { readonly at: Timestamp; readonly signal: AbortSignal },
): (question: CustomQuestion) => Promise<Measurement> {
  const inTime = <T>(answer: Promise<T>): Promise<T> => unlessAborted(answer, signal);
  const secretOf = remembered(parts.readSecret, (namespace, name) => `${namespace}/${name}`);
  const ask = remembered(askSource, ({ type, settings, secret }, { namespace, text, window }) =>
    JSON.stringify([namespace, type, settings, secret, text, parts.providers[type]?.windowed ? window : null]),
  );

  async function askSource(template: MetricTemplate, asked: Asked): Promise<number | null> {
    const { type, settings } = template;
    const { text, window, namespace } = asked;
    const provider = Object.hasOwn(parts.providers, type) ? parts.providers[type] : undefined;
    if (provider === undefined) {
      const known = Object.keys(parts.providers).join(", ");
      throw new Error(`metrics of type ${type} cannot be asked for by this version; it knows ${known}`);
    }
    const secret = template.secret === null ? null : await inTime(secretOf(namespace, template.secret));
    const hidden = [...Object.values(secret ?? {}), ...Object.values(settings.headers).flat()];
    try {
      const value = await inTime(provider.ask({ text, window, at, settings, secret, signal }, parts.tools));
      if (value === null || Number.isFinite(value)) return value;
    } catch (error) {
      // No cause: it could hold what was hidden.
      throw new Error(`${provider.title} gave no answer: ${without(hidden, explain(error))}`);
    }
    throw new Error(`${provider.title} answered a value that is no finite number`);
  }

  return async ({ check, names, address }) => {
    const { source, variables, window, interval } = check;
    let query = "";
    try {
      const template =
        source.kind === "inline"
          ? inline(source.text, address)
          : await inTime(parts.templates.find(source.namespace, source.name));
      const written = window === interval.length ? interval.text : duration(window);
      const { text, problem } = renderTemplate(template.query, { ...names, variables, interval: written });
      if (problem !== null) throw new Error(`the text of the query is wrong: ${problem}`);
      query = clipped(text);
      const namespace = source.kind === "inline" ? "" : source.namespace;
      const value = await ask(template, { text, window, namespace });
      if (value === null) return { kind: "no-data", check: check.name, query };
      return { kind: "value", check: check.name, value, samples: null, primary: null, query };
    } catch (error) {
      return { kind: "error", check: check.name, query, problem: explain(error) };
    }
  };
}

interface Asked {
  readonly text: string;
  readonly window: CustomQuestion["check"]["window"];
  /** Of the template, where its Secret is. */
  readonly namespace: string;
}

/** A query of the Canary itself goes where the built-in ones go, and never with credentials. */
function inline(query: string, address: string): MetricTemplate {
  const settings = { address, headers: {}, region: "", insecureSkipVerify: false };
  return { type: "prometheus", settings, secret: null, query };
}

/** The same promise for what is the same. */
function remembered<A extends readonly unknown[], R>(
  ask: (...args: A) => Promise<R>,
  keyOf: (...args: A) => string,
): (...args: A) => Promise<R> {
  const asked = new Map<string, Promise<R>>();
  return (...args) => {
    const key = keyOf(...args);
    const answer = asked.get(key) ?? ask(...args);
    asked.set(key, answer);
    return answer;
  };
}

/** Some sources cannot be interrupted; then their answer is not waited for. */
async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  answer.catch(() => undefined);
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(new Error("no answer in time", { cause: signal.reason }));
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([answer, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function without(hidden: readonly string[], text: string): string {
  const words = hidden.filter((word) => word.length > 3).toSorted((a, b) => b.length - a.length);
  return words.reduce((left, word) => left.replaceAll(word, "***"), text);
}

const clipped = (text: string): string => (text.length <= LONGEST_QUERY ? text : `${text.slice(0, LONGEST_QUERY)}…`);
