import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findTemplateProblem, renderTemplate, type TemplateNames } from "../../../src/analysis/render-template.ts";

const NAMES: TemplateNames = {
  name: "checkout",
  namespace: "shop",
  target: "checkout-app",
  service: "checkout-svc",
  ingress: "checkout-in",
  route: "checkout-route",
  interval: "1m",
  variables: { direction: "inbound", empty: "", "with-hyphen": "yes", pattern: '5..|"x"' },
};

const rendered = (text: string, names: Partial<TemplateNames> = {}): string => {
  const { text: result, problem } = renderTemplate(text, { ...NAMES, ...names });
  assert.equal(problem, null);
  return result ?? "";
};
const problemOf = (text: string, names: Partial<TemplateNames> = {}): string => {
  const { text: result, problem } = renderTemplate(text, { ...NAMES, ...names });
  assert.equal(result, null, `rendered as ${result}`);
  return problem ?? "";
};

describe("the text of a query", () => {
  /** What stands in manifests, and what it says. */
  const SAID: Readonly<Record<string, string>> = {
    "sum(up)": "sum(up)",
    "{{ name }}/{{namespace}}/{{ target }}": "checkout/shop/checkout-app",
    "{{ service }} {{ ingress }} {{ route }}": "checkout-svc checkout-in checkout-route",
    'rate(x{ns="{{ namespace }}"}[{{ interval }}])': 'rate(x{ns="shop"}[1m])',
    "{{ variables.direction }}": "inbound",
    "{{ variables.pattern }}": '5..|"x"',
    '{{ index variables "with-hyphen" }}{{ index variables "none" }}': "yes",
    "a {{- /* said to nobody */ -}} b": "ab",
    "a {{/* a }} in it */}} b": "a  b",
    "a\n  {{- name -}}\n  b": "acheckoutb",
    "a {{ name -}} \n b": "a checkoutb",
    "{{ if variables.direction }}yes{{ else }}no{{ end }}": "yes",
    "{{ if variables.empty }}yes{{ else }}no{{ end }}": "no",
    '{{ if eq namespace "prod" }}p{{ else if eq namespace "shop" "store" }}s{{ else }}o{{ end }}': "s",
    '{{ if and (ne name "x") (not variables.empty) }}both{{ end }}': "both",
    '{{ or variables.empty "default" }}': "default",
    "{{ with variables.direction }}<{{ . }}>{{ end }}": "<inbound>",
    "{{ with variables }}{{ .direction }}{{ end }}": "inbound",
    "{{ with variables.empty }}x{{ else }}none{{ end }}": "none",
    '{{ printf "%s-%s%%" target "canary" }}': "checkout-app-canary%",
    '{{ target | printf "%q" }}': '"checkout-app"',
    "{{ printf `%s\\d` name }}": "checkout\\d",
    '{{ "}}" }}': "}}",
  };
  for (const [text, said] of Object.entries(SAID)) {
    it(`${JSON.stringify(text)} says ${JSON.stringify(said)}`, () => assert.equal(rendered(text), said));
  }

  /** What is refused rather than guessed at. */
  const REFUSED: Readonly<Record<string, RegExp>> = {
    "{{ variables.missing }}": /no variable missing/,
    "{{ if variables.missing }}x{{ end }}": /no variable missing/,
    "{{ variables.__proto__ }}": /no variable __proto__/,
    "{{ variables.constructor }}": /no variable constructor/,
    "{{ variables }}": /no text/,
    "{{ naem }}": /no function naem/,
    "{{ constructor 1 }}": /no function constructor/,
    "{{ .Name }}": /outside of a with/,
    "{{ range variables }}x{{ end }}": /not supported/,
    '{{ template "x" }}': /not supported/,
    "{{ $x := name }}": /not understood/,
    "{{ name ": /not closed/,
    "{{ }}": /lacks a value/,
    "{{ name | }}": /lacks a value/,
    "{{ if name }}x": /no \{\{ end \}\}/,
    "x{{ end }}": /closes nothing/,
    "{{ if name }}a{{ else }}b{{ else }}c{{ end }}": /no \{\{ end \}\}/,
    "{{ (name }}": /not understood/,
    "{{ eq name 1 }}": /compare/,
    '{{ printf "%s" }}': /no value/,
    '{{ printf "%x" name }}': /does not know/,
    '{{ name "x" }}': /no function name with/,
  };
  for (const [text, reason] of Object.entries(REFUSED)) {
    it(`${JSON.stringify(text)} is refused`, () => assert.match(problemOf(text), reason));
  }

  it("takes no object name that could end a string, whatever the query language", () => {
    for (const evil of ['x"} or vector(1) #', "x\\", "x'", "x`", "x\ny", "x}", "x) or (1"]) {
      assert.match(problemOf('up{pod=~"{{ target }}"}', { target: evil }), /could end a string/);
      assert.match(problemOf('up{pod=~"{{ namespace }}"}', { namespace: evil }), /could end a string/);
    }
  });

  it("is refused when its nesting has no end, before anything overflows", () => {
    assert.match(problemOf(`{{ ${"(".repeat(100_000)} }}`), /more than 200 words/);
    assert.match(problemOf("{{ if name }}".repeat(100_000)), /more than 1000 parts/);
  });

  it("can be checked before anybody knows what it will be rendered with", () => {
    assert.equal(findTemplateProblem("{{ variables.later }}"), null);
    assert.match(findTemplateProblem("{{ if name }}") ?? "", /no \{\{ end \}\}/);
  });
});
