import { ConflictError, explain, NotFoundError, SchemaError } from "../errors.ts";
import type { Receipt } from "../queue/jobs.ts";
import type { RolloutCommand } from "../rollout/command.ts";
import { decide, type Decision } from "../rollout/decide.ts";
import type { Observation } from "../rollout/observation.ts";
import { whatToAsk } from "../rollout/questions.ts";
import { withPosted, type Posted } from "../rollout/outbox.ts";
import { statusOf } from "../rollout/peer-status.ts";
import { definitionOf, type Subject } from "../rollout/subject.ts";
import type { CanaryKey } from "../store/canary-store.ts";
import type { Timestamp } from "../units.ts";
import { execute } from "./execute.ts";
import { accepted, admit, refused } from "./intake.ts";
import { spread } from "./news.ts";
import { ask, glance, type Answers } from "./observe.ts";
import type { PassParts } from "./parts.ts";

/** How often a pass looks again when somebody else was faster; the pauses grow from 20 ms to about 1 s. */
const LOOKS = 7;

/** What a pass is asked beside looking. */
export interface Wish {
  /** A command whose signature was checked. Such a pass measures nothing: a person does not wait for Prometheus. */
  readonly command: RolloutCommand | null;
  /** Reports of the bot that are not in the record yet. */
  readonly posted: readonly Posted[];
  /** Whether the reports are worth a write of their own. */
  readonly savePosted: boolean;
  /** Interrupts the measuring. */
  readonly signal: AbortSignal;
  /** Lets the part of a pass that writes wait until few enough others are at it. A command never waits. */
  readonly inLine: <T>(work: () => Promise<T>) => Promise<T>;
}

export interface PassResult {
  /** The canary as it stands after the pass; `null`: it does not exist. */
  readonly subject: Subject | null;
  readonly seen: Observation | null;
  readonly wrote: boolean;
  /** Effects that were carried out. */
  readonly effects: number;
  readonly recheckAt: Timestamp | null;
  /** What the person who sent the command hears; `null` when there was none, or when it was not taken in. */
  readonly outcome: Receipt["outcome"] | null;
  /** Why something is left to do; `null` when nothing is. */
  readonly failure: unknown;
}

/**
 * One pass for one canary: load, admit, observe, decide, save, execute. Whoever finds that something has changed meanwhile looks
 * again at once. Rejects when nothing was saved: what was asked may be asked again.
 */
export async function reconcile(parts: PassParts, key: CanaryKey, wish: Wish): Promise<PassResult> {
  let wrote = false;
  for (let look = 1; ; look += 1) {
    const result = await lookOnce(parts, key, wish);
    wrote ||= result.wrote;
    if (!(result.failure instanceof ConflictError) || look === LOOKS) return { ...result, wrote };
    await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** (look - 1) * (0.5 + Math.random())));
  }
}

const nothing = { seen: null, wrote: false, effects: 0, recheckAt: null, outcome: null, failure: null };

async function lookOnce(parts: PassParts, key: CanaryKey, wish: Wish): Promise<PassResult> {
  const { command, signal, inLine } = wish;
  if (command !== null) return decideAndAct(parts, key, wish, UNASKED);
  const due = parts.store.get(key);
  const answers = due === null ? UNASKED : await askInRounds(parts, due, signal);
  // What was asked is about the step that was due: for another one it says nothing.
  const answered = (found: Subject | null) => (found?.resourceVersion === due?.resourceVersion ? answers : UNASKED);
  return inLine(() => decideAndAct(parts, key, wish, answered(parts.store.get(key))));
}

const UNASKED: Answers = { measurements: [], hooks: [] };
/** What comes first, then the gates that only matter when all of that is well. */
const ROUNDS = 3;

async function askInRounds(parts: PassParts, due: Subject, signal: AbortSignal): Promise<Answers> {
  let answers = UNASKED;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const asking = whatToAsk(due, { ...glance(parts, definitionOf(due)), ...answers });
    if (asking.checks.length === 0 && asking.hooks.length === 0) break;
    const more = await ask(parts, { canary: due.canary, ...asking, signal });
    const measurements = [...answers.measurements, ...more.measurements];
    answers = { measurements, hooks: [...answers.hooks, ...more.hooks] };
  }
  return answers;
}

