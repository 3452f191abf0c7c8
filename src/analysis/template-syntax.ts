/** What is wrong with the text of a query, in words for its author. Never leaves this folder: it becomes a value. */
export class TemplateProblem extends Error {
  override readonly name = "TemplateProblem";
}

/** A term with the commands that its value is piped through: `target | printf "%s-x"`. */
export type Pipeline = readonly (readonly Term[])[];

export type Term =
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  /** A function, and the fields that are read of its result: `variables.direction`. */
  | { readonly kind: "call"; readonly name: string; readonly fields: readonly string[] }
  /** The value of the enclosing `with`. */
  | { readonly kind: "dot"; readonly fields: readonly string[] }
  | { readonly kind: "group"; readonly pipeline: Pipeline; readonly fields: readonly string[] };

export type Node =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "print"; readonly pipeline: Pipeline }
  | {
      readonly kind: "if" | "with";
      readonly pipeline: Pipeline;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    };

type Token =
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  | { readonly kind: "word"; readonly text: string }
  /** `.name`; `joined` when it follows without a space. */
  | { readonly kind: "field"; readonly text: string; readonly joined: boolean }
  | { readonly kind: "mark"; readonly text: string };

type Piece = { readonly text: string } | { readonly action: readonly Token[]; readonly source: string };

const COMMENT = /\{\{(?:- )?\/\*[\s\S]*?\*\/(?: -)?\}\}/y;
const OPENING = /\{\{(-(?=\s))?\s*/y;
const CLOSING = /\s*((?<=\s)-)?\}\}/y;
const TOKEN = /("(?:[^"\\\n]|\\.)*")|`([^`]*)`|(-?\d+(?:\.\d+)?)(?![\w.])|(\.?[A-Za-z_]\w*)|([.|()]|:=|\$\w*|,)/y;
/** More than any query has; nesting is followed by recursion, which must end. */
const MAX_PIECES = 1_000;
const MAX_TOKENS = 200;
const UNSUPPORTED = new Set(["range", "define", "template", "block", "break", "continue"]);

/** Reads a text with actions in double braces. Throws a TemplateProblem for everything that is not understood. */
export function parseTemplate(text: string): readonly Node[] {
  const parser = new Parser(cut(text));
  const nodes = parser.body();
  if (parser.ended !== "") throw new TemplateProblem(`{{ ${parser.ended} }} closes nothing`);
  return nodes;
}

/** Cuts the text into plain pieces and actions; the trim marks `{{-` and `-}}` take white space with them. */
function cut(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let trimNext = false;
  const plain = (until: number, trimEnd: boolean): void => {
    let piece = text.slice(at, until);
    if (trimNext) piece = piece.trimStart();
    if (trimEnd) piece = piece.trimEnd();
    if (piece !== "") pieces.push({ text: piece });
  };
  for (;;) {
    const open = text.indexOf("{{", at);
    if (open === -1) break;
    const comment = matchAt(COMMENT, text, open);
    if (comment !== null) {
      plain(open, comment[0].startsWith("{{-"));
      trimNext = comment[0].endsWith("-}}");
      at = open + comment[0].length;
      continue;
    }
    const opening = matchAt(OPENING, text, open);
    plain(open, opening?.[1] !== undefined);
    const start = open + (opening?.[0].length ?? 2);
    const { tokens, end, trim } = readAction(text, start);
    pieces.push({ action: tokens, source: text.slice(start, end).replace(/\s*-?\}\}$/, "") });
    trimNext = trim;
    at = end;
    if (pieces.length > MAX_PIECES) throw new TemplateProblem(`it has more than ${MAX_PIECES} parts`);
  }
  plain(text.length, false);
  return pieces;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function readAction(text: string, start: number) {
  const tokens: Token[] = [];
  for (let at = start; at <= text.length;) {
    const closing = matchAt(CLOSING, text, at);
    if (closing !== null) return { tokens, end: at + closing[0].length, trim: closing[1] !== undefined };
    const space = matchAt(/\s*/y, text, at)?.[0].length ?? 0;
    const found = matchAt(TOKEN, text, at + space);
    if (found === null) break;
    tokens.push(tokenOf(found, space === 0 && tokens.length > 0));
    at += space + found[0].length;
    if (tokens.length > MAX_TOKENS) throw new TemplateProblem(`one of its actions has more than ${MAX_TOKENS} words`);
  }
  throw new TemplateProblem(
    `"{{ ${text.slice(start, start + 40).replace(/\s+/g, " ")}…" is not understood or not closed`,
  );
}

