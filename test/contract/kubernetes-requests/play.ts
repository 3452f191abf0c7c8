import { randomBytes } from "node:crypto";
import { at, stringAt } from "../../../src/playground/kubernetes/json.ts";
import type { JsonValue } from "../../../src/playground/kubernetes/json.ts";
import { Normaliser } from "./normalise.ts";
import type { Answer, Chapter, Recorded, RequestStep, Step, WatchStep } from "./script.ts";
import type { RawAnswer, ServerUnderTest } from "./server-under-test.ts";

const UNTIL_TIMEOUT_MS = 20_000;
const UNTIL_PAUSE_MS = 25;
/** Headers that say something about the answer. */
const SHOWN_HEADERS = ["content-type", "warning", "retry-after"];

interface Play {
  readonly server: ServerUnderTest;
  readonly names: Map<string, string>;
  readonly normaliser: Normaliser;
}

/** Sends the steps of a chapter, in order, and returns what is to be compared of each answer. */
export async function play(chapter: Chapter, server: ServerUnderTest): Promise<readonly Recorded[]> {
  const random = randomBytes(4).toString("hex");
  const own = { ns: `contract-${random}`, group: `g${random}.contract.test` };
  const names = new Map(Object.entries(own));
  const running: Play = { server, names, normaliser: new Normaliser(own, chapter.showsManagedFields === true) };
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: own.ns } };
  await must(server, "POST", "/api/v1/namespaces", namespace);
  await untilFurnished(server, own.ns);
  const recorded: Recorded[] = [];
  for (const step of chapter.steps) recorded.push(await perform(step, running));
  await server.send({ method: "DELETE", path: `/api/v1/namespaces/${own.ns}` });
  await removeDefinitions(server, own.group);
  return recorded;
}

/** A namespace gets its default service account and its certificate a little later. */
async function untilFurnished(server: ServerUnderTest, namespace: string): Promise<void> {
  for (const furniture of ["serviceaccounts/default", "configmaps/kube-root-ca.crt"])
    await poll(
      () => server.send({ method: "GET", path: `/api/v1/namespaces/${namespace}/${furniture}` }),
      ({ status }) => status === 200,
    );
}

async function removeDefinitions(server: ServerUnderTest, group: string): Promise<void> {
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const { text } = await server.send({ method: "GET", path });
  const { items } = JSON.parse(text) as { items: { metadata: { name: string } }[] };
  for (const { metadata } of items)
    if (metadata.name.endsWith(`.${group}`)) await server.send({ method: "DELETE", path: `${path}/${metadata.name}` });
}

async function must(server: ServerUnderTest, method: string, path: string, body: unknown): Promise<void> {
  const { status, text } = await server.send({ method, path, body: JSON.stringify(body) });
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
}

async function perform(step: Step, running: Play): Promise<Recorded> {
  if ("forget" in step) {
    await running.server.forget();
    return { say: step.say };
  }
  return "watch" in step ? follow(step, running) : ask(step, running);
}

async function ask(step: RequestStep, { server, names, normaliser }: Play): Promise<Recorded> {
  const [method = "", path = ""] = step.ask.split(/ (.*)/s);
  const body = step.body === undefined || typeof step.body === "string" ? step.body : JSON.stringify(step.body);
  const question = {
    method,
    path: fill(path, names),
    body: body === undefined ? undefined : fill(body, names),
    type: step.type,
    accept: step.accept,
  };
  const prefix = stringAt(step.body as JsonValue | undefined, "metadata", "generateName");
  if (prefix !== undefined) normaliser.expectGenerated(prefix);
  const { until } = step;
  const answer = await poll(
    () => server.send(question),
    (raw) => until === undefined || until(answerOf(raw)),
  );
  const seen = answerOf(answer);
  for (const [name, where] of Object.entries(step.keep ?? {})) names.set(name, String(at(seen.body, ...where)));
  const viewed = step.view === undefined ? seen.body : (step.view(seen.body) ?? null);
  return {
    say: step.say,
    status: answer.status,
    headers: shownHeaders(answer, normaliser),
    body: normaliser.body(viewed),
  };
}

async function follow(step: WatchStep, { server, names, normaliser }: Play): Promise<Recorded> {
  const question = { method: "GET", path: fill(step.watch, names), accept: step.accept };
  const { status, events, text } = await server.watch(question, step.events);
  return status === 200
    ? { say: step.say, status, events: normaliser.body([...events]) }
    : { say: step.say, status, body: normaliser.body(parsed(text)) };
}

function shownHeaders({ headers }: RawAnswer, normaliser: Normaliser): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const name of SHOWN_HEADERS) {
    const value = headers[name];
    if (value !== undefined) shown[name] = normaliser.text(String(value));
  }
  return shown;
}

function answerOf({ status, text }: RawAnswer): Answer {
  return { status, body: parsed(text) };
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function fill(text: string, names: ReadonlyMap<string, string>): string {
  return text.replaceAll(/<([a-zA-Z0-9]+)>/g, (whole, name: string) => names.get(name) ?? whole);
}

async function poll<T>(look: () => Promise<T>, isGood: (found: T) => boolean): Promise<T> {
  const giveUpAt = performance.now() + UNTIL_TIMEOUT_MS;
  for (;;) {
    const found = await look();
    if (isGood(found) || performance.now() > giveUpAt) return found;
    await new Promise((resolve) => setTimeout(resolve, UNTIL_PAUSE_MS));
  }
}
