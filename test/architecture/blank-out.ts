/** A source text in which only code is left. */
export interface Blanked {
  /** As long as the original, line by line: what stood in comments, strings, templates and regular expressions is spaces. */
  readonly code: string;
  /** The comments, in order. */
  readonly comments: readonly string[];
}

/** After one of these a slash begins a regular expression; after a name, a number or a closing bracket it divides. */
const BEFORE_REGEX =
  /(?:^|[=(,[{};:!&|?+\-*%<>~^]|\b(?:return|typeof|case|in|of|delete|void|throw|new|do|else|await|yield))\s*$/;

/**
 * Takes away everything that is not code, so that rules can look for words without being fooled by prose.
 * Quotes and backticks stay, their content goes; code inside `${}` of a template stays.
 */
export function blankOut(source: string): Blanked {
  const scanner = new Scanner(source);
  scanner.code("");
  return { code: scanner.kept.join(""), comments: scanner.comments };
}

class Scanner {
  readonly kept: string[] = [];
  readonly comments: string[] = [];
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** Reads code up to `end` (a closing brace of a template's hole) or to the end of the text. */
  code(end: "" | "}"): void {
    let depth = 0;
    while (this.#at < this.#source.length) {
      const char = this.#peek();
      if (end === "}" && char === "}" && depth === 0) return;
      if (char === "{") depth += 1;
      if (char === "}") depth -= 1;
      this.#element(char);
    }
  }

  #element(char: string): void {
    if (this.#source.startsWith("//", this.#at)) this.#comment(this.#indexOrEnd("\n"));
    else if (this.#source.startsWith("/*", this.#at)) this.#comment(this.#indexOrEnd("*/", 2) + 2);
    else if (char === '"' || char === "'") this.#quoted(char);
    else if (char === "`") this.#template();
    else if (char === "/" && this.#regexMayStart()) this.#regex();
    else this.#keep(1);
  }

  #comment(end: number): void {
    this.comments.push(this.#source.slice(this.#at, end));
    this.#blank(end - this.#at);
  }

  #quoted(quote: string): void {
    this.#keep(1);
    while (this.#at < this.#source.length && this.#peek() !== quote && this.#peek() !== "\n") {
      this.#blank(this.#peek() === "\\" ? 2 : 1);
    }
    this.#keep(1);
  }

  #template(): void {
    this.#keep(1);
    while (this.#at < this.#source.length && this.#peek() !== "`") {
      if (this.#source.startsWith("${", this.#at)) {
        this.#keep(2);
        this.code("}");
        this.#keep(1);
      } else {
        this.#blank(this.#peek() === "\\" ? 2 : 1);
      }
    }
    this.#keep(1);
  }

  #regex(): void {
    let inClass = false;
    this.#keep(1);
    while (this.#at < this.#source.length && this.#peek() !== "\n") {
      const char = this.#peek();
      if (char === "/" && !inClass) break;
      if (char === "[") inClass = true;
      if (char === "]") inClass = false;
      this.#blank(char === "\\" ? 2 : 1);
    }
    this.#keep(1);
  }

  #regexMayStart(): boolean {
    return BEFORE_REGEX.test(this.kept.slice(-40).join(""));
  }

  #peek(): string {
    return this.#source.charAt(this.#at);
  }

  #indexOrEnd(text: string, from = 0): number {
    const found = this.#source.indexOf(text, this.#at + from);
    return found === -1 ? this.#source.length : found;
  }

  #keep(length: number): void {
    for (const char of this.#source.slice(this.#at, this.#at + length)) this.kept.push(char);
    this.#at += length;
  }

  #blank(length: number): void {
    for (const char of this.#source.slice(this.#at, this.#at + length)) this.kept.push(char === "\n" ? "\n" : " ");
    this.#at += length;
  }
}
