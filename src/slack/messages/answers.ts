import type { ClusterHealth } from "../../snapshots/snapshots.ts";
import type { GateName } from "../../rollout/canary.ts";
import type { CommandVerb } from "../../rollout/command.ts";
import type { ParseProblem } from "../slash-commands/parse.ts";
import type { Resolved } from "../slash-commands/resolve.ts";
import { VERB_TABLE } from "../slash-commands/table.ts";
import { note, type Message } from "./blocks.ts";
import { fullName, type CanaryName } from "./names.ts";
import { GATE_NAMES } from "./phases.ts";
import { code, inWords, plain, typed } from "./text.ts";
import { clock, duration } from "./time.ts";

/** A wish on its way, as its private answers name it: `approve` for `prod-eu:demo/podinfo` (promotion, `6.1.0`). */
export interface Wish {
  readonly verb: CommandVerb;
  readonly target: CanaryName;
  /** Tag or image; empty when none was named. */
  readonly image: string;
  /** The gate that it is about; `null` when none was named. */
  readonly gate: GateName | null;
  /** The version that the person had before them; empty when that is not known here. */
  readonly meant: string;
}

function wishWords({ verb, target, image, gate, meant }: Wish): string {
  const version = image === "" ? "" : ` with ${code(image)}`;
  const gateName = verb === "approve" && gate !== null ? GATE_NAMES[gate] : "";
  const about = [gateName, meant === "" ? "" : code(meant)].filter((words) => words !== "");
  return `${code(verb)} for ${code(fullName(target), 200)}${version}${about.length === 0 ? "" : ` (${about.join(", ")})`}`;
}

export const passing = (wish: Wish): Message => note(`Passing ${wishWords(wish)} to ${code(wish.target.cluster)}…`);

export const accepted = (wish: Wish, rollout: { readonly label: string; readonly link: string }): Message => {
  const where =
    rollout.link === "" ? "Its thread tells what happens." : `<${rollout.link}|Its thread> tells what happens.`;
  const next = wish.verb === "start" ? "Its message, which follows, tells what happens." : where;
  // What an undo goes back from need not be what was rolled out last: its thread says both versions.
  const meant = wish.verb === "undo" ? "" : rollout.label;
  return note(`Accepted: ${wishWords({ ...wish, meant })}. ${next}`);
};

export const notConfirmed = (wish: Wish, waited: number): Message =>
  note(
    `Not confirmed yet: no worker of ${code(wish.target.cluster)} has answered to ${wishWords(wish)} for ${duration(waited)}. I keep asking. ${typed(`/canary status ${fullName(wish.target)}`)} shows whether it took effect.`,
  );

export const neverConfirmed = (wish: Wish, waited: number): Message =>
  note(
    `Not confirmed: no worker of ${code(wish.target.cluster)} answered to ${wishWords(wish)} within ${duration(waited)}, and it has expired. Look with ${typed(`/canary status ${fullName(wish.target)}`)}, then ask again.`,
  );

export const notPassedOn = (wish: Wish): Message =>
  note(
    `Not passed on: the queue (Redis) does not answer, so ${wishWords(wish)} has reached nobody. Running rollouts go on by themselves. Try again in a minute.`,
  );

export const cannotLook = (): Message =>
  note(
    "I cannot look now: Redis, where the workers' reports are, does not answer. Running rollouts go on by themselves. Try again in a minute.",
  );

export const alreadyAsked = (wish: Wish): Message =>
  note(`You asked that already: ${wishWords(wish)} was taken. The thread tells what became of it.`);

export const looking = (): Message => note("Looking…");

export const noRollout = (): Message =>
  note(
    `That message belongs to no rollout that can be seen now. Use this on a rollout's message or in its thread, or type ${typed("/canary status NAME")}.`,
  );

/** A problem without marks, for under an input. */
export const problemText = (problem: ParseProblem): string =>
  problem.kind === "bad-version"
    ? `Neither a tag nor an image: ${problem.why}.`
    : problemMessage(problem).text.replaceAll("`", "");

export const foreignButton = (): Message =>
  note(
    `That button is not one of mine, or of an older version. ${typed("/canary status NAME")} shows the present controls.`,
  );

