import type { Refusal, RefusalReason, RolloutCommand } from "../../rollout/command.ts";
import type { CanaryView } from "../../rollout/view.ts";
import { buttonsFor } from "../buttons/table.ts";
import { controls, note, section, type Message } from "./blocks.ts";
import { configWords } from "./configs.ts";
import { approvers } from "./gates.ts";
import { fullName, label } from "./names.ts";
import { nextSentence } from "./next.ts";
import { stateOf } from "./phases.ts";
import { code, plain, typed } from "./text.ts";
import { atPresent } from "./traffic.ts";

/** What a sentence is made from: the command, the worker's facts (any may be missing), and the present state if it was sent. */
interface Case {
  readonly command: RolloutCommand;
  readonly facts: Readonly<Record<string, string>>;
  readonly view: CanaryView | null;
}

/** What is wrong, and the exact next thing to type or press. */
const SENTENCES = {
  "unknown-canary": ({ command }) =>
    `there is no canary ${code(fullName(command))}. ${typed("/canary list")} shows those that exist.`,
  "canary-recreated": ({ command }) =>
    `${code(command.name)} was deleted and made anew since then. Look at ${typed(`/canary status ${command.name}`)} and ask again.`,
  "invalid-manifest": ({ command, facts }) =>
    `the manifest of ${code(command.name)} is not valid${fact(facts, "path", " at ")}${fact(facts, "problem", ": ")}. Mend it${fact(facts, "fix", ": ")}, apply it, and ask again.`,
  suspended: ({ command }) =>
    `${code(command.name)} is suspended in its manifest. Set ${code("spec.suspend: false")} and ask again.`,
  bootstrapping: ({ command }) =>
    `${code(command.name)} is still being set up for the first time. ${typed(`/canary status ${command.name}`)} says when it is ready.`,
  "already-rolling": ({ command, facts, view }) =>
    `${shown(facts, view, "it")} is being rolled out ${command.verb === "undo" ? "now, and only what is promoted can be undone" : "already"}. Wait for it, or end it with ${typed(`/canary rollback ${command.name}`)}.`,
  "nothing-new": ({ command, facts, view }) =>
    `${code(command.name)} already runs ${fact(facts, "label", "") || versionOf(view)}. Name another version: ${typed(`/canary start ${command.name} TAG`)}.`,
  "nothing-waiting": ({ command }) =>
    `no version of ${code(command.name)} is waiting to be started. Name one: ${typed(`/canary start ${command.name} TAG`)}.`,
  "bad-image": ({ command, facts }) =>
    `${code(command.image)} is not an image that can be used${fact(facts, "problem", ": ")}. Give a tag such as ${code("6.1.0")}, or a whole image.`,
  "ambiguous-container": ({ command, facts }) =>
    `${code(command.name)} has several containers${fact(facts, "containers", ": ")}, and a tag does not say which one. Give the whole image, such as ${code("registry.example/name:tag")}.`,
  "not-running": ({ command }) =>
    `no rollout of ${code(command.name)} is running. ${typed(`/canary start ${command.name} TAG`)} begins one.`,
  "already-paused": ({ command }) =>
    `${code(command.name)} is paused already. ${typed(`/canary resume ${command.name}`)} continues it.`,
  "not-paused": ({ command }) =>
    `${code(command.name)} is not paused. ${typed(`/canary status ${command.name}`)} shows what it waits for.`,
  "rolling-back-already": ({ command, facts, view }) =>
    `${code(command.name)} is ${(facts["phase"] ?? view?.phase) === "undoing" ? "being undone" : "rolling back"} already. The thread says when that is done.`,
  "too-late": tooLate,
  "old-button": ({ command, facts, view }) =>
    `${code(command.verb)} was meant for an earlier moment: ${shown(facts, view, "something else")} is there now. Use the present controls, or ask again for that.`,
  "no-gate-waits": ({ command }) =>
    `nothing in ${code(command.name)} waits for an approval now. ${typed(`/canary status ${command.name}`)} shows what happens next.`,
  "already-approved": () => "you have approved this already. It takes another person for the next approval.",
  "starter-may-not-approve": ({ facts, view }) =>
    `you started this rollout, so your approval does not count. Ask ${groupOf(facts, view)}.`,
  "not-in-group": ({ facts, view }) => `only ${groupOf(facts, view)} may approve this. Ask one of them.`,
  "bad-signature": () =>
    "its signature does not fit: bot and worker have different values of COMMAND_KEY. Tell whoever runs them.",
  expired: ({ facts }) =>
    facts["clock"] === "ahead"
      ? "the bot's clock is ahead of the worker's. Tell whoever runs them; asking again helps only when the clocks agree."
      : "it arrived too late and has expired. Ask again.",
  "record-full": ({ command }) =>
    `the record of ${code(command.name)} cannot take another command now. Try again in a minute.`,
  "nothing-to-undo": ({ command }) =>
    `nothing is kept that ${code(command.name)} could be put back to: only a promotion leaves a copy of what primary ran before. Start the version that you want: ${typed(`/canary start ${command.name} TAG`)}.`,
  "undo-incomplete": ({ command, facts }) =>
    `the copy of ${shown(facts, null, "what primary ran before")} lacks ${missing(facts)}, so primary would not start with it. Nothing was changed. Start that version as a rollout instead: ${typed(`/canary start ${command.name} ${facts["label"] || "TAG"}`)}.`,
} as const satisfies { readonly [Reason in RefusalReason]: (refused: Case) => string };

function fact(facts: Case["facts"], name: string, before: string): string {
  const value = facts[name] ?? "";
  return value === "" ? "" : `${before}${plain(value, 300).replace(/\.$/, "")}`;
}

const missing = (facts: Case["facts"]): string => {
  const name = facts["missing"] ?? "";
  return name === "" ? "something that it needs" : configWords(name.split(", "));
};

/** Promotion has changed primary: what is asked has nothing left to act on. */
function tooLate({ command }: Case): string {
  const why = `${code(command.name)} is being promoted, and primary has been changed`;
  if (command.verb === "rollback")
    return `${why}; nothing is kept that it could be put back to. Let it finish, then start the version before: ${typed(`/canary start ${command.name} TAG`)}.`;
  return `${why}. Let it finish, or take it back with ${typed(`/canary rollback ${command.name}`)}.`;
}

const versionOf = (view: CanaryView | null): string => (view === null ? "that version" : code(label(view.revision)));

function shown(facts: Case["facts"], view: CanaryView | null, fallback: string): string {
  const named = facts["label"] ?? "";
  if (named !== "") return code(named);
  return view === null ? fallback : code(label(view.revision));
}

const groupOf = (facts: Case["facts"], view: CanaryView | null): string =>
  approvers(facts["group"] ?? view?.gate?.group ?? "");

/** Why the worker did not accept a command, and what to do; with the present state and its controls where they help. */
export function refusalMessage(command: RolloutCommand, refusal: Refusal, view: CanaryView | null): Message {
  const why = SENTENCES[refusal.reason]({ command, facts: refusal.facts, view });
  const says = `Not accepted: ${why}`;
  if (view === null || !NEEDS_STATE.has(refusal.reason)) return note(says);
  return note(
    says,
    section(
      `Now: *${stateOf(view).word}* ${atPresent(view)}, ${code(label(view.revision))}. Next: ${nextSentence(view)}`,
    ),
    ...controls("present", buttonsFor(view)),
  );
}

const NEEDS_STATE: ReadonlySet<RefusalReason> = new Set([
  "old-button",
  "already-rolling",
  "no-gate-waits",
  "already-paused",
  "not-paused",
  "too-late",
  "not-running",
]);
