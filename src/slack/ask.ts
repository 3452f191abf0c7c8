import { explain } from "../errors.ts";
import type { CommandVerb } from "../rollout/command.ts";
import type { CanaryView } from "../rollout/view.ts";
import type { SnapshotReader } from "../snapshots/snapshots.ts";
import type { Log } from "../telemetry/log.ts";
import type { Answerer } from "./answerers.ts";
import { permalink } from "./background-client.ts";
import type { ButtonVerb } from "./buttons/table.ts";
import type { ButtonValue } from "./buttons/value.ts";
import { pressedId, typedId } from "./command-id.ts";
import type { CommandDesk, Wish } from "./commands.ts";
import { brokenInside, cannotLook, problemMessage, unresolvedMessage } from "./messages/answers.ts";
import type { Message } from "./messages/blocks.ts";
import { denialMessage } from "./messages/denial.ts";
import { helpMessage } from "./messages/help.ts";
import { listMessage } from "./messages/list.ts";
import { fullName, label, type CanaryName } from "./messages/names.ts";
import { statusMessage } from "./messages/status.ts";
import { primaryLabel } from "./messages/undo.ts";
import { whyMessage } from "./messages/why.ts";
import type { Caller, Known as Person, Permissions } from "./permissions.ts";
import { parse, type Request, type TypedName } from "./slash-commands/parse.ts";
import { resolve, type Known, type Resolved } from "./slash-commands/resolve.ts";
import { commandVerb, VERB_TABLE, VERBS, type Verb } from "./slash-commands/table.ts";

export interface AskParts {
  readonly permissions: Permissions;
  readonly snapshots: SnapshotReader;
  readonly desk: Pick<CommandDesk, "pass">;
  /** Address of the workspace, for links to threads. */
  readonly workspace: string;
  readonly log: Log;
}

/** A person asking, from wherever. */
export interface Asking {
  readonly caller: Caller;
  /** Where it was asked; empty where there is no channel. */
  readonly channel: string;
  /** What makes this delivery unique, such as its trigger id. */
  readonly delivery: string;
  readonly answerer: Answerer;
}

/** The rollout whose thread it is, and its canary as it stands now, which may be at a later rollout. */
export interface ThreadOf {
  readonly view: CanaryView;
  readonly rollout: string;
}

/** What was typed, and the rollout that the place implies (a thread's); `null` elsewhere. */
export interface TypedText {
  readonly text: string;
  readonly implied: ThreadOf | null;
}

/** The one way from a wish to its answer: who is it, what is meant, may they, and then answer it or pass it on. */
export class Ask {
  readonly #parts: AskParts;

  constructor(parts: AskParts) {
    this.#parts = parts;
  }

