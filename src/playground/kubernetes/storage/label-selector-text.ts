import { badRequest, invalidValue } from "../api-error.ts";
import type { Cause } from "../api-error.ts";
import { keyCauses, labelCauses } from "../writing/metadata-rules.ts";

export type LabelTest = (labels: Record<string, string>) => boolean;

/** A word, or a sign with a meaning of its own. */
const TOKEN = /\s*(==|!=|=|!|>|<|\(|\)|,|[^\s=!<>(),]+)/y;
const SIGNS = new Set(["==", "!=", "=", "!", ">", "<", "(", ")", ","]);
const OPERATORS = "in, notin, =, ==, !=, gt, lt";

/** Reads a `labelSelector` parameter token by token, and refuses it in the API server's words. */
export class LabelSelectorText {
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(text: string) {
    this.#tokens = [...text.matchAll(new RegExp(TOKEN, "g"))].map(([, token = ""]) => token);
  }

  /** Throws 400. */
  parse(): LabelTest[] {
    const tests: LabelTest[] = [];
    while (this.#next < this.#tokens.length) {
      tests.push(this.#requirement());
      const found = this.#take();
      if (found === "") break;
      if (found !== ",") throw badRequest(`found '${found}', expected: ',' or 'end of string'`);
      if (this.#peek() === "") throw badRequest("found '', expected: identifier after ','");
    }
    return tests;
  }

  #peek(): string {
    return this.#tokens[this.#next] ?? "";
  }

  #take(): string {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #requirement(): LabelTest {
    const isNegated = this.#peek() === "!";
    if (isNegated) this.#take();
    const key = this.#take();
    if (key === "" || SIGNS.has(key)) throw refused(`found '${key}', expected: identifier`);
    refuse(keyCauses(key, "<nil>"));
    if (isNegated) return (labels) => labels[key] === undefined;
    if (["", ","].includes(this.#peek())) return (labels) => labels[key] !== undefined;
    return this.#comparison(key, this.#take());
  }

  #comparison(key: string, operator: string): LabelTest {
    if (operator === "in" || operator === "notin") {
      const values = new Set(this.#set());
      refuse([...values].flatMap((value, i) => valueCauses(key, value, i)));
      const isIn: LabelTest = (labels) => labels[key] !== undefined && values.has(labels[key]);
      return operator === "in" ? isIn : (labels) => !isIn(labels);
    }
    if (!["=", "==", "!=", ">", "<"].includes(operator)) throw refused(`found '${operator}', expected: ${OPERATORS}`);
    const value = this.#value();
    if (operator === ">" || operator === "<") return numberTest(key, operator, value);
    refuse(valueCauses(key, value, 0));
    return operator === "!=" ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }

  /** Nothing is a value, too: `a=`. */
  #value(): string {
    const next = this.#peek();
    if (next === "" || next === ",") return "";
    if (SIGNS.has(next)) throw refused(`found '${next}', expected: identifier`);
    return this.#take();
  }

  #set(): string[] {
    const open = this.#take();
    if (open !== "(") throw refused(`found '${open}' expected: '('`);
    const values: string[] = [];
    for (;;) {
      const next = this.#peek();
      values.push(next === "," || next === ")" ? "" : this.#take());
      const sign = this.#take();
      if (sign === ")") return values;
      if (sign !== ",") throw refused(`found '${sign}', expected: ',' or ')'`);
    }
  }
}

function numberTest(key: string, operator: string, value: string): LabelTest {
  if (!/^-?\d+$/.test(value))
    refuse([invalidValue("values[0]", value, "for 'Gt', 'Lt' operators, the value must be an integer")]);
  const bound = Number(value);
  return (labels) => {
    const own = labels[key];
    if (own === undefined || !/^-?\d+$/.test(own)) return false;
    return operator === ">" ? Number(own) > bound : Number(own) < bound;
  };
}

function valueCauses(key: string, value: string, i: number): Cause[] {
  return labelCauses({ a: value }, `values[${i}][${key}]`);
}

function refuse(causes: readonly Cause[]): void {
  const [first] = causes;
  if (first !== undefined) throw refused(`${first.field}: ${first.message}`);
}

function refused(why: string): Error {
  return badRequest(`unable to parse requirement: ${why}`);
}
