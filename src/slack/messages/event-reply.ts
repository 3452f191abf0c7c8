import type { Actor } from "../../rollout/command.ts";
import { GATES, type GateName } from "../../rollout/canary.ts";
import type { HookType } from "../../rollout/hook.ts";
import type { EventOf, Figure, RecordedEvent, RolloutEvent } from "../../rollout/event.ts";
import type { CanaryView } from "../../rollout/view.ts";
import { buttonsFor, type ButtonVerb } from "../buttons/table.ts";
import { context, controls, message, section, type Block, type Message } from "./blocks.ts";
import { figureLines, figureWords } from "./figures.ts";
import { configWords } from "./configs.ts";
import { gateEnd, wantedWords } from "./gates.ts";
import { hookNames } from "./hooks.ts";
import { label, promotedLabel } from "./names.ts";
import { causeWords, GATE_NAMES, stateOf } from "./phases.ts";
import { code, count, inWords, mentionOf, nameOf, plain, sentence, typed } from "./text.ts";
import { clock, duration, when } from "./time.ts";
import { atWeight } from "./traffic.ts";
import { earlierMarked, undoTo } from "./undo.ts";

/** A reply in the thread of a rollout. */
export interface Reply extends Message {
  /** Whether the channel sees it too. */
  readonly broadcast: boolean;
}

/** Whom the policy lets approve: tokens such as `<!subteam^S…>` that notify when they are posted. */
export interface Audience {
  approvers(canary: CanaryView, group: string): readonly string[];
}

/** What an event says, before it is put into blocks. */
interface Words {
  /** One full sentence (or two) in mrkdwn. */
  readonly says: string;
  readonly figures?: readonly Figure[];
  /** Who is notified. Absent: nobody; the reply only stands in the log. */
  readonly tells?: "starter" | "approvers" | "both";
  /** Who asked for it, and is notified too. */
  readonly asker?: Actor;
  /** Group of the policy, for `approvers`. */
  readonly group?: string;
  readonly broadcast?: boolean;
  readonly buttons?: readonly ButtonVerb[];
}

type Say<K extends RolloutEvent["kind"]> = (event: EventOf<K>, view: CanaryView) => Words;