  /** Answers what somebody typed. Never rejects. */
  async typed(asking: Asking, { text, implied }: TypedText): Promise<void> {
    await this.#guarded(asking, async () => {
      const person = await this.#person(asking);
      if (person === null) return;
      const parsed = parse(text, { impliedCanary: implied !== null });
      if (parsed.kind === "problem") return await asking.answerer.show(problemMessage(parsed.problem));
      if (parsed.request.verb === "help") return await asking.answerer.show(this.#help(person, asking.channel));
      const known = await this.#look(asking);
      if (known !== null) await this.#request({ asking, person, known, implied }, parsed.request);
    });
  }

  /** Answers a pressed button. Never rejects. */
  async pressed(asking: Asking, verb: ButtonVerb, value: ButtonValue): Promise<void> {
    await this.#guarded(asking, async () => {
      const member = await this.#allowed(asking, verb, value);
      if (member === null) return;
      if (verb === "why") return await this.#whyPressed(asking, value);
      const { cluster, namespace, name, uid, rollout, gate, revision } = value;
      const bound = verb === "start" ? { rollout, gate: null, revision } : { rollout, gate, revision };
      await this.#parts.desk.pass(
        {
          id: pressedId(verb, asking.caller.user, value),
          verb,
          cluster,
          namespace,
          name,
          uid,
          ...bound,
          image: "",
          reason: "",
          channel: asking.channel,
          ...member,
        },
        asking.answerer,
      );
    });
  }

  /** The rollout whose thread this is, or `null`. Rejects when Redis does not answer. */
  async rolloutOfThread(channel: string, ts: string): Promise<ThreadOf | null> {
    const views = await this.#parts.snapshots.list();
    const roots = views.flatMap((view) => [
      ...(view.root === null ? [] : [{ view, rollout: view.rollout, root: view.root }]),
      ...view.earlierRoots.map((root) => ({ view, rollout: root.rollout, root })),
    ]);
    return roots.find(({ root }) => root.channel === channel && root.ts === ts) ?? null;
  }

  async #guarded(asking: Asking, answer: () => Promise<void>): Promise<void> {
    try {
      await answer();
    } catch (error) {
      this.#parts.log.error({ user: asking.caller.user, error: explain(error) }, "wish could not be answered");
      await asking.answerer.show(brokenInside()).catch((failure: unknown) => {
        this.#parts.log.error({ user: asking.caller.user, error: explain(failure) }, "person could not be told");
      });
    }
  }

  async #person({ caller, answerer }: Asking): Promise<Person | null> {
    const person = await this.#parts.permissions.recognise(caller);
    if (!("why" in person)) return person;
    this.#parts.log.info(
      { audit: true, user: caller.user, team: caller.team, allowed: false, reason: person.why },
      "permission decided",
    );
    await answerer.show(denialMessage(person));
    return null;
  }

  async #look({ answerer }: Asking): Promise<Known | null> {
    try {
      const [views, clusters] = await Promise.all([this.#parts.snapshots.list(), this.#parts.snapshots.clusters()]);
      return { views, clusters };
    } catch (error) {
      this.#parts.log.warn({ error: explain(error) }, "snapshots cannot be read");
      await answerer.show(cannotLook());
      return null;
    }
  }

  /** What of the person goes into a command, or `null` after they were refused. */
  async #allowed(asking: Asking, verb: Verb, target: CanaryName): Promise<Pick<Wish, "actor" | "roles"> | null> {
    const { caller, channel, answerer } = asking;
    const decision = await this.#parts.permissions.authorize(caller, { verb, target, channel });
    if (decision.allowed)
      return { actor: { kind: "slack", user: caller.user, name: decision.member.name }, roles: [...decision.roles] };
    await answerer.show(denialMessage(decision.denial));
    return null;
  }

  #help(person: Person, channel: string): Message {
    const may = (verb: Verb): boolean =>
      this.#parts.permissions.decide(person, { verb, target: null, channel }).allowed;
    const rows = VERBS.filter(may).map((verb) => VERB_TABLE[verb]);
    return helpMessage(
      rows,
      VERBS.filter((verb) => !may(verb)),
    );
  }

  async #request(scene: Scene, request: Request): Promise<void> {
    const { asking, known, implied } = scene;
    if (request.canary === null && implied === null) return await this.#list(scene);
    const resolved: Resolved =
      request.canary === null && implied !== null
        ? { kind: "found", view: implied.view }
        : resolveTyped(request.canary, known);
    const verb = commandVerb(request.verb);
    if (resolved.kind === "found") return await this.#about(scene, request, resolved.view);
    if (resolved.kind === "unseen" && verb !== null)
      return await this.#pass(asking, { ...request, verb }, { ...resolved.name, uid: "", ...UNBOUND });
    await asking.answerer.show(unresolvedMessage(nameTyped(request.canary), resolved));
  }

  async #about({ asking, known, implied }: Scene, request: Request, view: CanaryView): Promise<void> {
    const verb = commandVerb(request.verb);
    if (verb !== null) {
      const { cluster, namespace, name, uid } = view;
      const thread = request.canary === null ? implied : null;
      const bound = boundTo(verb, view, thread?.rollout ?? view.rollout);
      return await this.#pass(asking, { ...request, verb }, { cluster, namespace, name, uid, ...bound });
    }
    if ((await this.#allowed(asking, request.verb, view)) === null) return;
    if (request.verb === "why") return await asking.answerer.show(whyMessage(view));
    const health = known.clusters.find((cluster) => cluster.name === view.cluster) ?? null;
    await asking.answerer.show(statusMessage(view, { link: permalink(this.#parts.workspace, view.root), health }));
  }

  /** All canaries that this person may see. */
  async #list({ asking, person, known }: Scene): Promise<void> {
    const { caller, channel, answerer } = asking;
    const decision = await this.#parts.permissions.authorize(caller, { verb: "list", target: null, channel });
    if (!decision.allowed) return await answerer.show(denialMessage(decision.denial));
    const visible = known.views.filter(
      (target) => this.#parts.permissions.decide(person, { verb: "list", target, channel }).allowed,
    );
    await answerer.show(listMessage(visible, known.clusters));
  }

  async #pass(
    asking: Asking,
    request: Omit<Request, "verb"> & { readonly verb: CommandVerb },
    target: CanaryName & { readonly uid: string } & Bound,
  ): Promise<void> {
    const member = await this.#allowed(asking, request.verb, target);
    if (member === null) return;
    const { user, team } = asking.caller;
    const { verb, image, reason } = request;
    const { meant, ...bound } = target;
    const id = typedId({ team, user, trigger: asking.delivery });
    await this.#parts.desk.pass(
      { id, verb, ...bound, image, reason, channel: asking.channel, ...member },
      asking.answerer,
      meant,
    );
  }

  async #whyPressed(asking: Asking, value: ButtonValue): Promise<void> {
    const known = await this.#look(asking);
    if (known === null) return;
    const typed = { cluster: value.cluster.toLowerCase(), namespace: value.namespace, name: value.name };
    const resolved = resolve(typed, known);
    const message =
      resolved.kind === "found" ? whyMessage(resolved.view) : unresolvedMessage(fullName(value), resolved);
    await asking.answerer.show(message);
  }
}

/** A request with all that is known while it is answered. */
interface Scene {
  readonly asking: Asking;
  readonly person: Person;
  readonly known: Known;
  readonly implied: ThreadOf | null;
}

/** What a wish is about, as the person sees it: it is refused when something else stands there by then. */
type Bound = Pick<Wish, "rollout" | "gate" | "revision"> & { readonly meant: string };

const UNBOUND: Bound = { rollout: "", gate: null, revision: null, meant: "" };

/**
 * Consent is to what was seen, however it is given: it never falls to a revision that appeared meanwhile. Holding a rollout or
 * taking it back is meant for whatever runs.
 */
function boundTo(verb: CommandVerb, view: CanaryView, rollout: string): Bound {
  if (verb !== "approve" && verb !== "promote" && verb !== "undo") return UNBOUND;
  if (rollout !== view.rollout) return { ...UNBOUND, rollout };
  const meant = verb === "undo" ? primaryLabel(view) : label(view.revision);
  return { rollout, revision: view.revision.hash, gate: verb === "approve" ? (view.gate?.name ?? null) : null, meant };
}

const resolveTyped = (name: TypedName | null, known: Known): Resolved =>
  name === null ? { kind: "unknown", closest: [], hidden: [] } : resolve(name, known);

function nameTyped(name: TypedName | null): string {
  if (name === null) return "";
  const cluster = name.cluster === null ? "" : `${name.cluster}:`;
  return `${cluster}${name.namespace === null ? "" : `${name.namespace}/`}${name.name}`;
}
