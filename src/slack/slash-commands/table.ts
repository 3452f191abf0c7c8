import type { CommandVerb } from "../../rollout/command.ts";

/** Everything a person can ask. Those of `CommandVerb` change something; the others only answer. */
export type Verb = CommandVerb | "status" | "list" | "why" | "help";

interface VerbRow {
  /** What follows the verb. */
  readonly takes: {
    readonly canary: "required" | "optional" | "none";
    readonly rest: "version" | "reason" | "none";
  };
  readonly usage: string;
  readonly does: string;
  readonly example: string;
  /** What people call it elsewhere; only suggested, never run. */
  readonly alsoCalled: readonly string[];
  /** Whether it answers from snapshots and never becomes a command. */
  readonly question: boolean;
}

const ONE = { canary: "required", rest: "none" } as const;

/** The verbs in the order of a release. Help, parser, policy file and audit log all use these names. */
export const VERB_TABLE = {
  start: {
    takes: { canary: "required", rest: "version" },
    usage: "/canary start CANARY [TAG or IMAGE]",
    does: "rolls a version out step by step; without a version, the one that waits or failed",
    example: "/canary start podinfo 6.1.0",
    alsoCalled: ["deploy", "run", "begin", "release", "retry", "ship", "launch"],
    question: false,
  },
  status: {
    takes: { canary: "optional", rest: "none" },
    usage: "/canary status [CANARY]",
    does: "shows where a rollout stands, with figures and buttons",
    example: "/canary status podinfo",
    alsoCalled: ["show", "get", "info", "describe", "state"],
    question: true,
  },
  list: {
    takes: { canary: "none", rest: "none" },
    usage: "/canary list",
    does: "lists all canaries, the urgent ones first",
    example: "/canary list",
    alsoCalled: ["ls", "all", "canaries"],
    question: true,
  },
  pause: {
    takes: { canary: "required", rest: "reason" },
    usage: "/canary pause CANARY [REASON]",
    does: "keeps the weight where it is until somebody resumes",
    example: "/canary pause podinfo looking at the logs",
    alsoCalled: ["hold", "wait", "freeze"],
    question: false,
  },
  resume: {
    takes: ONE,
    usage: "/canary resume CANARY",
    does: "goes on after a pause",
    example: "/canary resume podinfo",
    alsoCalled: ["continue", "unpause", "proceed"],
    question: false,
  },
  approve: {
    takes: ONE,
    usage: "/canary approve CANARY",
    does: "agrees to what the rollout waits for",
    example: "/canary approve podinfo",
    alsoCalled: ["accept", "confirm", "yes", "ok", "lgtm"],
    question: false,
  },
  promote: {
    takes: ONE,
    usage: "/canary promote CANARY",
    does: "gives the new version all traffic now, leaving out the remaining steps",
    example: "/canary promote podinfo",
    alsoCalled: ["finish", "skip", "full", "advance"],
    question: false,
  },
  rollback: {
    takes: { canary: "required", rest: "reason" },
    usage: "/canary rollback CANARY [REASON]",
    does: "takes all traffic back to the version before",
    example: "/canary rollback podinfo login is broken",
    alsoCalled: ["abort", "cancel", "stop", "revert", "back", "roll"],
    question: false,
  },
  undo: {
    takes: { canary: "required", rest: "reason" },
    usage: "/canary undo CANARY [REASON]",
    does: "after a promotion: puts primary back to what it ran before, with its configs, at once",
    example: "/canary undo podinfo",
    alsoCalled: ["unpromote", "previous"],
    question: false,
  },
  why: {
    takes: { canary: "required", rest: "none" },
    usage: "/canary why CANARY",
    does: "explains the present state, with every figure and its query",
    example: "/canary why podinfo",
    alsoCalled: ["explain", "reason", "metrics"],
    question: true,
  },
  help: {
    takes: { canary: "none", rest: "none" },
    usage: "/canary help",
    does: "shows what you may do here",
    example: "/canary help",
    alsoCalled: ["?", "usage", "commands", "-h", "--help"],
    question: true,
  },
} as const satisfies { readonly [Name in Verb]: VerbRow };

export const VERBS: readonly Verb[] = [
  "start", "status", "list", "pause", "resume", "approve", "promote", "rollback", "undo", "why", "help",
]; // prettier-ignore

/** A word as a verb, or `null`. */
export const verbNamed = (word: string): Verb | null => VERBS.find((verb) => verb === word.toLowerCase()) ?? null;

/** A verb as something that changes a rollout, or `null` for a question. */
export function commandVerb(verb: Verb): CommandVerb | null {
  return verb === "status" || verb === "list" || verb === "why" || verb === "help" ? null : verb;
}
