import { millis, seconds, type Millis } from "../../units.ts";
import type { Hook } from "../hook.ts";
import type { AnalysisSpec } from "./analysis-spec.ts";
import { readDuration } from "./duration.ts";
import { found, readWhole, wrong, type Found } from "./found.ts";

type WebhookSpec = NonNullable<AnalysisSpec["webhooks"]>[number];

const TIMEOUT = seconds(10);
/** A pass waits for its webhooks: longer than this is a mistake in the unit. */
const LONGEST = millis(24 * 3_600_000);
const MOST_RETRIES = 100;

/** Reads `spec.analysis.webhooks` and fills the defaults in. */
export function readHooks(specs: readonly WebhookSpec[]): Found<readonly Hook[]> {
  const hooks: Hook[] = [];
  for (const [index, spec] of specs.entries()) {
    const path = `spec.analysis.webhooks[${index}]`;
    const name = readName(path, spec.name, hooks);
    if (name.problem !== null) return name;
    const hook = readHook(path, spec);
    if (hook.problem !== null) return hook;
    hooks.push(hook.value);
  }
  return found(hooks);
}

/** What came of a webhook is kept by its name. */
function readName(path: string, name: string, others: readonly Hook[]): Found<string> {
  if (name.trim() === "") return wrong(`${path}.name`, "is empty", "Give the webhook a name.");
  if (!others.some((other) => other.name === name)) return found(name);
  return wrong(`${path}.name`, `"${name}" is there twice`, "Give each webhook a name of its own.");
}

function readHook(path: string, spec: WebhookSpec): Found<Hook> {
  const url = readUrl(`${path}.url`, spec.url);
  if (url.problem !== null) return url;
  const timeout = readTimeout(`${path}.timeout`, spec.timeout);
  if (timeout.problem !== null) return timeout;
  const retries = readWhole({
    path: `${path}.retries`,
    value: spec.retries,
    fallback: 0,
    min: 0,
    max: MOST_RETRIES,
  });
  if (retries.problem !== null) return retries;
  return found({
    name: spec.name,
    type: spec.type || "rollout",
    url: url.value,
    timeout: timeout.value,
    retries: retries.value,
    insecure: spec.disableTLS ?? false,
    muteAlert: spec.muteAlert ?? false,
    metadata: spec.metadata ?? {},
  });
}

/** Where the address leads is judged when it is called: names may lead elsewhere by then. */
function readUrl(path: string, text: string): Found<string> {
  const url = URL.parse(text);
  const fix = "Write it like http://load-tester.test/gate/check.";
  if (url === null) return wrong(path, "is no URL", fix);
  if (url.protocol !== "http:" && url.protocol !== "https:") return wrong(path, "is neither http nor https", fix);
  if (url.username === "" && url.password === "") return found(text);
  return wrong(path, "holds a user name or a password", "Remove them: whoever can read this object can read them.");
}

function readTimeout(path: string, text: string | undefined): Found<Millis> {
  if (text === undefined) return found(TIMEOUT);
  const length = readDuration(text);
  if (length !== null && length > 0 && length <= LONGEST) return found(length);
  return wrong(path, `"${text}" is not a length of time above zero and up to a day`, "Write it like 10s or 2m.");
}