const SAY: { readonly [K in RolloutEvent["kind"]]: Say<K> } = {
  initialized: (event) => ({
    says: `Ready: primary serves ${code(event.label)}. New versions of it now go out step by step.`,
  }),
  "revision-waiting": (event, view) => ({
    says: `${code(event.label)} is waiting to be started. Press Start, or type ${typed(`/canary start ${view.name}`)}.`,
    tells: "approvers",
    buttons: ["start"],
  }),
  "rollout-started": sayStarted,
  "configs-changed": (event) => ({
    says: `Its images are those of primary; what changed: ${configWords(event.configs)}.`,
  }),
  superseded: (event, view) => ({
    says: `${code(event.label)} was replaced by ${code(event.next)} while it was rolled out. The ${stopsOf(view)} begin again, and approvals given so far no longer count.`,
  }),
  "step-started": (event) => ({
    says: `Step ${event.step} of ${event.of}: *${event.weight} %* of the traffic now goes to the canary.`,
    figures: event.figures,
  }),
  "iteration-started": sayIteration,
  "mirroring-started": (event) => ({
    says: `Mirroring: ${event.percent === null ? "every request" : `*${event.percent} %* of the requests`} is now copied to the canary, and its answers are thrown away. Users stay on primary.`,
    figures: event.figures,
  }),
  "traffic-switched": (event) => ({
    says: "Switched: *100 %* of the traffic now goes to the canary.",
    figures: event.figures,
  }),
  "hook-failed": (event) => ({
    says: `The ${event.type} webhook ${code(event.hook)} failed${reasonWords(event.problem)}. That is failed check ${event.failed} of ${event.threshold}${event.failed >= event.threshold ? ", and rolls it back" : ""}.`,
  }),
  "hook-passed": (event) => ({
    says: isGate(event.type)
      ? `${sentence(hookNames(event.hook.split(", ")))} let it pass: ${GATE_NAMES[event.type]}.`
      : `The ${event.type} webhook ${code(event.hook)} passed.`,
  }),
  "post-hook-failed": (event) => ({
    says: `The post-rollout webhook ${code(event.hook)} failed${reasonWords(event.problem)}. The rollout is over all the same.`,
  }),
  "checks-failed": (event, view) => ({
    says: `Failed check ${event.failed} of ${event.threshold} ${atWeight(event.weight, view)}. ${
      event.failed >= event.threshold ? "That rolls it back." : "The weight stays where it is."
    }`,
    figures: event.figures,
  }),
  "checks-inconclusive": (event) => ({
    says: `The checks give no verdict, so the weight stays where it is. A person is asked at ${clock(event.askAt)}; it rolls back ${when(event.rollbackAt, event.askAt)}.`,
    figures: event.figures,
  }),
  "checks-conclusive": (event) => ({ says: "The checks give a verdict again, it goes on.", figures: event.figures }),
  "human-needed": sayHumanNeeded,
  "approval-wanted": sayApprovalWanted,
  approved: (event) => ({
    says: `${nameOf(event.by)} approved ${GATE_NAMES[event.gate]}: ${event.have} of ${count(event.need, "approval")}.`,
  }),
  "approval-overdue": (event, view) => ({
    says: `Nobody has approved ${GATE_NAMES[event.gate]} in time. It goes on waiting: press Approve or Roll back.`,
    tells: "approvers",
    group: view.gate?.group ?? "",
    buttons: ["approve", "rollback"],
  }),
  paused: (event, view) => ({
    says: `${nameOf(event.by)} paused it ${atWeight(event.weight, view)}${event.reason === "" ? "." : `: “${plain(event.reason)}”.`} The checks go on and may still roll it back.`,
  }),
  resumed: (event) => ({ says: `${nameOf(event.by)} resumed it.` }),
  "undo-started": (event) => ({
    says: `Undo: ${nameOf(event.by)} puts primary back from ${code(event.from)} to ${earlierMarked(event.from, event.to)} at once, template and configs.${event.reason === "" ? "" : ` Reason: “${plain(event.reason)}”.`}`,
    tells: "starter",
    broadcast: true,
  }),
  undone: (event, view) => ({
    says: `Undone: primary runs ${code(event.to)} again and has all traffic. The target keeps ${code(label(view.revision))}, which starts nothing by itself.`,
    asker: event.by,
  }),
  "undo-failed": (event, view) => ({
    says: `The undo failed: primary does not become ready${reasonWords(event.detail)}. Look at its pods; ${typed(`/canary start ${view.name} TAG`)} with a healthy version is a way out.`,
    tells: "both",
    broadcast: true,
  }),
  "handing-back": () => ({
    says: "The canary is being deleted, and its manifest asks for everything to be as it was: the target gets its pods back, then all traffic.",
  }),
  "handed-back": () => ({ says: "Handed back: the target has all traffic again, and this canary is gone." }),
  suspended: () => ({
    says: `Suspended: the manifest says ${code("spec.suspend: true")}. Nothing moves but a rollback until that is false again.`,
  }),
  unsuspended: () => ({ says: "No longer suspended, it goes on." }),
  "promotion-forced": (event, view) => ({
    says: `${nameOf(event.by)} promoted it ${atWeight(event.weight, view)}; the remaining ${stopsOf(view)} are left out.`,
  }),
  "promotion-started": (event) => ({ says: `Promotion: primary is brought to ${code(event.label)}.` }),
  "traffic-returning": (event) => ({
    says: `Traffic returns to primary: ${event.weight} % is still on the canary.`,
  }),
  "traffic-returned": (event) => ({ says: `Primary runs ${code(event.label)} and has all traffic again.` }),
  succeeded: (event, view) => ({
    says: `Succeeded: ${code(view.name)} runs ${code(event.label)} for everybody, after ${duration(event.tookSeconds * 1000)}.`,
    tells: "starter",
  }),
  "rollback-started": sayRollback,
  "rolled-back": (event) => ({
    says: `Rolled back: ${earlierMarked(event.label, event.to)} has all traffic again, and ${code(event.label)} is scaled down.`,
    buttons: ["start"],
  }),
  "promotion-failed": sayPromotionFailed,
  "not-ready": sayNotReady,
  "drift-repaired": (event) => ({
    says: `Somebody changed the route outside of this rollout (${plain(event.found, 400)}). It is back at ${event.restored} %.`,
  }),
  "services-repaired": (event) => ({
    says: `The Services are not as the manifest wants them (${plain(event.found, 400)}). They are put right; if another tool manages them too, keep it from doing so.`,
  }),
  "command-ignored": (event) => ({
    says: `The ${event.verb} that ${nameOf(event.by)} asked for was not applied: ${plain(event.why)}.`,
  }),
  "manifest-invalid": (event) => ({
    says: `The manifest is not valid at ${code(event.path)}: ${plain(event.problem, 600)}. Nothing moves until it is mended: ${plain(event.fix, 600)}`,
    tells: "both",
  }),
  "manifest-valid": () => ({ says: "The manifest is valid again, it goes on." }),
};

