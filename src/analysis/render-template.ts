import { parseTemplate, TemplateProblem, type Node, type Pipeline, type Term } from "./template-syntax.ts";

/** What the functions of a query's text answer. */
export interface TemplateNames {
  readonly name: string;
  readonly namespace: string;
  readonly target: string;
  /** The apex Service. */
  readonly service: string;
  readonly ingress: string;
  readonly route: string;
  /** Window of the query, such as `1m`. */
  readonly interval: string;
  readonly variables: Readonly<Record<string, string>>;
}

export type Rendered =
  { readonly text: string; readonly problem: null } | { readonly text: null; readonly problem: string };

/**
 * The text of a query with its actions carried out, or what is wrong with it. Names of objects must be plain (letters, digits, `.`,
 * `-`, `_`, `:`): they stand in strings and patterns of any query language, and nothing in them may end one. Variables are their
 * author's own text, as the query is, and are written as they are. A variable that does not exist is a problem.
 */
export function renderTemplate(text: string, names: TemplateNames): Rendered {
  return solved(() => new Renderer(names).body(parseTemplate(text), undefined));
}

/** What is wrong with the text, whatever it will be rendered with; `null` when nothing is. */
export function findTemplateProblem(text: string): string | null {
  return solved(() => (parseTemplate(text), "")).problem;
}

function solved(render: () => string): Rendered {
  try {
    return { text: render(), problem: null };
  } catch (error) {
    if (error instanceof TemplateProblem) return { text: null, problem: error.message };
    throw error;
  }
}

type Variables = TemplateNames["variables"];
type Value = string | number | boolean | Variables;
type Method = (args: readonly Value[]) => Value;

const PLAIN = /^[A-Za-z0-9._:-]*$/;
const NAMES = ["name", "namespace", "target", "service", "ingress", "route", "interval"] as const;

const isMap = (value: Value | undefined): value is Variables => typeof value === "object";
const isTrue = (value: Value): boolean => (isMap(value) ? Object.keys(value).length > 0 : Boolean(value));

const FUNCTIONS: Readonly<Record<string, Method>> = {
  eq: ([first, ...others]) => others.some((other) => equal(first, other)),
  ne: ([first, other]) => !equal(first, other),
  not: ([value]) => !isTrue(value ?? ""),
  and: (args) => args.find((value) => !isTrue(value)) ?? args.at(-1) ?? "",
  or: (args) => args.find(isTrue) ?? args.at(-1) ?? "",
  index: ([map, key]) => {
    if (!isMap(map) || typeof key !== "string") throw new TemplateProblem("index needs variables and a name");
    return Object.hasOwn(map, key) ? (map[key] ?? "") : "";
  },
  print: (args) => args.map(written).join(""),
  printf: ([format, ...args]) => formatted(format, args),
};

class Renderer {
  readonly #names: TemplateNames;

  constructor(names: TemplateNames) {
    this.#names = names;
  }

  body(nodes: readonly Node[], dot: Value | undefined): string {
    return nodes.map((node) => this.#node(node, dot)).join("");
  }

  #node(node: Node, dot: Value | undefined): string {
    if (node.kind === "text") return node.text;
    const value = this.#pipeline(node.pipeline, dot);
    if (node.kind === "print") return written(value);
    if (!isTrue(value)) return this.body(node.otherwise, dot);
    return this.body(node.body, node.kind === "with" ? value : dot);
  }

  #pipeline(pipeline: Pipeline, dot: Value | undefined): Value {
    let piped: Value | undefined;
    for (const command of pipeline) {
      const [first, ...rest] = command;
      const args = rest.map((term) => this.#term(term, dot));
      if (piped !== undefined) args.push(piped);
      piped = first?.kind === "call" ? this.#call(first, args) : this.#only(first, args, dot);
    }
    return piped ?? "";
  }

  #only(term: Term | undefined, args: readonly Value[], dot: Value | undefined): Value {
    if (term === undefined || args.length > 0) throw new TemplateProblem("a value takes no arguments");
    return this.#term(term, dot);
  }

  #term(term: Term, dot: Value | undefined): Value {
    switch (term.kind) {
      case "literal":
        return term.value;
      case "call":
        return this.#call(term, []);
      case "group":
        return fieldOf(this.#pipeline(term.pipeline, dot), term.fields);
      case "dot":
        if (dot === undefined) throw new TemplateProblem(`.${term.fields.join(".")} means nothing outside of a with`);
        return fieldOf(dot, term.fields);
    }
  }

  #call({ name, fields }: Term & { readonly kind: "call" }, args: readonly Value[]): Value {
    if (name === "variables" && args.length === 0) return fieldOf(this.#names.variables, fields);
    const known = NAMES.find((each) => each === name);
    if (known !== undefined && args.length === 0) return fieldOf(plainly(known, this.#names[known]), fields);
    const method = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (method === undefined) throw new TemplateProblem(`there is no function ${name} with ${args.length} arguments`);
    if (args.length === 0) throw new TemplateProblem(`${name} needs arguments`);
    return fieldOf(method(args), fields);
  }
}

function plainly(name: string, value: string): string {
  if (PLAIN.test(value)) return value;
  throw new TemplateProblem(
    `${name} is ${JSON.stringify(value)}, which holds characters that could end a string in a query`,
  );
}

function fieldOf(value: Value, fields: readonly string[]): Value {
  let here = value;
  for (const field of fields) {
    if (!isMap(here)) throw new TemplateProblem(`.${field} cannot be read of a text`);
    const found = Object.hasOwn(here, field) ? here[field] : undefined;
    if (found === undefined) throw new TemplateProblem(`there is no variable ${field}; add it to templateVariables`);
    here = found;
  }
  return here;
}

function equal(one: Value | undefined, other: Value | undefined): boolean {
  if (one === undefined || other === undefined || isMap(one) || typeof one !== typeof other) {
    throw new TemplateProblem("eq and ne compare two values of one kind");
  }
  return one === other;
}

function written(value: Value): string {
  if (isMap(value)) throw new TemplateProblem("all variables together are no text; write variables.<name>");
  return String(value);
}

function formatted(format: Value | undefined, args: readonly Value[]): string {
  if (typeof format !== "string") throw new TemplateProblem("printf needs a format first");
  let used = 0;
  const text = format.replace(/%(.?)/g, (verb, letter: string) => {
    if (letter === "%") return "%";
    const value = args[used];
    used += 1;
    if (value === undefined) throw new TemplateProblem(`printf has no value for ${verb}`);
    if (letter === "q") return JSON.stringify(written(value));
    if (letter === "s" || letter === "v" || letter === "d") return written(value);
    throw new TemplateProblem(`printf does not know ${verb}`);
  });
  if (used !== args.length) throw new TemplateProblem("printf has more values than its format uses");
  return text;
}
