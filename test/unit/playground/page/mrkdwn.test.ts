import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pageModule } from "../../../support/page-module.ts";

interface Node {
  readonly kind: string;
  readonly [key: string]: unknown;
}

const { parseMrkdwn, parsePlain } = await pageModule<{
  parseMrkdwn: (text: string, options?: { emoji?: boolean; verbatim?: boolean }) => Node[];
  parsePlain: (text: string, options?: { emoji?: boolean }) => Node[];
}>("text/mrkdwn.js");

const text = (value: string): Node => ({ kind: "text", text: value });

describe("mrkdwn emphasis", () => {
  it("reads bold, italic and strike, also inside each other", () => {
    assert.deepEqual(parseMrkdwn("*b* _i_ ~s~ *a _b_*"), [
      { kind: "bold", children: [text("b")] },
      text(" "),
      { kind: "italic", children: [text("i")] },
      text(" "),
      { kind: "strike", children: [text("s")] },
      text(" "),
      { kind: "bold", children: [text("a "), { kind: "italic", children: [text("b")] }] },
    ]);
  });

  it("leaves markers inside words, alone, or around blanks as they are", () => {
    for (const plain of ["a*b*c", "snake_case_name", "2 * 3 * 4", "*open", "**", "* a *", "~"]) {
      assert.deepEqual(parseMrkdwn(plain), [text(plain)]);
    }
  });

  it("does not carry emphasis over a line break", () => {
    assert.deepEqual(parseMrkdwn("*a\nb*"), [text("*a"), { kind: "break" }, text("b*")]);
  });

  it("reads long lines of openers without closers in reasonable time", () => {
    const started = performance.now();

    parseMrkdwn(" *a _b ~c".repeat(4_000));

    assert.ok(performance.now() - started < 2_000);
  });
});

describe("mrkdwn code and quotes", () => {
  it("reads nothing inside code", () => {
    assert.deepEqual(parseMrkdwn("`*a* <@U1> :rocket: &lt;`"), [{ kind: "code", text: "*a* <@U1> :rocket: <" }]);
  });

  it("keeps the lines of a fence and drops the breaks around it", () => {
    assert.deepEqual(parseMrkdwn("before\n```\na  b\n*c*\n```\nafter"), [
      text("before"),
      { kind: "pre", text: "a  b\n*c*" },
      text("after"),
    ]);
  });

  it("joins quoted lines, escaped or not", () => {
    assert.deepEqual(parseMrkdwn("&gt; a\n> b\nc"), [
      { kind: "quote", children: [text("a"), { kind: "break" }, text("b")] },
      text("c"),
    ]);
  });
});

describe("mrkdwn tokens", () => {
  it("reads mentions of people, channels, groups and everybody", () => {
    assert.deepEqual(parseMrkdwn("<@U1|x><#C2|deploys><!subteam^S3><!here>"), [
      { kind: "user", id: "U1", label: "x" },
      { kind: "channel", id: "C2", label: "deploys" },
      { kind: "group", id: "S3", label: "" },
      { kind: "broadcast", range: "here" },
    ]);
  });

  it("reads links with and without a label, and addresses that stand bare", () => {
    assert.deepEqual(parseMrkdwn("<https://a.example/?x=1&amp;y=2|a *b*> <mailto:a@b.c> (https://c.example/d)."), [
      { kind: "link", url: "https://a.example/?x=1&y=2", text: "a *b*" },
      text(" "),
      { kind: "link", url: "mailto:a@b.c", text: "a@b.c" },
      text(" ("),
      { kind: "link", url: "https://c.example/d", text: "https://c.example/d" },
      text(")."),
    ]);
  });

  it("leaves bare addresses alone in verbatim text", () => {
    assert.deepEqual(parseMrkdwn("https://a.example", { verbatim: true }), [text("https://a.example")]);
  });

  it("refuses addresses that could run something", () => {
    for (const url of ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"]) {
      assert.deepEqual(parseMrkdwn(`<${url}|click>`), [text(`<${url}|click>`)]);
    }
  });

  it("reads dates with their tokens, link and fallback", () => {
    assert.deepEqual(parseMrkdwn("<!date^1700000000^at {time}^https://a.example|then>"), [
      { kind: "date", epoch: 1_700_000_000, format: "at {time}", link: "https://a.example", fallback: "then" },
    ]);
  });

  it("decodes three entities once and keeps markup as text", () => {
    assert.deepEqual(parseMrkdwn("&lt;b&gt; &amp;lt; &nbsp; <b> <script>x</script>"), [
      text("<b> &lt; &nbsp; <b> <script>x</script>"),
    ]);
  });
});

describe("emoji and plain text", () => {
  it("shows known emoji with skin tones, and keeps unknown names", () => {
    assert.deepEqual(parseMrkdwn(":rocket: :+1::skin-tone-3: :no_such: 12:30:45"), [
      { kind: "emoji", name: "rocket", unicode: "🚀" },
      text(" "),
      { kind: "emoji", name: "+1", unicode: "👍🏼" },
      text(" :no_such: 12:30:45"),
    ]);
  });

  it("knows every emoji of the product's golden messages", async () => {
    const golden = join(import.meta.dirname, "../../../golden");
    const files = (await readdir(golden, { recursive: true })).filter((name) => name.endsWith(".json"));
    const texts = await Promise.all(files.map((name) => readFile(join(golden, name), "utf8")));
    const names = new Set(
      texts.flatMap((content) => [...content.matchAll(/:([a-z][a-z0-9_]*[a-z]):/g)].map((match) => match[1] ?? "")),
    );

    assert.ok(names.size > 3);
    assert.deepEqual(
      [...names].filter((name) => parseMrkdwn(`:${name}:`)[0]?.kind !== "emoji"),
      [],
    );
  });

  it("knows no mrkdwn in plain text, and no emoji when they are switched off", () => {
    assert.deepEqual(parsePlain("*a* <@U1> &amp; :rocket:"), [
      text("*a* <@U1> & "),
      { kind: "emoji", name: "rocket", unicode: "🚀" },
    ]);
    assert.deepEqual(parsePlain(":rocket:\nb", { emoji: false }), [text(":rocket:"), { kind: "break" }, text("b")]);
  });
});