export const stopping = (): Message => note("Not passed on: this bot is being restarted. Try again in a few seconds.");

export const brokenInside = (): Message =>
  note(
    `Something went wrong inside the bot, and nothing was passed on that you were not told of. Try again; ${typed("/canary help")} shows what there is.`,
  );

/** Why a text was not understood, and what to type instead. */
export function problemMessage(problem: ParseProblem): Message {
  switch (problem.kind) {
    case "too-long":
      return note(
        `That is too long: ${problem.length} characters, and 1,000 are read at most. ${typed("/canary help")} shows what there is.`,
      );
    case "unknown-verb":
      return note(unknownVerb(problem));
    case "no-canary":
      return note(
        `Which canary? Type ${typed(VERB_TABLE[problem.verb].example)}; ${typed("/canary list")} shows them all.`,
      );
    case "bad-name":
      return note(
        `${code(problem.word)} cannot be a canary: ${plain(problem.why)}. Type ${typed(VERB_TABLE[problem.verb].example)}; ${typed("/canary list")} shows them all.`,
      );
    case "bad-version":
      return note(
        `${code(problem.word)} is neither a tag nor an image: ${plain(problem.why)}. Type ${typed(`/canary start ${problem.canary === "" ? "podinfo" : problem.canary} 6.1.0`)}.`,
      );
    case "too-much":
      return note(
        `${code(problem.verb)} does not take ${code(problem.extra)}. Type ${typed(VERB_TABLE[problem.verb].usage)}; one command at a time.`,
      );
  }
}

function unknownVerb({ word, closest, rest }: Extract<ParseProblem, { kind: "unknown-verb" }>): string {
  const guess = closest === null ? "" : ` Did you mean ${typed(`/canary ${closest} ${plain(rest, 100)}`.trim())}?`;
  return `There is no ${code(word)}.${guess} ${typed("/canary help")} shows what you may do here.`;
}

/** Why a name stands for no canary, or for too many. */
export function unresolvedMessage(name: string, resolved: Exclude<Resolved, { kind: "found" }>): Message {
  switch (resolved.kind) {
    case "ambiguous":
      return note(
        `${code(name)} could be ${inWords(
          resolved.names.slice(0, 8).map((entry) => code(entry, 200)),
          "or",
        )}${resolved.names.length > 8 ? ", among others" : ""}. Type the full name.`,
      );
    case "unknown-cluster":
      return note(`No cluster ${code(resolved.cluster)} has ever reported. ${knownClusters(resolved.clusters)}`);
    case "unseen":
      return note(
        `${code(fullName(resolved.name), 200)} cannot be looked at now: ${hiddenWords([resolved.health])}. Commands with this full name are passed on all the same.`,
      );
    case "nothing-known":
      return note(
        `No worker has reported yet, so I cannot tell whether ${code(name)} exists. Try again in a few seconds, or give the full name, ${typed("cluster:namespace/name")}: that is passed on all the same.`,
      );
    case "unknown":
      return note(unknownName(name, resolved));
  }
}

const knownClusters = (clusters: readonly string[]): string =>
  clusters.length === 0
    ? "No cluster has."
    : `Those that have: ${inWords(clusters.slice(0, 10).map((entry) => code(entry)))}.`;

function unknownName(name: string, { closest, hidden }: Extract<Resolved, { kind: "unknown" }>): string {
  const near =
    closest.length === 0
      ? ""
      : ` Did you mean ${inWords(
          closest.map((entry) => code(entry)),
          "or",
        )}?`;
  if (hidden.length > 0)
    return `${code(name)} is not among the canaries that can be seen now, but ${hiddenWords(hidden)}.${near} A full name, ${typed("cluster:namespace/name")}, is passed on all the same.`;
  return `There is no canary ${code(name)}.${near} ${typed("/canary list")} shows them all.`;
}

const hiddenWords = (clusters: readonly ClusterHealth[]): string =>
  inWords(
    clusters.map(({ name, state, lastSeen }) =>
      state === "rebuilding"
        ? `cluster ${code(name)} is being rebuilt`
        : `cluster ${code(name)} has had no worker since ${clock(lastSeen)}`,
    ),
  );