function sayStarted(event: EventOf<"rollout-started">): Words {
  const from = event.from === "" ? "" : `, from ${earlierMarked(event.label, event.from)}`;
  const byCluster = event.by.kind === "cluster";
  const who = byCluster ? "A change in the cluster, not a person in chat," : nameOf(event.by);
  const says = `${who} started ${code(event.label)}${from}.`;
  return byCluster ? { says, tells: "approvers" } : { says };
}

function sayHumanNeeded(event: EventOf<"human-needed">): Words {
  const why = event.why === "inconclusive" ? "the checks have given no verdict for a while" : "it is stuck";
  return {
    says: `A person is needed: ${why}. ${sentence(plain(event.detail, 600))}. Look, then press Promote now or Roll back.`,
    tells: "both",
    buttons: ["approve", "promote", "rollback", "why"],
  };
}

function sayApprovalWanted(event: EventOf<"approval-wanted">, view: CanaryView): Words {
  const { gate, group, count: missing, hooks, either } = event;
  const asked = hooks.length > 0 ? " The webhooks are asked again at every check." : "";
  return {
    says: `It waits for ${wantedWords({ gate, group, missing, hooks, either })}.${asked} ${gateEnd(event, view.madeAt)}`,
    figures: event.figures,
    ...(!event.muted && { tells: "approvers" }),
    group,
    buttons: ["approve", "rollback"],
  };
}

function sayIteration(event: EventOf<"iteration-started">, view: CanaryView): Words {
  const first =
    view.strategy === "ab-test"
      ? ": *all requests that match* now go to the canary, all others stay on primary"
      : ": users stay on primary while the canary is tested beside it";
  return {
    says: `Iteration *${event.iteration} of ${event.of}*${event.iteration === 1 ? first : ""}.`,
    figures: event.figures,
  };
}

function sayPromotionFailed(event: EventOf<"promotion-failed">, view: CanaryView): Words {
  const to = undoTo(view);
  const start = typed(`/canary start ${view.name}`);
  const undo = to === null ? "" : `, or put it back to ${code(to)} with ${typed(`/canary undo ${view.name}`)}`;
  return {
    says: `Promotion failed: primary does not become ready (${plain(event.detail, 600)}). ${event.weight} % of the traffic stays on the canary, the healthy copy. Repair primary, then type ${start}${undo}.`,
    tells: "both",
    broadcast: true,
  };
}

/** What a run of this kind goes through. */
const stopsOf = ({ strategy }: CanaryView): string => (strategy === "weighted" ? "steps" : "iterations");

const reasonWords = (problem: string): string => (problem === "" ? "" : `: ${plain(problem, 600).replace(/\.$/, "")}`);