/** The rest of a look. Everything up to the save happens at one moment. */
async function decideAndAct(parts: PassParts, key: CanaryKey, wish: Wish, answers: Answers): Promise<PassResult> {
  const { command } = wish;
  const found = parts.store.get(key);
  const reported = found === null ? null : wish.posted.reduce(withPosted, found);
  const glanced = glance(parts, reported === null ? null : definitionOf(reported));
  const admission = command === null ? null : admit(reported, command, glanced);
  if (admission?.kind === "refused") {
    const outcome = refused(admission.refusal, reported, parts.now());
    return { ...nothing, subject: found, outcome };
  }
  if (found === null || reported === null) return { ...nothing, subject: null };
  const subject = admission?.kind === "admitted" ? admission.subject : reported;
  const seen = { ...glanced, ...answers };
  const decision = decide(subject, seen);
  const mustSave = admission?.kind === "admitted" || wish.savePosted;
  const saved = await save(parts, { found, subject, seen, decision, mustSave });
  if (saved.failure !== null) {
    const outcome = command === null ? null : unsaved(parts, found, saved.failure);
    return { ...nothing, subject: found, seen, failure: saved.failure, outcome };
  }
  const failure = await carryOut(parts, saved.subject, decision);
  return {
    subject: saved.subject,
    seen,
    wrote: saved.wrote,
    effects: failure === null ? decision.effects.length : 0,
    recheckAt: decision.recheckAt,
    outcome: command === null ? null : accepted(saved.subject),
    failure,
  };
}

interface Intent {
  readonly found: Subject;
  readonly subject: Subject;
  readonly seen: Observation;
  readonly decision: Decision;
  readonly mustSave: boolean;
}

interface Saved {
  readonly subject: Subject;
  readonly wrote: boolean;
  readonly failure: ConflictError | SchemaError | null;
}

/** The record is written before anything else: it is the intent that everybody can take up again. */
async function save(parts: PassParts, intent: Intent): Promise<Saved> {
  const { found, subject } = intent;
  const status = intent.decision.status ?? kept(intent);
  if (status === null) return { subject, wrote: false, failure: null };
  try {
    const saved = await parts.store.save(subject, status);
    spread(parts, found, saved);
    return { subject: saved, wrote: true, failure: null };
  } catch (error) {
    if (error instanceof ConflictError) return { subject, wrote: false, failure: error };
    if (error instanceof NotFoundError) {
      const gone = new ConflictError("while saving the record: the canary was deleted", { cause: error });
      return { subject, wrote: false, failure: gone };
    }
    if (!(error instanceof SchemaError)) throw error;
    const message = explain(error);
    parts.recorder.record(found.ref, { type: "Warning", reason: "RecordPruned", message });
    parts.log.error({ canary: found.ref, problem: message }, "the record cannot be kept, nothing is done");
    return { subject, wrote: false, failure: error };
  }
}

/** The record with what was added to it before deciding, for when the decision itself has nothing to write. */
function kept({ found, subject, seen, mustSave }: Intent) {
  const { rollout, peer, problem } = subject;
  if (!mustSave || rollout === null || rollout === found.rollout) return null;
  return statusOf(rollout, peer, problem, seen.observedAt);
}

/** Why effects are left; `null` when all were carried out. */
async function carryOut(parts: PassParts, saved: Subject, decision: Decision): Promise<unknown> {
  const definition = definitionOf(saved);
  if (definition === null || decision.effects.length === 0) return null;
  try {
    await execute(parts, { subject: saved, canary: definition }, decision.effects);
    return null;
  } catch (error) {
    return error;
  }
}

/** A cluster that cannot keep the record cannot accept anything; every other failure is tried again. */
function unsaved(parts: PassParts, found: Subject, failure: unknown): Receipt["outcome"] | null {
  if (!(failure instanceof SchemaError)) return null;
  const facts = { path: "CustomResourceDefinition", problem: explain(failure), fix: "Apply the CRDs of this version." };
  return refused({ reason: "invalid-manifest", facts }, found, parts.now());
}
