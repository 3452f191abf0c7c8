import { closest } from "./closest.ts";
import { LONGEST_TEXT, normalise } from "./normalise.ts";
import { VERB_TABLE, VERBS, verbNamed, type Verb } from "./table.ts";

/** A canary as typed: any part but the name may be missing. */
export interface TypedName {
  readonly cluster: string | null;
  readonly namespace: string | null;
  readonly name: string;
}

/** What a text asks for. */
export interface Request {
  readonly verb: Verb;
  /** `null` when none was named and none is needed. */
  readonly canary: TypedName | null;
  /** `start` only: a tag or image; empty otherwise. */
  readonly image: string;
  /** Words after the canary, for verbs that take a reason. */
  readonly reason: string;
}

/** Why a text asks for nothing that is known. Each has its sentence in `messages/answers.ts`. */
export type ParseProblem =
  | { readonly kind: "too-long"; readonly length: number }
  | { readonly kind: "unknown-verb"; readonly word: string; readonly closest: Verb | null; readonly rest: string }
  | { readonly kind: "no-canary"; readonly verb: Verb }
  | { readonly kind: "bad-name"; readonly verb: Verb; readonly word: string; readonly why: string }
  | { readonly kind: "bad-version"; readonly canary: string; readonly word: string; readonly why: string }
  | { readonly kind: "too-much"; readonly verb: Verb; readonly extra: string };

export type Parsed =
  | { readonly kind: "request"; readonly request: Request }
  | { readonly kind: "problem"; readonly problem: ParseProblem };

/** What the text is read against. In a thread the rollout is implied, so no name is needed. */
export interface Setting {
  readonly impliedCanary: boolean;
}

const problem = (found: ParseProblem): Parsed => ({ kind: "problem", problem: found });

/** Reads what a person typed after `/canary` or after a mention. An empty text asks for help. */
export function parse(text: string, setting: Setting = { impliedCanary: false }): Parsed {
  const length = [...text].length;
  if (length > LONGEST_TEXT) return problem({ kind: "too-long", length });
  const words = normalise(text)
    .split(" ")
    .filter((word) => word !== "");
  const [first, second, ...rest] = words;
  if (first === undefined) return parseVerb("help", [], setting);
  const verb = verbNamed(first);
  if (verb !== null) return parseVerb(verb, words.slice(1), setting);
  const swapped = second === undefined ? null : verbNamed(second);
  if (swapped !== null && readName(first).kind === "name") return parseVerb(swapped, [first, ...rest], setting);
  return problem({ kind: "unknown-verb", word: first, closest: likelyVerb(first), rest: words.slice(1).join(" ") });
}

/** The verb that was probably meant: by another name, or by a slip of the finger. */
function likelyVerb(word: string): Verb | null {
  const lower = word.toLowerCase();
  const named = VERBS.find((verb) => VERB_TABLE[verb].alsoCalled.some((other) => other === lower));
  return named ?? verbNamed(closest(lower, VERBS, 1)[0] ?? "");
}

function parseVerb(verb: Verb, words: readonly string[], setting: Setting): Parsed {
  const { takes } = VERB_TABLE[verb];
  if (takes.canary === "none")
    return words.length === 0 ? asked({ verb }) : problem({ kind: "too-much", verb, extra: words.join(" ") });
  const [word, ...rest] = words;
  if (word === undefined) {
    const needed = takes.canary === "required" && !setting.impliedCanary;
    return needed ? problem({ kind: "no-canary", verb }) : asked({ verb });
  }
  if (setting.impliedCanary && takes.rest === "version" && rest.length === 0) return parseVersion(null, word, words);
  if (setting.impliedCanary && takes.rest === "reason") return asked({ verb, reason: words.join(" ") });
  const read = readName(word);
  if (read.kind === "bad") return problem({ kind: "bad-name", verb, word, why: read.why });
  if (takes.rest === "version") return parseVersion(read.name, rest[0] ?? "", rest);
  if (takes.rest === "none" && rest.length > 0) return problem({ kind: "too-much", verb, extra: rest.join(" ") });
  return asked({ verb, canary: read.name, reason: rest.join(" ") });
}

function parseVersion(canary: TypedName | null, word: string, rest: readonly string[]): Parsed {
  if (rest.length > 1) return problem({ kind: "too-much", verb: "start", extra: rest.slice(1).join(" ") });
  const why = word === "" ? null : badVersion(word);
  if (why !== null) return problem({ kind: "bad-version", canary: canary?.name ?? "", word, why });
  return asked({ verb: "start", canary, image: word });
}

/** Longest reason that a command carries, in code points. */
const LONGEST_REASON = 300;

function asked({ verb, canary = null, image = "", reason = "" }: Pick<Request, "verb"> & Partial<Request>): Parsed {
  const kept = [...reason].slice(0, LONGEST_REASON).join("");
  return { kind: "request", request: { verb, canary, image, reason: kept } };
}

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

type ReadName = { readonly kind: "name"; readonly name: TypedName } | { readonly kind: "bad"; readonly why: string };

/** `podinfo`, `demo/podinfo`, `prod-eu:podinfo` or `prod-eu:demo/podinfo`. Capital letters are taken as small ones. */
export function readName(word: string): ReadName {
  const bad = (why: string): ReadName => ({ kind: "bad", why });
  if (word.startsWith("@") || word.startsWith("#")) return bad("that is a person, a group or a channel");
  if (word.startsWith("-")) return bad("there are no flags");
  const strange = [...word].find((letter) => !/[A-Za-z0-9.:/-]/.test(letter));
  if (strange !== undefined)
    return bad(`it contains “${strange}” (${codePoint(strange)}), which no name in Kubernetes has`);
  const lower = word.toLowerCase();
  const colon = lower.indexOf(":");
  const cluster = colon === -1 ? null : lower.slice(0, colon);
  const parts = lower.slice(colon + 1).split("/");
  const name = parts.at(-1) ?? "";
  const namespace = parts.length > 1 ? (parts[0] ?? "") : null;
  if (parts.length > 2 || !SUBDOMAIN.test(name)) return bad("it is not of the form cluster:namespace/name");
  if (namespace !== null && !LABEL.test(namespace)) return bad("its namespace is not one that Kubernetes allows");
  if (cluster !== null && !SUBDOMAIN.test(cluster)) return bad("its cluster is not a name");
  if (name.includes("..")) return bad("a name has no two dots in a row");
  return { kind: "name", name: { cluster, namespace, name } };
}

const codePoint = (letter: string): string =>
  `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

const VERSION = /^[A-Za-z0-9_][A-Za-z0-9._:@/-]*$/;

/** Only what no image name or tag can be; which of them fits the target is the worker's to say. */
function badVersion(word: string): string | null {
  if (word.startsWith("-")) return "there are no flags; steps and weights stand in the canary's manifest";
  if (word.endsWith("%")) return "weights stand in the canary's manifest";
  if ([...word].length > 512) return "it is longer than 512 characters";
  if (VERSION.test(word)) return null;
  const strange = [...word].find((letter) => !/[A-Za-z0-9._:@/-]/.test(letter));
  return strange === undefined
    ? "it does not begin with a letter or digit"
    : `it contains “${strange}” (${codePoint(strange)})`;
}