const isGate = (type: HookType): type is GateName => GATES.some((gate) => gate === type);

function sayRollback(event: EventOf<"rollback-started">, view: CanaryView): Words {
  const because = event.by === null ? `because ${causeWords(event.cause)}` : `because ${nameOf(event.by)} asked for it`;
  const detail = event.detail === "" ? "." : `: ${plain(event.detail, 600)}.`;
  const effect = event.cause === "promotion-failed" ? "" : ` ${wayBack(event, view)}`;
  return {
    says: `Rolling back ${because}${detail}${effect}`,
    figures: event.figures,
    tells: "starter",
    broadcast: event.cause !== "asked",
  };
}

function wayBack({ weight }: EventOf<"rollback-started">, view: CanaryView): string {
  const to = code(promotedLabel(view));
  if (weight === 0) return `${to} serves everybody, as before.`;
  if (view.strategy === "ab-test") return `The requests that match go back to ${to}, which serves everybody.`;
  return `Traffic goes from ${weight} % back to 0 %; ${to} serves everybody.`;
}

function sayNotReady(event: EventOf<"not-ready">): Words {
  const who = event.who === "canary" ? "the canary" : "primary";
  const end =
    event.deadline === null ? "Nothing moves until then." : `If that stays, it rolls back at ${clock(event.deadline)}.`;
  const says = `It waits for the pods of ${who}: ${plain(event.detail, 600)}. ${end}`;
  return event.deadline === null ? { says, tells: "both" } : { says };
}

function wordsOf<K extends RolloutEvent["kind"]>(kind: K, event: EventOf<K>, view: CanaryView): Words {
  return SAY[kind](event, view);
}

/** The reply for one event: its sentence, the figures it rests on, and a mention only where a person should look (`null`: nobody). */
export function eventReply(recorded: RecordedEvent, view: CanaryView, audience: Audience | null): Reply {
  const words = wordsOf(recorded.event.kind, recorded.event, view);
  const buttons = recorded.rollout === view.rollout ? buttonsFor(view, words.buttons ?? []) : [];
  return { ...drawn(words, { view, audience }, controls("event", buttons)), broadcast: words.broadcast ?? false };
}

/** The same reply once its question is decided: what became of it in the place of the buttons. */
export function decidedReply(recorded: RecordedEvent, view: CanaryView, audience: Audience): Message {
  const words = wordsOf(recorded.event.kind, recorded.event, view);
  const by = view.gate === null && view.rollback?.by ? ` by ${nameOf(view.rollback.by)}` : "";
  return drawn(words, { view, audience }, [context(`Decided: it is now *${stateOf(view).word}*${by}.`)]);
}

interface Scene {
  readonly view: CanaryView;
  readonly audience: Audience | null;
}

function drawn(words: Words, { view, audience }: Scene, end: readonly Block[]): Message {
  const mentions = audience === null ? "" : mentionsFor(words, view, audience);
  const says = mentions === "" ? words.says : `${mentions} ${words.says}`;
  const figures = words.figures ?? [];
  const spoken = figures.map((figure) => figureWords(figure, view.checks));
  const text = spoken.length === 0 ? says : `${says} ${sentence(inWords(spoken))}.`;
  return message(text, [section(says, ...figureLines(figures, view.checks)), ...end]);
}

function mentionsFor(words: Words, view: CanaryView, audience: Audience): string {
  const asker = words.asker === undefined ? "" : mentionOf(words.asker);
  return [...new Set([asker, ...toldOf(words, view, audience)])].filter((token) => token !== "").join(" ");
}

function toldOf(words: Words, view: CanaryView, audience: Audience): readonly string[] {
  if (words.tells === undefined) return [];
  const starter = words.tells === "approvers" ? "" : mentionOf(view.startedBy);
  const others = words.tells === "starter" && starter !== "" ? [] : audience.approvers(view, words.group ?? "");
  return [starter, ...others];
}