function tokenOf([whole, quoted, raw, figure, word]: RegExpExecArray, joined: boolean): Token {
  if (quoted !== undefined) return { kind: "literal", value: unquote(quoted) };
  if (raw !== undefined) return { kind: "literal", value: raw };
  if (figure !== undefined) return { kind: "literal", value: Number(figure) };
  if (word === undefined) return { kind: "mark", text: whole };
  if (word === "true" || word === "false") return { kind: "literal", value: word === "true" };
  return word.startsWith(".") ? { kind: "field", text: word.slice(1), joined } : { kind: "word", text: word };
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", '"': '"', "\\": "\\" };

function unquote(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/g, (_, letter: string) => {
    const meant = ESCAPES[letter];
    if (meant === undefined) throw new TemplateProblem(`the string ${quoted} holds the escape \\${letter}`);
    return meant;
  });
}

class Parser {
  readonly #pieces: readonly Piece[];
  #next = 0;
  /** The action that ended the last body: `end`, `else`, `else if …`, or nothing at the end of the text. */
  ended = "";
  #endedBy: readonly Token[] = [];

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  body(): readonly Node[] {
    const nodes: Node[] = [];
    for (;;) {
      const piece = this.#pieces[this.#next];
      this.#next += 1;
      if (piece === undefined) {
        this.ended = "";
        return nodes;
      }
      if ("text" in piece) {
        nodes.push({ kind: "text", text: piece.text });
        continue;
      }
      const [first] = piece.action;
      const word = first?.kind === "word" ? first.text : "";
      if (word === "end" || word === "else") {
        this.ended = piece.source;
        this.#endedBy = piece.action;
        return nodes;
      }
      nodes.push(this.#action(word, piece.action, piece.source));
    }
  }

  #action(word: string, action: readonly Token[], source: string): Node {
    if (UNSUPPORTED.has(word)) throw new TemplateProblem(`{{ ${source} }} is not supported`);
    if (word === "if" || word === "with") return this.#branch(word, action.slice(1), source);
    return { kind: "print", pipeline: readPipeline(action, source) };
  }

  #branch(kind: "if" | "with", condition: readonly Token[], source: string): Node {
    const pipeline = readPipeline(condition, source);
    const body = this.body();
    return { kind, pipeline, body, otherwise: this.#rest(source) };
  }

  /** What follows a branch's first body: nothing, an else, or an else with another condition. */
  #rest(source: string): readonly Node[] {
    const [word, next, ...condition] = this.#endedBy;
    if (this.ended === "") throw new TemplateProblem(`{{ ${source} }} has no {{ end }}`);
    if (word?.kind === "word" && word.text === "end") {
      if (next !== undefined) throw new TemplateProblem(`{{ ${this.ended} }} is not understood`);
      return [];
    }
    if (next === undefined) {
      const otherwise = this.body();
      if (this.ended !== "end") throw new TemplateProblem(`{{ ${source} }} has no {{ end }}`);
      return otherwise;
    }
    if (next.kind === "word" && (next.text === "if" || next.text === "with")) {
      return [this.#branch(next.text, condition, this.ended)];
    }
    throw new TemplateProblem(`{{ ${this.ended} }} is not understood`);
  }
}

function readPipeline(tokens: readonly Token[], source: string): Pipeline {
  const commands: Term[][] = [[]];
  for (let at = 0; at < tokens.length;) {
    const token = tokens[at];
    if (token?.kind === "mark" && token.text === "|") {
      commands.push([]);
      at += 1;
      continue;
    }
    const { term, next } = readTerm(tokens, at, source);
    commands.at(-1)?.push(term);
    at = next;
  }
  if (commands.some((command) => command.length === 0)) throw new TemplateProblem(`{{ ${source} }} lacks a value`);
  return commands;
}

function readTerm(tokens: readonly Token[], at: number, source: string): { term: Term; next: number } {
  const token = tokens[at];
  const strange = new TemplateProblem(`{{ ${source} }} is not understood`);
  if (token === undefined) throw strange;
  if (token.kind === "literal") return { term: token, next: at + 1 };
  if (token.kind === "mark" && token.text === "(") {
    const end = closingOf(tokens, at);
    if (end === -1) throw strange;
    const { fields, next } = readFields(tokens, end + 1);
    return { term: { kind: "group", pipeline: readPipeline(tokens.slice(at + 1, end), source), fields }, next };
  }
  if (token.kind === "mark" && token.text !== ".") throw strange;
  const { fields, next } = readFields(tokens, at + 1);
  if (token.kind === "field") return { term: { kind: "dot", fields: [token.text, ...fields] }, next };
  if (token.kind === "mark") return { term: { kind: "dot", fields }, next };
  return { term: { kind: "call", name: token.text, fields }, next };
}

function readFields(tokens: readonly Token[], from: number): { fields: readonly string[]; next: number } {
  const fields: string[] = [];
  for (let at = from; ; at += 1) {
    const token = tokens[at];
    if (token?.kind !== "field" || !token.joined) return { fields, next: at };
    fields.push(token.text);
  }
}

function closingOf(tokens: readonly Token[], open: number): number {
  let depth = 0;
  return tokens.findIndex((token, index) => {
    if (index < open || token.kind !== "mark") return false;
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    return depth === 0 && token.text === ")";
  });
}
